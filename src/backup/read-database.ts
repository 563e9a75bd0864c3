/** What a backup says of its database besides the dump: read in the snapshot that is dumped. */
import { readHistory } from "../migrate/history.ts";
import type { HistoryNames } from "../migrate/model.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { DatabaseProperties, Manifest } from "./model.ts";

export interface Cluster {
  readonly systemIdentifier: string;
  readonly databaseOid: string;
  readonly database: string;
  readonly isSuperuser: boolean;
  readonly version: string;
  /** When the server was started, in seconds: of two clusters with one identifier only one was started then. */
  readonly startedAt: string;
}

export async function readCluster(db: Db): Promise<Cluster> {
  const [cluster] = await ask<Cluster>(db, "cluster");
  if (cluster === undefined) throw new Error("the cluster says nothing of itself");
  return cluster;
}

/** Undefined where there is no such database. */
export async function readProperties(db: Db, database: string): Promise<DatabaseProperties | undefined> {
  const [row] = await ask<{ properties: DatabaseProperties }>(db, "properties", [database]);
  return row?.properties;
}

export interface Unreadable {
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

export function readUnreadable(db: Db): Promise<readonly Unreadable[]> {
  return ask<Unreadable>(db, "unreadable");
}

export interface DumpedTable {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly isUnlogged: boolean;
}

export function readTables(db: Db): Promise<readonly DumpedTable[]> {
  return ask<DumpedTable>(db, "tables");
}

export async function countLargeObjects(db: Db): Promise<number> {
  const [row] = await ask<{ number: string }>(db, "large-objects");
  return Number(row?.number ?? 0);
}

export async function readDatabases(db: Db): Promise<string[]> {
  return (await ask<{ name: string }>(db, "databases")).map(({ name }) => name);
}

/** What a restore will need to find. */
export async function readNeeds(db: Db): Promise<Pick<Manifest, "extensions" | "roles" | "tablespaces">> {
  const [extensions, roles, tablespaces] = await Promise.all([
    ask<{ name: string; version: string }>(db, "extensions"),
    ask<{ name: string }>(db, "roles"),
    ask<{ name: string }>(db, "tablespaces"),
  ]);
  return {
    extensions,
    roles: roles.map(({ name }) => name),
    tablespaces: tablespaces.map(({ name }) => name),
  };
}

/** Where the migrations stand; nothing where there is no history, or where it is another tool's. */
export async function readMigrations(db: Db, names: HistoryNames): Promise<Manifest["migrations"]> {
  const { rows } = await readHistory(db, names);
  const applied = rows.filter(({ status }) => status === "applied").map(({ id }) => id);
  return { last: applied.toSorted().at(-1) ?? null, applied: applied.length };
}

/** Runs one of this room's statements. */
export async function ask<T extends object>(
  db: Db,
  name: string,
  parameters: readonly (string | number)[] = [],
): Promise<readonly T[]> {
  try {
    return await db.query<T>(loadSql(import.meta.url, `./sql/${name}.sql`), parameters);
  } catch (error) {
    throw queryFailure(error, "reading what belongs to a backup");
  }
}
