/** What seed files say and what a run reports; types only. */
import type { Skew } from "./skew.ts";

export type Scalar = string | number | boolean | null;

/** A file of `seeds/`: what one table is filled with. */
export type SeedFile = TableFile | DerivedFile;

interface NamedFile {
  /** As people find it, e.g. `seeds/users.json`. */
  readonly shownPath: string;
  /** `users`, or `app.users`. */
  readonly table: string;
}

/** A table whose rows are made here. */
export interface TableFile extends NamedFile {
  readonly kind: "table";
  /** At --scale 1. */
  readonly rows: number;
  /** False: as many rows at every scale. */
  readonly scales: boolean;
  readonly pairs: PairsSpec | undefined;
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  /** Triggers whose work is done by what the files say; they rest during the load. */
  readonly withoutTriggers: readonly string[];
  /** A function of the schema that makes the months of a partitioned table: (regclass, first month, months). */
  readonly monthsBy: string | undefined;
}

/** A table that a statement fills from the others, once they are loaded. */
export interface DerivedFile extends NamedFile {
  readonly kind: "derived";
  /** Filled when this table is loaded. */
  readonly of: string;
  /** The text of the statement, and where it stands. */
  readonly sql: string;
  readonly sqlPath: string;
  /** Kept by triggers: filled here only while those rest. */
  readonly isKept: boolean;
}

export interface SideSpec {
  readonly column: string;
  readonly table: string;
  readonly skew?: Skew | undefined;
  readonly ranking?: string | undefined;
}

export interface PairsSpec {
  readonly of: SideSpec;
  readonly with: SideSpec;
  /** The column of the `of` row that names its first partner. */
  readonly first?: string | undefined;
}

export interface ColumnSpec {
  readonly generator: GeneratorSpec;
  /** The share of rows without a value. */
  readonly nulls: number;
  /** Chosen by the row that this column refers to, so that all rows which refer to it agree. */
  readonly keyedBy: string | undefined;
  /** Kept by triggers: written here only while those rest. */
  readonly isKept: boolean;
}

export type GeneratorName = keyof GeneratorOptions;

/** A generator with its options. Whoever wants the options is called with a name that says which they are. */
export interface GeneratorSpec {
  readonly name: GeneratorName;
  visit<Result>(
    visitor: <Name extends GeneratorName>(name: Name, options: GeneratorOptions[Name]) => Result,
  ): Result;
}

export const personParts = ["first", "last", "full", "username", "email"] as const;
export type PersonPart = (typeof personParts)[number];

export const textKinds = [
  "sentence",
  "paragraph",
  "bio",
  "city",
  "website",
  "track-title",
  "album-title",
  "artist-name",
  "playlist-name",
  "room-name",
  "chat-message",
  "comment",
  "user-agent",
] as const;
export type TextKind = (typeof textKinds)[number];

export const leanings = ["early", "even", "late"] as const;

/** The options of each generator, as a seed file gives them. */
export interface GeneratorOptions {
  readonly sequence: Readonly<Record<string, never>>;
  readonly value: unknown;
  readonly each: readonly Scalar[];
  readonly pick:
    | readonly Scalar[]
    | { readonly from: readonly Scalar[]; readonly weights: readonly number[] };
  readonly integer: { readonly min: number; readonly max: number; readonly skew?: Skew | undefined };
  readonly decimal: { readonly min: number; readonly max: number; readonly digits: number };
  readonly boolean: number;
  readonly hex: number;
  readonly uuid: Readonly<Record<string, never>>;
  readonly ip: Readonly<Record<string, never>>;
  readonly template: string;
  readonly person: PersonPart;
  readonly text: TextKind | { readonly kind: TextKind; readonly languageOf?: string | undefined };
  readonly json: Readonly<Record<string, ColumnSpec>>;
  readonly spread: {
    readonly months: number;
    readonly growth?: number | undefined;
    readonly ties?: number | undefined;
  };
  readonly after: {
    readonly columns: readonly string[];
    readonly lean?: (typeof leanings)[number] | undefined;
    /** The share of rows whose time is later at all. */
    readonly share?: number | undefined;
    /** No later than so many days after. */
    readonly withinDays?: number | undefined;
  };
  readonly plus: { readonly column: string; readonly days: number };
  readonly ref: {
    readonly table: string;
    readonly column?: string | undefined;
    readonly skew?: Skew | undefined;
    readonly ranking?: string | undefined;
    /** A time of this row at which the other one is there already. */
    readonly existingAt?: string | undefined;
    /** Every row at most once. */
    readonly unique?: boolean | undefined;
  };
  readonly partner: {
    readonly of: string;
    readonly table: string;
    readonly existingAt?: string | undefined;
    readonly joined?: string | undefined;
    readonly outsiders?: number | undefined;
  };
  readonly earlier: { readonly same: string; readonly share: number };
  readonly copy: { readonly from: string; readonly column: string };
  readonly index: { readonly from?: number | undefined };
  readonly first: { readonly first: ColumnSpec; readonly rest: ColumnSpec };
  readonly switch: {
    readonly on: string;
    readonly cases: Readonly<Record<string, ColumnSpec>>;
    readonly else?: ColumnSpec | undefined;
  };
  readonly count: { readonly table: string };
  readonly sum: { readonly table: string; readonly column: string };
  readonly popularity: { readonly of: string; readonly top: number };
  readonly atLeast: { readonly column: string; readonly steps: readonly number[] };
}
