/** What a result looks like, before any renderer has seen it: a few kinds of block that every renderer knows. */
export type Block =
  | { readonly kind: "text"; readonly text: string; readonly tone?: Tone }
  | { readonly kind: "heading"; readonly text: string }
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: "pairs"; readonly pairs: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "sql"; readonly sql: string }
  | { readonly kind: "hint"; readonly text: string };

export type Tone = "good" | "bad" | "warning" | "muted";

export interface Column {
  readonly name: string;
  readonly align?: "left" | "right";
  /** The name in CSV and Markdown, where the cells hold raw numbers: `totalMs`. */
  readonly rawName?: string;
  /** Left out on a terminal that is too narrow for all; the rightmost goes first. */
  readonly isOptional?: boolean;
  /** A text is worth showing from this width on: optional columns are left out before it gets less. */
  readonly least?: number | undefined;
  /** For programs alone: people do not see it. */
  readonly isRawOnly?: boolean;
}

export type Cell = string | number | boolean | null | RichCell;

/** What people see, and the value that it stands for. */
export interface RichCell {
  readonly text: string;
  readonly tone?: Tone | undefined;
  /** In CSV and Markdown; where there is none, the text. */
  readonly raw?: string | number | boolean | null;
}

export function text(content: string, tone?: Tone): Block {
  return tone === undefined ? { kind: "text", text: content } : { kind: "text", text: content, tone };
}

export function heading(content: string): Block {
  return { kind: "heading", text: content };
}

export function table(columns: readonly (string | Column)[], rows: readonly (readonly Cell[])[]): Block {
  return {
    kind: "table",
    columns: columns.map((column) => (typeof column === "string" ? { name: column } : column)),
    rows,
  };
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

/** A moment in UTC, to the minute for people and as it is for programs. */
export function timeCell(iso: string): RichCell {
  const minute = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*(?:Z|\+00:00)$/.exec(iso);
  return { text: minute === null ? iso : `${minute[1]} ${minute[2]}Z`, raw: iso };
}

/** The bare text of a cell. */
export function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? cell.text : String(cell);
}

/** The value of a cell for programs. */
export function rawText(cell: Cell): string {
  if (typeof cell !== "object" || cell === null || cell.raw === undefined) return cellText(cell);
  return cell.raw === null ? "" : String(cell.raw);
}

/** The name of a column for programs. */
export function rawName({ name, rawName: raw }: Column): string {
  return raw ?? name;
}
