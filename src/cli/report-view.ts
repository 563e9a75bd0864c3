/** A report as blocks: short for a terminal, whole as Markdown. */
import type { ComparisonData } from "../report/compare/model.ts";
import type { ReportData } from "../report/model.ts";
import { comparedSections } from "../report/sections/compared.ts";
import { sectionsOf } from "../report/sections/all.ts";
import type { DataCell, Section } from "../report/sections/model.ts";
import { formatValue } from "../report/sections/format.ts";
import { heading, hint, sql, table, text } from "../ui/view.ts";
import type { Block, Tone } from "../ui/view.ts";
import { count } from "../ui/words.ts";

const tones: Readonly<Record<string, Tone>> = { critical: "bad", warning: "warning", unknown: "muted" };

type Data = ReportData | ComparisonData;

function titleOf(data: Data): string {
  if (data.kind === "comparison") return `Two periods of ${data.database}`;
  return data.server === null ? "Database report" : `Database report: ${data.server.database}`;
}

function head(data: Data): string {
  if (data.kind === "comparison")
    return data.periods.map(({ from, to }) => `${from} to ${to}`).join("; and ");
  const { server, generatedAt } = data;
  const what =
    server === null
      ? "The server went away before it had said what it is"
      : `PostgreSQL ${server.version}, database ${server.database}`;
  return `${what}; ${generatedAt}`;
}

/** What a terminal shows: the verdicts, and how to get the page. */
export function humanBlocks(data: Data): readonly Block[] {
  const { verdicts } = data;
  const well = data.kind === "report" ? data.well : [];
  return [
    text(head(data)),
    text(""),
    ...(verdicts.length === 0
      ? [text("All is well.", "good")]
      : [
          table(
            ["severity", "what", "evidence", { name: "mend", isOptional: true }],
            verdicts.map(({ severity, what, evidence, mend }) => [
              { text: severity, tone: tones[severity] },
              what,
              evidence,
              mend,
            ]),
          ),
        ]),
    ...(well.length === 0
      ? []
      : [text(`${count(well.length, "check")} ${well.length === 1 ? "is" : "are"} well.`)]),
    hint("veza-db report --file report.html"),
  ];
}

export function markdownBlocks(data: Data): readonly Block[] {
  const { verdicts, cut } = data;
  const well = data.kind === "report" ? data.well : [];
  return [
    heading(titleOf(data)),
    text(head(data)),
    heading("Verdict"),
    verdicts.length === 0
      ? text("All is well.")
      : table(
          ["severity", "what", "evidence", "mend"],
          verdicts.map(({ severity, what, evidence, mend }) => [severity, what, evidence, mend]),
        ),
    ...well.map((one) => text(`Well: ${one}`)),
    ...(data.kind === "report" ? sectionsOf(data) : comparedSections(data)).flatMap(sectionBlocks),
    ...cut.map((one) => text(one)),
  ];
}

function sectionBlocks({ title, lede, plots, tables, notes, absent }: Section): readonly Block[] {
  if (absent !== null)
    return [heading(title), text(absent.why), ...(absent.mend === null ? [] : [hint(absent.mend)])];
  return [
    heading(title),
    ...(lede === "" ? [] : [text(lede)]),
    ...plots.flatMap((plot) =>
      plot.kind === "lines" && plot.set.times.length > 0
        ? [
            heading(`${title}: ${plot.title}`),
            table(
              ["time", ...plot.labels],
              plot.set.times.map((time, at) => [
                time,
                ...plot.set.series.map(({ values }) => formatValue(values[at] ?? null, plot.unit)),
              ]),
            ),
          ]
        : [],
    ),
    ...tables.flatMap(({ caption, columns, rows }) => [
      heading(`${title}: ${caption}`),
      table(
        columns.map(({ name }) => name),
        rows.map(({ cells }) =>
          cells.map((cell, index) => formatValue(valueOf(cell), columns[index]?.unit ?? "text")),
        ),
      ),
    ]),
    ...plots
      .flatMap((plot) => (plot.kind === "bars" ? plot.items : []))
      .flatMap(({ label, folded }) =>
        folded === undefined
          ? []
          : [text(`${label}: ${folded.facts}`), ...folded.blocks.map(({ code }) => sql(code))],
      ),
    ...notes.map((note) => text(note)),
  ];
}

function valueOf(cell: DataCell): string | number | null {
  return typeof cell === "object" && cell !== null ? cell.value : cell;
}
