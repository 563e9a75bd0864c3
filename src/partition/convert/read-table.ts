import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { parseInstant } from "../bounds.ts";
import { quoteName } from "../like.ts";
import type { Instant, KeyType, Relation } from "../model.ts";
import type { Parts } from "./model.ts";

export interface FoundTable extends Relation {
  readonly oid: number;
  readonly kind: string;
  readonly ownerIsOurs: boolean;
  readonly owner: string;
}

/** A table by its name, as policies write it. */
export async function findTable(db: Db, schema: string | undefined, name: string): Promise<FoundTable> {
  const [found] = await db.query<FoundTable>(loadSql(import.meta.url, "./sql/find-table.sql"), [
    schema ?? null,
    name,
  ]);
  if (found !== undefined) return found;
  throw new VezaError({
    code: "partition.no-such-table",
    ending: "usage",
    message: `There is no table ${schema === undefined ? name : `${schema}.${name}`}.`,
    hint: "Write the name as it is, with its schema where it is not on the search path: app.events",
  });
}

export interface Obstacle {
  readonly what: string;
  readonly why: string;
}

export async function readObstacles(db: Db, oid: number, column: string): Promise<readonly Obstacle[]> {
  return db.query<Obstacle>(loadSql(import.meta.url, "./sql/read-obstacles.sql"), [oid, column]);
}

/** Everything that comes along. The session's search_path must be empty, so that every name is written whole. */
export async function readParts(db: Db, oid: number): Promise<Parts> {
  const [parts] = await db.query<Parts>(loadSql(import.meta.url, "./sql/read-parts.sql"), [oid]);
  if (parts === undefined) throw new Error(`the table ${oid} is gone`);
  return parts;
}

export interface ColumnExtent {
  readonly keyType: KeyType;
  /** Undefined where there is no row. */
  readonly first: Instant | undefined;
  readonly last: Instant | undefined;
}

export async function readExtent(
  db: Db,
  oid: number,
  table: Relation,
  column: string,
): Promise<ColumnExtent> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/column-type.sql"), {
    table: quoteName(table),
    column: quoteIdentifier(column),
  });
  const [row] = await db.query<{ type: string; first: string | null; last: string | null }>(sql, [
    oid,
    column,
  ]);
  const at = (text: string | null | undefined): Instant | undefined =>
    text === null || text === undefined ? undefined : parseInstant(text);
  return {
    keyType: row?.type === "date" ? "date" : "timestamptz",
    first: at(row?.first),
    last: at(row?.last),
  };
}
