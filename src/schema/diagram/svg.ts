import { escapeXml } from "../../kernel/markup.ts";
import { wireColours } from "./colours.ts";
import type { PlacedGroup, PlacedTable, Point, Wire, WireEnd } from "./layout-model.ts";
import { layOut } from "./layout.ts";
import { clipped, notesOf, sizes, typeOf } from "./measure.ts";
import type { Diagram, DiagramColumn } from "./model.ts";

const style = `
text { font: ${sizes.font}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2933; }
.title { font-size: 15px; font-weight: 600; }
.legend, .note, .type { fill: #67727e; }
.group { fill: #f5f7fa; stroke: #cfd6de; }
.schema { font-size: 13px; font-weight: 600; fill: #52606d; }
.box { fill: #fff; stroke: #8794a3; }
.head { fill: #334155; }
.name { font-size: 12px; font-weight: 600; fill: #fff; }
.key { font-size: 9px; font-weight: 600; fill: #8a6d00; }
.key.foreign { fill: #2563a8; }
.primary { font-weight: 600; }
.rule { stroke: #e4e8ed; }
.wire { fill: none; stroke-width: 1.4; }
.wire:hover { stroke-width: 3; }
`;

/** A picture that stands by itself: no script, no font, nothing from elsewhere. */
export function renderSvg(diagram: Diagram, title: string): string {
  const layout = layOut(diagram);
  const colourOf = wireColours(layout);
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(sizes.margin, sizes.margin + 12, "title", title),
    ...layout.groups.map(group),
    ...layout.wires.map((wire) => drawWire(wire, colourOf)),
    ...layout.tables.map((placed) => drawTable(placed, colourOf)),
    text(
      sizes.margin,
      height - sizes.margin + 6,
      "legend",
      "PK primary key · FK foreign key · U unique · ? may be NULL · wires: a fork is many, a bar at most one, a dot what is referred to",
    ),
    "</svg>",
    "",
  ].join("\n");
}

function group({ schema, x, y, width, height }: PlacedGroup): string {
  return [
    `<rect class="group" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>`,
    text(x + sizes.groupPadding, y + 20, "schema", schema),
  ].join("\n");
}

function drawTable(
  { table, x, y, width, height }: PlacedTable,
  colourOf: ReadonlyMap<string, string>,
): string {
  const rows = table.columns.map((column, index) =>
    row(column, x, y + sizes.header + index * sizes.row, width),
  );
  const notes = notesOf(table).map((note, index) =>
    text(x + sizes.gutter, y + sizes.header + (table.columns.length + index) * sizes.row + 13, "note", note),
  );
  const colour = colourOf.get(table.id);
  return [
    `<g id="${escapeXml(table.id)}">`,
    `<title>${escapeXml([`${table.schema}.${table.name}`, table.comment ?? ""].filter((line) => line !== "").join("\n"))}</title>`,
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>`,
    `<path class="head" d="M${x} ${y + sizes.header}V${y + 4}q0 -4 4 -4H${x + width - 4}q4 0 4 4V${y + sizes.header}Z"${colour === undefined ? "" : ` style="fill:${colour}"`}/>`,
    text(x + sizes.padding, y + 17, "name", clipped(table.name)),
    ...rows,
    ...notes,
    "</g>",
  ].join("\n");
}

function row(column: DiagramColumn, x: number, y: number, width: number): string {
  const key = column.isPrimary ? "PK" : column.isForeign ? "FK" : column.isUnique ? "U" : "";
  const base = y + 13;
  const comment = column.comment === null ? "" : `<title>${escapeXml(column.comment)}</title>`;
  return [
    ...(key === "" ? [] : [text(x + 8, base, key === "FK" ? "key foreign" : "key", key)]),
    `<text x="${x + sizes.gutter}" y="${base}"${column.isPrimary ? ' class="primary"' : ""}>${comment}${escapeXml(clipped(column.name))}</text>`,
    `<text class="type" x="${x + width - sizes.padding}" y="${base}" text-anchor="end">${escapeXml(typeOf(column))}</text>`,
  ].join("\n");
}

function drawWire({ to, references, lines, ends }: Wire, colourOf: ReadonlyMap<string, string>): string {
  const shown = references.map(({ name, from }) => `${from} → ${to} (${name})`).join("\n");
  const colour = colourOf.get(to) ?? "#000";
  return [
    `<g class="wire" stroke="${colour}"><title>${escapeXml(shown)}</title>`,
    `<path d="${lines.map(pathOf).join("")}"/>`,
    ...ends.map((end) => mark(end, colour)),
    "</g>",
  ].join("\n");
}

/** A crow's foot where many rows refer, a bar where one can, a dot at what is referred to. */
function mark({ x, y, toward, kind }: WireEnd, colour: string): string {
  const way = toward === "left" ? -1 : 1;
  if (kind === "target")
    return `<circle cx="${x + way * 4}" cy="${y}" r="3.2" fill="${colour}" stroke="none"/>`;
  const tip = x + way * 9;
  return kind === "one"
    ? `<path d="M${x + way * 6} ${y - 4}v8"/>`
    : `<path d="M${x} ${y - 4.5}L${tip} ${y}L${x} ${y + 4.5}"/>`;
}

const radius = 4;

/** A line with its corners rounded. */
function pathOf(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${point.x} ${point.y}`;
      if (after === undefined) return `L${point.x} ${point.y}`;
      const from = toward(point, before);
      const to = toward(point, after);
      return `L${from.x} ${from.y}Q${point.x} ${point.y} ${to.x} ${to.y}`;
    })
    .join("");
}

/** The point on the way from a corner to the next point at which the curve begins. */
function toward(corner: Point, next: Point): Point {
  const length = Math.abs(next.x - corner.x) + Math.abs(next.y - corner.y);
  const step = Math.min(radius, length / 2);
  return {
    x: corner.x + Math.sign(next.x - corner.x) * step,
    y: corner.y + Math.sign(next.y - corner.y) * step,
  };
}

function text(x: number, y: number, className: string, content: string): string {
  return `<text class="${className}" x="${x}" y="${y}">${escapeXml(content)}</text>`;
}
