import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";
import type { QuotedSql } from "../sql/quote.ts";
import { quoteName } from "./like.ts";
import type { Relation } from "./model.ts";

/** What has been detached and what became of it. */
function archiveTable(schema: string): QuotedSql {
  return quoteQualified(schema, "partition_archive");
}

async function hasTable(db: Db, table: QuotedSql): Promise<boolean> {
  const [row] = await db.query(loadSql(import.meta.url, "./sql/has-table.sql"), [table]);
  return row?.["isThere"] === true;
}

/** The table of what was detached, where there is one. */
export async function findArchive(db: Db, schema: string): Promise<QuotedSql | undefined> {
  const archive = archiveTable(schema);
  return (await hasTable(db, archive)) ? archive : undefined;
}

/** Makes the table of what was detached where it is missing; gives its name. */
export async function ensureArchive(db: Db, schema: string): Promise<QuotedSql> {
  const archive = archiveTable(schema);
  await ensure(
    db,
    archive,
    fillIdentifiers(loadSql(import.meta.url, "./sql/create-archive.sql"), { archive }),
  );
  return archive;
}

/** Two runs may make it at once: one of them finds that it is there, or that its type is. */
async function ensure(db: Db, table: QuotedSql, sql: string): Promise<void> {
  if (await hasTable(db, table)) return;
  try {
    await db.send(sql);
  } catch (error) {
    if (!["42P07", "23505"].includes(sqlstateOf(error) ?? "")) throw error;
  }
}

/** How far conversions have come. */
export function conversionsTable(schema: string): QuotedSql {
  return quoteQualified(schema, "partition_conversions");
}

export async function findConversions(db: Db, schema: string): Promise<QuotedSql | undefined> {
  const conversions = conversionsTable(schema);
  return (await hasTable(db, conversions)) ? conversions : undefined;
}

export async function ensureConversions(db: Db, schema: string): Promise<QuotedSql> {
  const conversions = conversionsTable(schema);
  const sql = loadSql(import.meta.url, "./convert/sql/create-conversions.sql");
  await ensure(db, conversions, fillIdentifiers(sql, { conversions }));
  return conversions;
}

/** Where triggers write down that a copy has missed something. */
export function failuresTable(schema: string): Relation {
  return { schema, name: "partition_sync_failures" };
}

export async function findFailures(db: Db, schema: string): Promise<QuotedSql | undefined> {
  const failures = quoteName(failuresTable(schema));
  return (await hasTable(db, failures)) ? failures : undefined;
}

export async function ensureFailures(db: Db, schema: string): Promise<QuotedSql> {
  const failures = quoteName(failuresTable(schema));
  const sql = loadSql(import.meta.url, "./convert/sql/create-sync-failures.sql");
  await ensure(db, failures, fillIdentifiers(sql, { failures }));
  return failures;
}
