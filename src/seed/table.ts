import type { Clock } from "./clock.ts";
import type { Column } from "./column.ts";
import type { TableFile } from "./model.ts";
import type { Pairs } from "./pairs.ts";
import type { Popularity } from "./popularity.ts";
import type { Key } from "./random.ts";

/** A table of the seed, ready to be asked for any value of any row. Rows are numbered from 0. */
export interface Table {
  readonly name: string;
  readonly file: TableFile;
  /** How many rows it has; of a table of pairs, how many at most. */
  readonly rows: number;
  /** The highest id that was there before; 0 in an empty table. */
  readonly base: number;
  readonly key: Key;
  /** The columns that are written, in their order. */
  readonly columnNames: readonly string[];
  /** True when the run loads it, and does not only ask it for values. */
  readonly isLoaded: boolean;
  readonly pairs: Pairs | undefined;
  readonly clock: Clock | undefined;
  readonly column: (name: string) => Column | undefined;
  readonly popularity: (ranking: string | undefined) => Popularity;
  /** The number of the row that is written n-th. */
  readonly rowAt: (place: number) => number;
  /** False for the number of a row that stays empty: one of pairs which nobody is left for. */
  readonly hasRow: (row: number) => boolean;
}

export type Tables = ReadonlyMap<string, Table>;
