/** The page that sets two periods side by side. */
import { formatDuration } from "../../kernel/duration.ts";
import type { ComparisonData } from "../compare/model.ts";
import { comparedSections } from "../sections/compared.ts";
import type { Assets } from "./assets.ts";
import { timeOf } from "./bars.ts";
import { markup, nothing } from "./html.ts";
import { navigation, noteList, renderSection } from "./page.ts";
import { renderShell } from "./shell.ts";
import { verdictList } from "./verdicts.ts";

export function renderComparison(data: ComparisonData, assets: Assets): string {
  const { periods, database, generatedAt, isRedacted, cut, tool } = data;
  const title = `Two periods of ${database}`;
  const sections = comparedSections(data);
  const rows = periods.map(
    ({ name, from, to, windowMs, version }, index) =>
      markup`<p class="span"><b>${index === 0 ? "before" : "after"}</b> ${timeOf(from)} to ${timeOf(to)} (${formatDuration(windowMs)}), ${name === "" ? "" : `${name}, `}PostgreSQL ${version.replace(/ \(.*/, "")}</p>`,
  );
  const tag = isRedacted ? markup` <b class="tag">without names and literals</b>` : nothing;
  const links = [{ id: "verdicts", title: "Verdict", absent: null }, ...sections];
  return renderShell(
    title,
    markup`<header><h1>${title}</h1>${rows}<p class="made">Made ${timeOf(generatedAt)}<span class="zone"></span>${tag}</p></header>
${navigation(links)}
<main id="main">${verdictList({ verdicts: data.verdicts, well: [] }, "nothing to report")}
${sections.map(renderSection)}<footer><p>veza-db ${tool}, ${timeOf(generatedAt)}.</p>${noteList(cut)}</footer></main>`,
    assets,
  );
}
