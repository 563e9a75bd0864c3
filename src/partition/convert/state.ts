/** The tool's own table of conversions: read, begun, moved on. */
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { QuotedSql } from "../../sql/quote.ts";
import type { Relation } from "../model.ts";
import { conversionsTable, ensureConversions, ensureFailures, findConversions } from "../own-tables.ts";
import type { Conversion, Phase, Spec } from "./model.ts";
import { backFunction, forwardFunction } from "./names.ts";

/** The conversion of a table that goes on, or the last one that ended. */
export async function readConversion(
  db: Db,
  ownSchema: string,
  table: Relation,
): Promise<Conversion | undefined> {
  return read(db, ownSchema, table, true);
}

/** The same without drains that ended: those are maintain's own, and what was converted before can still be taken back. */
export async function readWantedConversion(
  db: Db,
  ownSchema: string,
  table: Relation,
): Promise<Conversion | undefined> {
  return read(db, ownSchema, table, false);
}

async function read(
  db: Db,
  ownSchema: string,
  { schema, name }: Relation,
  withDrains: boolean,
): Promise<Conversion | undefined> {
  try {
    const conversions = await findConversions(db, ownSchema);
    if (conversions === undefined) return undefined;
    const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-conversion.sql"), { conversions });
    const [row] = await db.query<Conversion>(sql, [schema, name, withDrains]);
    return row;
  } catch (error) {
    throw queryFailure(error, "reading how far conversions have come");
  }
}

export async function requireConversion(db: Db, ownSchema: string, table: Relation): Promise<Conversion> {
  return writtenDown(await readConversion(db, ownSchema, table), table);
}

export async function requireWantedConversion(
  db: Db,
  ownSchema: string,
  table: Relation,
): Promise<Conversion> {
  return writtenDown(await readWantedConversion(db, ownSchema, table), table);
}

function writtenDown(conversion: Conversion | undefined, { schema, name }: Relation): Conversion {
  if (conversion === undefined) throw new Error(`the conversion of ${schema}.${name} is not written down`);
  return conversion;
}

export async function beginConversion(db: Db, ownSchema: string, spec: Spec, phase: Phase): Promise<void> {
  const { schema, name, kind } = spec;
  try {
    const conversions = await ensureConversions(db, ownSchema);
    const failures = await ensureFailures(db, ownSchema);
    const forward = forwardFunction(name);
    await db.query(
      fillIdentifiers(loadSql(import.meta.url, "./sql/forget-failures.sql"), { failures }),
      // Beside an undo or a drain the old table of a conversion may still be kept equal.
      [schema, forward, kind === "convert" ? backFunction(name) : forward],
    );
    const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/begin-conversion.sql"), { conversions });
    await db.query(sql, [schema, name, kind, phase, JSON.stringify(spec)]);
  } catch (error) {
    throw queryFailure(error, "writing down that a conversion begins");
  }
}

export async function setPaused(
  db: Db,
  ownSchema: string,
  { id }: Conversion,
  isPaused: boolean,
): Promise<void> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/set-paused.sql"), {
    conversions: conversionsTable(ownSchema),
  });
  try {
    await db.query(sql, [id, isPaused]);
  } catch (error) {
    throw queryFailure(error, "writing down whether a conversion is paused");
  }
}

/** The statement that says which phase is next, to go into the transaction of the one that is done. */
export function nextPhaseSql(conversions: QuotedSql, id: number, phase: Phase): string {
  return `UPDATE ${conversions} SET phase = ${quoteLiteral(phase)}, updated_at = pg_catalog.now() WHERE id = ${id}`;
}

export function saveSpecSql(conversions: QuotedSql, id: number, spec: Spec): string {
  return `UPDATE ${conversions} SET spec = ${quoteLiteral(JSON.stringify(spec))}::jsonb WHERE id = ${id}`;
}

export function endSql(
  conversions: QuotedSql,
  id: number,
  outcome: NonNullable<Conversion["outcome"]>,
): string {
  return `UPDATE ${conversions} SET ended_at = pg_catalog.now(), outcome = ${quoteLiteral(outcome)}, updated_at = pg_catalog.now() WHERE id = ${id}`;
}

/** Where the copy stands after a batch. */
export function progressSql(
  conversions: QuotedSql,
  id: number,
  leaf: number,
  block: number,
  filenode: number,
  rows: number,
): string {
  return `UPDATE ${conversions} SET leaf = ${leaf}, block = ${block}, filenode = ${filenode}, copied = copied + ${rows}, updated_at = pg_catalog.now() WHERE id = ${id}`;
}
