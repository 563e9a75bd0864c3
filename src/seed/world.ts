import type { Column } from "./column.ts";
import { makeColumn, sideColumn } from "./make-column.ts";
import { fileError } from "./failure.ts";
import type { TableFile } from "./model.ts";
import { makePairs } from "./pairs.ts";
import type { Pairs } from "./pairs.ts";
import { permutation } from "./permutation.ts";
import { popularity } from "./popularity.ts";
import type { Popularity } from "./popularity.ts";
import { keyWithin, runKey } from "./random.ts";
import type { Key } from "./random.ts";
import type { Table, Tables } from "./table.ts";

export interface WorldWishes {
  readonly seed: number;
  readonly scale: number;
  /** Where the history ends, in milliseconds since 1970. */
  readonly asOf: number;
  /** The tables that the run loads. */
  readonly loaded: ReadonlySet<string>;
  /** The highest id of each table that had rows before. */
  readonly bases: ReadonlyMap<string, number>;
}

/** Every table that there are files for, whether it is loaded or only asked. */
export function makeWorld(files: readonly TableFile[], wishes: WorldWishes): Tables {
  // What is appended to rows is other data than what was there, and the same for the same rows before.
  const bases = [...wishes.bases.values()].filter((base) => base > 0);
  const key = runKey(wishes.seed, ...bases);
  const tables = new Map<string, Table>();
  for (const file of files) tables.set(file.table, makeTable(file, tables, key, wishes));
  return tables;
}

/** How many rows a file asks for at a scale. */
export function rowsAt(file: TableFile, scale: number): number {
  return file.scales ? Math.max(1, Math.round(file.rows * scale)) : file.rows;
}

function makeTable(file: TableFile, tables: Tables, run: Key, wishes: WorldWishes): Table {
  const key = keyWithin(run, file.table);
  const rows = rowsAt(file, wishes.scale);
  const columns = new Map<string, Column>();
  const rankings = new Map<string, Popularity>();
  const underWay = new Set<string>();
  const order = file.pairs === undefined ? undefined : permutation(rows, keyWithin(key, "order"));
  let pairs: Pairs | undefined;
  const pairSides = [file.pairs?.of.column, file.pairs?.with.column].filter((name) => name !== undefined);
  const clockName = Object.entries(file.columns).find(
    ([, { generator }]) => generator.name === "spread",
  )?.[0];

  const makeOwn = (name: string): Column | undefined => {
    const side = sideColumn(table, tables, name);
    if (side !== undefined) return side;
    const spec = Object.hasOwn(file.columns, name) ? file.columns[name] : undefined;
    if (spec === undefined) return undefined;
    if (underWay.has(name))
      throw fileError(file, `columns.${name}`, "it needs its own value, by way of other columns");
    underWay.add(name);
    try {
      return makeColumn(spec, {
        table,
        tables,
        asOf: wishes.asOf,
        field: `columns.${name}`,
        key: keyWithin(key, name),
        isKept: spec.isKept,
      });
    } finally {
      underWay.delete(name);
    }
  };
  const table: Table = {
    name: file.table,
    file,
    rows,
    base: wishes.bases.get(file.table) ?? 0,
    key,
    isLoaded: wishes.loaded.has(file.table),
    columnNames: [...pairSides, ...Object.keys(file.columns).filter((name) => !name.startsWith("."))],
    column: (name) => {
      const known = columns.get(name);
      if (known !== undefined) return known;
      const made = makeOwn(name);
      if (made !== undefined) columns.set(name, made);
      return made;
    },
    popularity: (ranking = "popularity") => {
      const known = rankings.get(ranking) ?? popularity(rows, keyWithin(key, ranking));
      rankings.set(ranking, known);
      return known;
    },
    get pairs() {
      if (file.pairs !== undefined) pairs ??= pairsOf(table, tables, file.pairs, rows);
      return pairs;
    },
    get clock() {
      return clockName === undefined ? undefined : table.column(clockName)?.clock;
    },
    rowAt: (place) => order?.at(place) ?? place,
    hasRow: (row) => (table.pairs?.ofAt(row) ?? 0) >= 0,
  };
  return table;
}

function pairsOf(table: Table, tables: Tables, spec: NonNullable<TableFile["pairs"]>, slots: number): Pairs {
  const of = tables.get(spec.of.table);
  const partners = tables.get(spec.with.table);
  if (of === undefined || partners === undefined)
    throw new Error(`the tables of the pairs ${table.name} were not checked`);
  const first = spec.first === undefined ? undefined : of.column(spec.first)?.reference;
  if (spec.first !== undefined && first?.table !== partners) {
    throw fileError(
      table.file,
      "pairs.first",
      `${spec.first} of ${of.name} does not refer to ${partners.name}`,
    );
  }
  return makePairs({
    slots,
    of: of.popularity(spec.of.ranking),
    ofSkew: spec.of.skew ?? 1,
    with: partners.popularity(spec.with.ranking),
    withSkew: spec.with.skew ?? 1,
    isWithinTable: of === partners,
    firstOf: first === undefined ? undefined : (row) => first.rowAt(row),
    key: keyWithin(table.key, "pairs"),
  });
}
