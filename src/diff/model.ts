import type { CatalogObject } from "../catalog/model.ts";

/**
 * What a statement may cost, by name:
 * `DELETES_DATA`     rows or values go, or a type that some are of
 * `REWRITES_TABLE`   every row is written again, under ACCESS EXCLUSIVE
 * `BLOCKS_READS`     a whole table is read under ACCESS EXCLUSIVE
 * `BLOCKS_WRITES`    a whole table is read under a lock that writers wait for
 * `DEPENDS_ON_DATA`  fails where the rows that are there do not fit
 * `CHANGES_MEANING`  values that are there are called otherwise afterwards
 * `RUNS_OUT`         a counter has fewer values to give, or gives some again
 */
export const hazards = [
  "DELETES_DATA",
  "REWRITES_TABLE",
  "BLOCKS_READS",
  "BLOCKS_WRITES",
  "DEPENDS_ON_DATA",
  "CHANGES_MEANING",
  "RUNS_OUT",
] as const;
export type Hazard = (typeof hazards)[number];

/** One statement of a plan, without its semicolon. */
export interface Statement {
  readonly sql: string;
  /** The strongest lock that it takes on something that was there before; undefined where it waits for nobody. */
  readonly lock: string | undefined;
  readonly rewrites: boolean;
  readonly scans: boolean;
  readonly hazards: readonly Hazard[];
  /**
   * `transaction`: with its neighbours. `committed`: what follows may use it only after a commit.
   * `alone`: in no transaction at all.
   */
  readonly mode: "transaction" | "committed" | "alone";
  /** The same without blocking writers, where there is such a way; must run alone. */
  readonly concurrently?: readonly string[];
  /** Stands on something that can be done concurrently: where that is done so, it comes after it. */
  readonly isLate?: boolean;
}

/** Something that cannot be done by SQL that keeps what is there. */
export interface Obstacle {
  readonly kind: string;
  readonly name: string;
  readonly why: string;
  /** The difference that cannot be mended, by its object's id. */
  readonly id: string;
}

export interface DiffPlan {
  readonly statements: readonly Statement[];
  readonly obstacles: readonly Obstacle[];
  /** What the plan leaves as it is, or what a person should look at. A sentence each. */
  readonly notes: readonly string[];
}

/**
 * What becomes of an object. `swap` is for types that columns are of: the old one is renamed, the new one made, the columns
 * follow, the old one goes.
 */
export type Fate = "same" | "create" | "drop" | "alter" | "replace" | "swap";

export interface Piece {
  readonly id: string;
  readonly before: CatalogObject | undefined;
  readonly after: CatalogObject | undefined;
  fate: Fate;
  /** Properties whose values differ. */
  readonly changed: ReadonlySet<string>;
  /** What must be done although no property differs: a default that must let go of what is replaced, and the like. */
  readonly needs: Set<"retype" | "redefault">;
}
