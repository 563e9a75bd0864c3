import { count } from "../../ui/words.ts";
import type { Verdict } from "../model.ts";
import { withTimes } from "./bars.ts";
import { markup, nothing } from "./html.ts";
import type { Html } from "./html.ts";

const words = { critical: "critical", warning: "warning", unknown: "not known" } as const;

/** The worst on top; what is well is folded. */
export function verdictList(
  { verdicts, well }: { readonly verdicts: readonly Verdict[]; readonly well: readonly string[] },
  allWell: string,
): Html {
  const counts = (["critical", "warning", "unknown"] as const)
    .map((severity) => [severity, verdicts.filter((one) => one.severity === severity).length] as const)
    .filter(([, number]) => number > 0);
  const summary =
    counts.length === 0
      ? markup`<span class="pill ok">${allWell}</span>`
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

export function mendOf(mend: string | null): Html {
  return mend === null ? nothing : markup`<p class="mend"><code>${mend}</code></p>`;
}
