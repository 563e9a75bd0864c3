/** The page of a report. */
import { formatDuration } from "../../kernel/duration.ts";
import { formatBytes } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData, Verdict } from "../model.ts";
import { sectionsOf } from "../sections/all.ts";
import type { Plot, Section } from "../sections/model.ts";
import type { Assets } from "./assets.ts";
import { renderBars, renderSpans, timeOf, withTimes } from "./bars.ts";
import { markup, nothing } from "./html.ts";
import type { Html } from "./html.ts";
import { renderLines } from "./lines.ts";
import { renderShell } from "./shell.ts";
import { renderTable } from "./table.ts";

export function renderPage(data: ReportData, assets: Assets): string {
  const sections = sectionsOf(data);
  const title = data.server === null ? "Database report" : `Database report: ${data.server.database}`;
  const links = [{ id: "verdicts", title: "Verdict", absent: null }, ...sections];
  return renderShell(
    title,
    markup`<header>${masthead(data, title)}</header>
${navigation(links)}
<main id="main">${verdictList(data)}
${sections.map(renderSection)}${colophon(data)}</main>`,
    assets,
  );
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
  return markup`<h1>${title}</h1><p class="facts">${facts.map((fact) => markup`<span>${fact}</span>`)}</p>${span}<p class="made">Made ${timeOf(generatedAt)}<span class="zone"></span>${tag}</p>`;
}

const words = { critical: "critical", warning: "warning", unknown: "not known" } as const;

function verdictList({ verdicts, well }: ReportData): Html {
  const counts = (["critical", "warning", "unknown"] as const)
    .map((severity) => [severity, verdicts.filter((one) => one.severity === severity).length] as const)
    .filter(([, number]) => number > 0);
  const summary =
    counts.length === 0
      ? markup`<span class="pill ok">all is well</span>`
      : counts.map(([severity, number]) => {
          const word = severity === "warning" && number > 1 ? "warnings" : words[severity];
          return markup`<span class="pill ${severity}">${number} ${word}</span>`;
        });
  const rest =
    well.length === 0
      ? nothing
      : markup`<details class="well"><summary>${count(well.length, "check")} ${well.length === 1 ? "is" : "are"} well</summary><ul>${well.map((one) => markup`<li>${one}</li>`)}</ul></details>`;
  const list = verdicts.length === 0 ? nothing : markup`<ol>${verdicts.map(renderVerdict)}</ol>`;
  return markup`<section id="verdicts" class="verdicts" aria-labelledby="h-verdicts"><h2 id="h-verdicts">Verdict</h2><p class="pills">${summary}</p>${list}${rest}</section>`;
}

function renderVerdict({ severity, what, evidence, mend, section }: Verdict): Html {
  const where = section === null ? nothing : markup` <a class="see" href="#${section}">see ${section}</a>`;
  return markup`<li class="${severity}"><span class="mark">${words[severity]}</span><div><p><b>${what}</b></p><p class="evidence">${withTimes(evidence)}${where}</p>${mendOf(mend)}</div></li>
`;
}

function mendOf(mend: string | null): Html {
  return mend === null ? nothing : markup`<p class="mend"><code>${mend}</code></p>`;
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
      markup`<details class="data"><summary>${table.caption} <span class="muted">${count(table.rows.length, "row")}</span></summary>${renderTable(table, anchorsOf(plots))}</details>`,
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

function noteList(notes: readonly string[]): Html {
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
