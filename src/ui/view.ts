/** What a result looks like, before any renderer has seen it: a few kinds of block that every renderer knows. */
export type Block =
  | { readonly kind: "text"; readonly text: string; readonly tone?: Tone }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: "pairs"; readonly pairs: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "sql"; readonly sql: string }
  | { readonly kind: "hint"; readonly text: string };

export type Tone = "good" | "bad" | "warning" | "muted";

export interface Column {
  readonly name: string;
  readonly align?: "left" | "right";
}

export type Cell = string | number | boolean | null | { readonly text: string; readonly tone: Tone };

export function text(content: string, tone?: Tone): Block {
  return tone === undefined ? { kind: "text", text: content } : { kind: "text", text: content, tone };
}

export function heading(content: string): Block {
  return { kind: "heading", text: content };
}

export function table(columns: readonly (string | Column)[], rows: readonly (readonly Cell[])[]): Block {
  return { kind: "table", columns: columns.map((column) => (typeof column === "string" ? { name: column } : column)), rows };
}

export function pairs(content: readonly (readonly [name: string, value: string])[]): Block {
  return { kind: "pairs", pairs: content };
}

export function sql(content: string): Block {
  return { kind: "sql", sql: content };
}

/** What to do next; a command where there is one. */
export function hint(content: string): Block {
  return { kind: "hint", text: content };
}

/** The bare text of a cell. */
export function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? cell.text : String(cell);
}
