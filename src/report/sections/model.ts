/** A section of the page as plain data: what plots show, and the tables behind them. HTML and Markdown are made of it. */
import type { SeriesSet } from "../model.ts";

/** `rate`: a second; `bytesRate`: bytes a second; `part`: from 0 to 1; `time`: ISO 8601. */
export type Unit =
  | "text"
  | "code"
  | "count"
  | "bytes"
  | "ms"
  | "part"
  | "time"
  | "rate"
  | "bytesRate"
  | "days";

export type Tone = "bad" | "warning" | "good";

export interface DataColumn {
  readonly name: string;
  readonly unit: Unit;
}

export type DataCell =
  | string
  | number
  | null
  | { readonly value: string | number | null; readonly tone: Tone };

export interface DataRow {
  readonly cells: readonly DataCell[];
  /** The query that the row is about. */
  readonly queryid?: string | undefined;
}

export interface DataTable {
  readonly caption: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly DataRow[];
}

/** Horizontal bars, each of one part or of several that stand for a whole. */
export interface Bars {
  readonly kind: "bars";
  readonly title: string;
  readonly parts: readonly string[];
  /** `pair`: two values one above the other, each of its own; parts of a whole unless it is given. */
  readonly shape?: "pair" | undefined;
  /** Without a title of its own: the label says it. */
  readonly isBare?: boolean | undefined;
  readonly items: readonly {
    readonly label: string;
    readonly values: readonly number[];
    /** Beside the bar. */
    readonly note: string;
    readonly queryid?: string | undefined;
    readonly tone?: Tone | undefined;
    /** Where links lead to it. */
    readonly id?: string | undefined;
    /** What is opened below it. */
    readonly folded?: Folded | undefined;
  }[];
  /** What a whole bar stands for; the longest one unless it is given. */
  readonly full?: number | undefined;
}

/** What stood or happened over time. */
export interface Lines {
  readonly kind: "lines";
  readonly title: string;
  readonly unit: Unit;
  readonly set: SeriesSet;
  /** The name of a line that is shown; by its place. */
  readonly labels: readonly string[];
  /** `bars`: what happened between two moments, counted. */
  readonly shape: "line" | "bars";
  readonly events: readonly { readonly at: string; readonly what: string }[];
  /** `log`: values of very different sizes; what is 0 is not drawn. */
  readonly scale?: "log" | undefined;
  /** The axis starts there: 0 unless it is given. */
  readonly least?: number | undefined;
}

/** Spans of time, a row for each table. */
export interface Spans {
  readonly kind: "spans";
  readonly title: string;
  readonly now: string;
  readonly rows: readonly {
    readonly label: string;
    readonly note: string;
    readonly tone?: Tone | undefined;
    readonly spans: readonly {
      readonly name: string;
      readonly from: string;
      readonly to: string;
      readonly bytes: number;
    }[];
  }[];
}

export type Plot = Bars | Lines | Spans;

/** A text that is opened where it is wanted: a query with its plan. */
export interface Folded {
  readonly title: string;
  readonly facts: string;
  readonly blocks: readonly { readonly name: string; readonly code: string }[];
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** What there is to see, in one or two sentences. */
  readonly lede: string;
  readonly plots: readonly Plot[];
  readonly tables: readonly DataTable[];
  readonly notes: readonly string[];
  /** Why there is nothing to see, and what mends it. */
  readonly absent: { readonly why: string; readonly mend: string | null } | null;
}

/** A section of parts; what is left out is empty. Tables without rows are none. */
export function section(parts: Pick<Section, "id" | "title"> & Partial<Section>): Section {
  const { tables = [] } = parts;
  return {
    lede: "",
    plots: [],
    notes: [],
    absent: null,
    ...parts,
    tables: tables.filter(({ rows }) => rows.length > 0).map(knownColumns),
  };
}

/** Columns of which nothing is known are left out; the notes say why. */
function knownColumns(table: DataTable): DataTable {
  const isKnown = table.columns.map((_, index) =>
    table.rows.some(({ cells }) => {
      const cell = cells[index] ?? null;
      return (typeof cell === "object" && cell !== null ? cell.value : cell) !== null;
    }),
  );
  const keep = <T>(list: readonly T[]): readonly T[] => list.filter((_, index) => isKnown[index] === true);
  return {
    ...table,
    columns: keep(table.columns),
    rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })),
  };
}
