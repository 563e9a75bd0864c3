import type { DataCell, DataTable, Unit } from "../sections/model.ts";
import { formatValue } from "../sections/format.ts";
import { queryMark, timeOf, withTimes } from "./bars.ts";
import { markup, nothing } from "./html.ts";
import type { Html } from "./html.ts";

const rightUnits: readonly Unit[] = ["count", "bytes", "ms", "part", "rate", "bytesRate", "days"];

/** A table that scrolls by itself where the page is narrow. The name of a query leads to its text. */
export function renderTable(
  { caption, columns, rows }: DataTable,
  anchors: ReadonlyMap<string, string>,
): Html {
  const head = columns.map(
    ({ name, unit }) =>
      markup`<th scope="col"${rightUnits.includes(unit) ? markup` class="r"` : nothing}>${name}</th>`,
  );
  const body = rows.map(({ cells, queryid }) => {
    const drawn = cells.map((cell, index) => {
      const anchor = index === 0 && queryid !== undefined ? anchors.get(queryid) : undefined;
      return renderCell(cell, columns[index]?.unit ?? "text", anchor);
    });
    return markup`<tr${queryMark(queryid)}>${drawn}</tr>
`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function renderCell(cell: DataCell, unit: Unit, anchor: string | undefined): Html {
  const { value, tone } = typeof cell === "object" && cell !== null ? cell : { value: cell, tone: undefined };
  const names = [
    ...(rightUnits.includes(unit) ? ["r"] : []),
    ...(unit === "code" ? ["c"] : []),
    ...(tone === undefined ? [] : [tone]),
  ];
  const mark = names.length === 0 ? nothing : markup` class="${names.join(" ")}"`;
  return markup`<td${mark}>${inner(value, unit, anchor)}</td>`;
}

function inner(value: string | number | null, unit: Unit, anchor: string | undefined): Html {
  const shown = formatValue(value, unit);
  if (value === null) return shown === "" ? nothing : markup`<span class="na">${shown}</span>`;
  if (unit === "time" && typeof value === "string") return timeOf(value);
  if (unit === "code") return markup`<code>${shown}</code>`;
  return anchor === undefined ? withTimes(shown) : markup`<a href="#${anchor}">${shown}</a>`;
}
