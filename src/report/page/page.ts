/** The page of a report. */
import { formatDuration } from "../../kernel/duration.ts";
import { formatBytes } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData } from "../model.ts";
import { sectionsOf } from "../sections/all.ts";
import type { Plot, Section } from "../sections/model.ts";
import type { Assets } from "./assets.ts";
import { renderBars, renderSpans, timeOf, withTimes } from "./bars.ts";
import { markup, nothing } from "./html.ts";
import type { Html } from "./html.ts";
import { renderLines } from "./lines.ts";
import { renderShell } from "./shell.ts";
import { renderTable } from "./table.ts";
import { mendOf, verdictList } from "./verdicts.ts";

export function renderPage(data: ReportData, assets: Assets): string {
  const sections = sectionsOf(data);
  const title = data.server === null ? "Database report" : `Database report: ${data.server.database}`;
  const links = [{ id: "verdicts", title: "Verdict", absent: null }, ...sections];
  return renderShell(
    title,
    markup`<header>${masthead(data, title)}</header>
${navigation(links)}
<main id="main">${verdictList(data, "all is well")}
${sections.map(renderSection)}${colophon(data)}</main>`,
    assets,
  );
}

/** Kept on one line: a number is not parted from its unit. */
function unbroken(fact: string): string {
  return fact.replaceAll(" ", "\u00a0");
}

function masthead({ server, generatedAt, period, isRedacted }: ReportData, title: string): Html {
  const facts =
    server === null
      ? []
      : [
          `PostgreSQL ${server.version.replace(/ \(.*/, "")}${server.isStandby ? ", standby" : ""}`,
          `up ${formatDuration(Date.parse(generatedAt) - Date.parse(server.startedAt))}`,
          ...(server.databaseBytes === null ? [] : [formatBytes(server.databaseBytes)]),
          server.place,
        ];
  const span =
    period.from === null
      ? nothing
      : markup`<p class="span">${timeOf(period.from)} to ${timeOf(period.to)}, ${count(period.snapshots, "snapshot")}</p>`;
  const tag = isRedacted ? markup` <b class="tag">without names and literals</b>` : nothing;
  return markup`<h1>${title}</h1><p class="facts">${facts.map((fact) => markup`<span>${unbroken(fact)}</span>`)}</p>${span}<p class="made">Made ${timeOf(generatedAt)}<span class="zone"></span>${tag}</p>`;
}

export function navigation(sections: readonly Pick<Section, "id" | "title" | "absent">[]): Html {
  const links = sections.map(
    ({ id, title, absent }) =>
      markup`<li${absent === null ? nothing : markup` class="off"`}><a href="#${id}">${title}</a></li>`,
  );
  return markup`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}

export function renderSection({ id, title, lede, plots, tables, notes, absent }: Section): Html {
  const head = markup`<section id="${id}" aria-labelledby="h-${id}"><h2 id="h-${id}">${title}</h2>`;
  if (absent !== null)
    return markup`${head}<p class="absent">${absent.why}</p>${mendOf(absent.mend)}</section>
`;
  const drawn = tables.map(
    (table) =>
      markup`<details class="data"><summary>${table.caption} <span class="muted">· ${count(table.rows.length, "row")}</span></summary>${renderTable(table, anchorsOf(plots))}</details>`,
  );
  const said = lede === "" ? nothing : markup`<p class="lede">${withTimes(lede)}</p>`;
  return markup`${head}${said}${plots.map(renderPlot)}${drawn}${noteList(notes)}</section>
`;
}

/** Where the text of each query stands. */
function anchorsOf(plots: readonly Plot[]): ReadonlyMap<string, string> {
  const items = plots.flatMap((plot) => (plot.kind === "bars" ? plot.items : []));
  return new Map(
    items.flatMap(({ queryid, id }) =>
      queryid === undefined || id === undefined ? [] : [[queryid, id] as const],
    ),
  );
}

function renderPlot(plot: Plot): Html {
  switch (plot.kind) {
    case "bars":
      return renderBars(plot);
    case "lines":
      return renderLines(plot);
    case "spans":
      return renderSpans(plot);
  }
}

export function noteList(notes: readonly string[]): Html {
  return notes.length === 0
    ? nothing
    : markup`<ul class="notes">${notes.map((note) => markup`<li>${withTimes(note)}</li>`)}</ul>`;
}

function colophon({ tool, cut, generatedAt, period }: ReportData): Html {
  const limits = [
    ...cut,
    "Tables show 50 rows at most, texts 2,000 characters; veza-db stats shows the rest.",
  ];
  return markup`<footer><p>veza-db ${tool}, ${timeOf(generatedAt)}. Snapshots: <code>${period.folder}</code>.</p>${noteList(limits)}</footer>`;
}
