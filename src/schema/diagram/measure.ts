/** How big things are, in pixels. Text is monospaced, so that its width is known without a font. */
import type { DiagramReference, DiagramTable } from "./model.ts";
import { shortType } from "./short-type.ts";

export const sizes = {
  font: 11,
  character: 6.65,
  header: 26,
  row: 17,
  /** Under the last row. */
  foot: 5,
  /** Left of a column's name, for PK and FK. */
  gutter: 30,
  padding: 10,
  /** Between tables of one layer. */
  between: 24,
  /** Between a wire that passes through a layer and what is above and below it. */
  lane: 9,
  groupPadding: 18,
  groupTitle: 30,
  margin: 24,
  title: 34,
  legend: 30,
} as const;

const mostCharacters = 34;

/** Cut where it is too long to stand in a box. */
export function clipped(text: string): string {
  const characters = [...text];
  return characters.length <= mostCharacters ? text : `${characters.slice(0, mostCharacters - 1).join("")}…`;
}

export function typeOf({ type, isNullable }: DiagramTable["columns"][number]): string {
  return clipped(shortType(type)) + (isNullable ? "?" : "");
}

/** The lines under the columns: what is not shown of the table. */
export function notesOf({ hidden, partitions, kind }: DiagramTable): string[] {
  const plural = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;
  return [
    ...(hidden === 0 ? [] : [`+ ${plural(hidden, "column")}`]),
    ...(partitions === 0 ? [] : [`in ${plural(partitions, "partition")}`]),
    ...(kind === "foreign table" ? ["foreign table"] : []),
  ];
}

export function tableWidth(table: DiagramTable): number {
  const rows = table.columns.map(
    (column) => textWidth(clipped(column.name)) + textWidth(typeOf(column)) + 16,
  );
  const widest = Math.max(
    textWidth(clipped(table.name)) * 1.14 + 2 * sizes.padding,
    ...rows.map((width) => width + sizes.gutter + sizes.padding),
    ...notesOf(table).map((note) => textWidth(note) + sizes.gutter + sizes.padding),
  );
  return Math.max(110, Math.ceil(widest));
}

export function tableHeight(table: DiagramTable): number {
  const rows = table.columns.length + notesOf(table).length;
  return sizes.header + (rows === 0 ? 0 : rows * sizes.row + sizes.foot);
}

/** Where a wire meets a table, below its top: at the row of the column, or at the header where it is not shown. */
export function portOf({ columns }: DiagramTable, column: string | undefined): number {
  const row = columns.findIndex(({ name }) => name === column);
  return row < 0 ? sizes.header / 2 : sizes.header + row * sizes.row + sizes.row / 2 + 1;
}

/** The pair of columns at which a reference is drawn: of several, the first whose names differ. */
export function drawnPair({
  columns,
  targetColumns,
}: DiagramReference): readonly [string | undefined, string | undefined] {
  const at = columns.findIndex((column, index) => column !== targetColumns[index]);
  return [columns[Math.max(at, 0)], targetColumns[Math.max(at, 0)]];
}

/** Ideographs and emoji are two characters wide. */
export function textWidth(text: string): number {
  let characters = 0;
  for (const character of text) characters += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
  return characters * sizes.character;
}
