import { remembering } from "./column.ts";
import type { Column } from "./column.ts";
import { fileError } from "./failure.ts";
import { countMakers } from "./generators/counts.ts";
import { personMaker } from "./generators/person.ts";
import { plainMakers } from "./generators/plain.ts";
import { referenceMakers } from "./generators/references.ts";
import { textMaker } from "./generators/text.ts";
import { timeMakers } from "./generators/times.ts";
import type { ColumnSpec, GeneratorName } from "./model.ts";
import { Random, keyWithin } from "./random.ts";
import type { Maker, Place, Site } from "./place.ts";
import type { Table, Tables } from "./table.ts";

const makers: { readonly [Name in GeneratorName]: Maker<Name> } = {
  ...plainMakers,
  ...timeMakers,
  ...referenceMakers,
  ...countMakers,
  person: personMaker,
  text: textMaker,
};

/** A column as its file describes it, ready to give values. */
export function makeColumn(spec: ColumnSpec, site: Site): Column {
  const place = makePlace(spec, site);
  const made = spec.generator.visit((name, options) => makers[name](options, place));
  return remembering(withNulls(keyed(made, spec, place), spec, site));
}

/** The columns of the two sides of a table of pairs, which no generator makes. */
export function sideColumn(table: Table, tables: Tables, name: string): Column | undefined {
  const { pairs } = table.file;
  const side = pairs?.of.column === name ? pairs.of : pairs?.with.column === name ? pairs.with : undefined;
  const other = side === undefined ? undefined : tables.get(side.table);
  if (side === undefined || other === undefined) return undefined;
  const ids = other.column("id");
  if (ids === undefined)
    throw fileError(
      table.file,
      `pairs.${side === pairs?.of ? "of" : "with"}.table`,
      `${other.name} has no column id`,
    );
  const rowAt = (row: number): number =>
    (side === pairs?.of ? table.pairs?.ofAt(row) : table.pairs?.withAt(row)) ?? -1;
  return remembering({ kind: ids.kind, reference: { table: other, rowAt }, at: (row) => ids.at(rowAt(row)) });
}

function makePlace({ isKept }: ColumnSpec, site: Site): Place {
  const { table, tables, field } = site;
  const fail = (problem: string, allowed?: string): Error => fileError(table.file, field, problem, allowed);
  const own = (name: string): Column => {
    const column = table.column(name);
    if (column !== undefined) return column;
    throw fail(`there is no column ${JSON.stringify(name)} in this file`, `columns: ${columnsOf(table)}`);
  };
  return {
    ...site,
    isKept: isKept || site.isKept,
    random: new Random(),
    own,
    fail,
    ownReference: (name) => {
      const { reference } = own(name);
      if (reference !== undefined) return reference;
      throw fail(`the column ${name} refers to no table`, "a column made by ref, partner, earlier or pairs");
    },
    tableOf: (name) => {
      const found = tables.get(name);
      if (found !== undefined) return found;
      throw fail(
        `no file fills the table ${JSON.stringify(name)}`,
        `tables: ${[...tables.keys()].join(", ")}`,
      );
    },
    columnOf: (other, name) => {
      const column = other.column(name);
      if (column !== undefined) return column;
      throw fail(
        `${other.name} has no column ${JSON.stringify(name)} in its file`,
        `columns: ${columnsOf(other)}`,
      );
    },
    nested: (spec, name) =>
      makeColumn(spec, { ...site, field: `${field}.${name}`, key: keyWithin(site.key, name) }),
  };
}

function columnsOf(table: Table): string {
  return [...new Set([...table.columnNames, ...Object.keys(table.file.columns)])].join(", ");
}

/** The value is that of the row referred to: the same for all rows that refer to it. */
function keyed(column: Column, { keyedBy }: ColumnSpec, place: Place): Column {
  if (keyedBy === undefined) return column;
  const { rowAt } = place.ownReference(keyedBy);
  return { kind: column.kind, at: (row) => column.at(Math.max(rowAt(row), 0)) };
}

function withNulls(column: Column, { nulls }: ColumnSpec, site: Site): Column {
  if (nulls === 0) return column;
  const random = new Random();
  const key = keyWithin(site.key, "null");
  const isNull = (row: number): boolean => random.seek(key, row).unit() < nulls;
  const { kind, reference } = column;
  return {
    kind,
    at: (row) => {
      const value = column.at(row); // asked also where it is not taken: some generators look at every row
      return isNull(row) ? null : value;
    },
    reference:
      reference === undefined
        ? undefined
        : { table: reference.table, rowAt: (row) => (isNull(row) ? -1 : reference.rowAt(row)) },
  };
}
