import type { ColumnDescription, Db } from "../postgres/connect.ts";
import { loadSql } from "../sql/load.ts";
import type { Query, QueryColumn } from "./model.ts";
import { readGenericPlan } from "./generic-plan.ts";
import { isNode, relationsOf } from "./plan-relations.ts";

const typeNamesSql = loadSql(import.meta.url, "sql/type-names.sql");
const notNullSql = loadSql(import.meta.url, "sql/columns-not-null.sql");
const relationOidsSql = loadSql(import.meta.url, "sql/relation-oids.sql");

export interface Described {
  /** The types of the parameters, in their order. */
  readonly parameterOids: readonly number[];
  readonly columns: readonly QueryColumn[];
  readonly types: ReadonlyMap<number, TypeName>;
}

export interface TypeName {
  /** As PostgreSQL writes it. */
  readonly name: string;
  /** What a domain is made over; else the type itself. */
  readonly baseOid: number;
}

/** Has the server parse a query and say what it takes and what it gives. The server's own error when it will not. */
export async function describeQuery(db: Db, query: Query): Promise<Described> {
  const { parameterOids, columns } = await db.describe(query.statement.sql);
  const types = await readTypes(db, [...parameterOids, ...columns.map(({ typeOid }) => typeOid)]);
  const isNullable = await readNullability(db, query, columns);
  return {
    parameterOids,
    types,
    columns: columns.map((column, at) => {
      const note = query.columns.find(({ name }) => name === column.name);
      return {
        name: column.name,
        type: types.get(column.typeOid)?.name ?? "unknown",
        typeOid: column.typeOid,
        nullable: note?.isNullable ?? isNullable[at] ?? true,
        summary: note?.summary ?? "",
      };
    }),
  };
}

async function readTypes(db: Db, oids: readonly number[]): Promise<ReadonlyMap<number, TypeName>> {
  const list = `{${[...new Set(oids)].join(",")}}`;
  const rows = await db.query<{ oid: string; name: string; baseOid: string }>(typeNamesSql, [list]);
  return new Map(rows.map(({ oid, name, baseOid }) => [Number(oid), { name, baseOid: Number(baseOid) }]));
}

/**
 * A column holds no NULL when it is, as it stands, a NOT NULL column of a table that no outer join of the plan may leave
 * without a row. Everything else may be NULL, unless the header knows better.
 */
async function readNullability(
  db: Db,
  query: Query,
  columns: readonly ColumnDescription[],
): Promise<boolean[]> {
  const tables = [...new Set(columns.map(({ tableOid }) => tableOid).filter((oid) => oid !== 0))];
  if (tables.length === 0) return columns.map(() => true);
  const notNull = await db.query<{ tableOid: string; attributeNumber: number }>(notNullSql, [
    `{${tables.join(",")}}`,
  ]);
  const isDeclared = ({ tableOid, attributeNumber }: ColumnDescription): boolean =>
    notNull.some((row) => Number(row.tableOid) === tableOid && row.attributeNumber === attributeNumber);
  if (!columns.some(isDeclared)) return columns.map(() => true);
  const whole = await wholeTables(db, query);
  return columns.map((column) => !isDeclared(column) || !whole.has(column.tableOid));
}

/** The tables that are read, and never on the side of an outer join that may be missing. */
async function wholeTables(db: Db, query: Query): Promise<ReadonlySet<number>> {
  const plan = await readGenericPlan(db, query);
  if (!isNode(plan)) return new Set();
  const { relations, hasGroupingSets } = relationsOf(plan);
  if (hasGroupingSets || relations.length === 0) return new Set();
  const rows = await db.query<{ index: number; oid: string }>(relationOidsSql, [
    arrayText(relations.map(({ schema }) => schema)),
    arrayText(relations.map(({ name }) => name)),
  ]);
  const doubtful = new Set(
    rows.filter(({ index }) => relations[index]?.isNullable !== false).map(({ oid }) => Number(oid)),
  );
  return new Set(rows.map(({ oid }) => Number(oid)).filter((oid) => !doubtful.has(oid)));
}

/** Texts as one parameter that is an array. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
