import type { Column, Reference } from "./column.ts";
import type { ColumnSpec, GeneratorName, GeneratorOptions } from "./model.ts";
import type { Key, Random } from "./random.ts";
import type { Table, Tables } from "./table.ts";

/** Where a column stands. */
export interface Site {
  readonly table: Table;
  readonly tables: Tables;
  /** In milliseconds since 1970. */
  readonly asOf: number;
  /** As the file names it, e.g. `columns.metadata.json.bpm`. */
  readonly field: string;
  readonly key: Key;
  readonly isKept: boolean;
}

/** What a generator may ask its surroundings for. Everything is looked up while columns are made, not for each row. */
export interface Place extends Site {
  /** For this column alone: `seek` before each row. */
  readonly random: Random;
  /** Another column of the same row. */
  readonly own: (name: string) => Column;
  readonly ownReference: (name: string) => Reference;
  readonly tableOf: (name: string) => Table;
  readonly columnOf: (table: Table, name: string) => Column;
  readonly nested: (spec: ColumnSpec, name: string) => Column;
  /** The error of a file that asks for something which is not there. */
  readonly fail: (problem: string, allowed?: string) => Error;
}

export type Maker<Name extends GeneratorName> = (options: GeneratorOptions[Name], place: Place) => Column;
export type Makers<Name extends GeneratorName> = { readonly [Each in Name]: Maker<Each> };
