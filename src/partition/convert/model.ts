import type { Interval, KeyType, Range, Relation } from "../model.ts";
import type { Traits } from "../read-traits.ts";

export interface Definition {
  readonly name: string;
  /** As the catalog writes it. */
  readonly definition: string;
}

/** What an index is stored in; undefined in conversions that an earlier version has begun. */
export interface Placed {
  /** Null where it is the database's own. */
  readonly tablespace?: string | null;
}

export interface IndexPart extends Definition, Placed {
  /** What follows USING. */
  readonly rest: string;
  readonly isUnique: boolean;
  /** How much statistics are gathered of its expressions, where that was said. */
  readonly targets?: readonly { readonly column: number; readonly target: number }[];
}

export interface SelfKey extends Definition {
  readonly column: string;
  readonly refers: string;
  /** a no action, r restrict, c cascade, n set null, d set default. */
  readonly onDelete: string;
}

export interface Identity extends Relation {
  readonly column: string;
  /** a always, d by default. */
  readonly kind: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycles: boolean;
}

/** Everything of a table that comes along. */
export interface Parts {
  /** Without generated ones. */
  readonly columns: readonly string[];
  readonly primaryKey: {
    readonly name: string;
    readonly columns: readonly string[];
    readonly include: readonly string[];
  } & Placed;
  readonly indexes: readonly IndexPart[];
  readonly uniques: readonly (Definition & Placed)[];
  readonly foreignKeys: readonly (Definition & { readonly schema: string; readonly table: string })[];
  readonly selfKeys: readonly SelfKey[];
  readonly triggers: readonly (Definition & { readonly enabled: string })[];
  /** `options` is a JSON array. */
  readonly views: readonly (Definition & { readonly schema: string; readonly options: string })[];
  readonly sequences: readonly (Relation & { readonly column: string })[];
  readonly identities: readonly Identity[];
  readonly publications: readonly {
    readonly name: string;
    readonly columns: readonly string[] | null;
    readonly where: string | null;
  }[];
  /** Of what hangs on the table. */
  readonly comments: readonly {
    readonly kind: "INDEX" | "CONSTRAINT" | "TRIGGER" | "POLICY";
    readonly name: string;
    readonly comment: string;
  }[];
  readonly rows: number;
  readonly bytes: number;
}

export interface Slice {
  readonly name: string;
  readonly range: Range;
}

/** What a conversion needs to know to go on, or to be taken back, whatever has been done of it. Kept as JSON. */
export interface Spec {
  readonly kind: "convert" | "drain" | "undo";
  readonly schema: string;
  readonly name: string;
  readonly column: string;
  readonly keyType: KeyType;
  readonly interval: Interval;
  readonly timezone: string;
  readonly selfFk: "trigger" | "drop" | null;
  readonly parts: Parts;
  readonly traits: Traits;
  /** The columns of the primary key from the cut-over on. */
  readonly key: readonly string[];
  /** Where the rows are now: the old table, the default partition, or the partitioned table itself. */
  readonly source: string;
  /** The table that the rows are copied to, and through it its slices. */
  readonly staging: string;
  readonly strays: string;
  /** What the source is called once its rows stand elsewhere. */
  readonly moved: string;
  readonly slices: readonly Slice[];
  /** What the table was made of at the beginning and, from the cut-over on, after that: lines of `shape.sql`. */
  readonly shape?: readonly string[];
  /** Where triggers write down that a copy has missed something. */
  readonly failures: Relation;
  /** For undo: the partitions that are read, one after the other. */
  readonly leaves: readonly Relation[];
}

export const convertPhases = [
  "index",
  "cutover",
  "analyze",
  "staging",
  "sync",
  "copy",
  "keys",
  "verify",
  "swap",
  "finish",
] as const;

export type Phase = (typeof convertPhases)[number];

/** A conversion as the tool's own table has it. */
export interface Conversion {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: Spec["kind"];
  readonly phase: Phase;
  readonly isPaused: boolean;
  readonly spec: Spec;
  readonly leaf: number;
  readonly block: number;
  readonly filenode: number | null;
  readonly copied: number;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: "done" | "aborted" | "rolled back" | null;
}
