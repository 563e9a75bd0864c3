/** What a run needs, found before anything is written. */
import { availableParallelism } from "node:os";
import { VezaError } from "../../kernel/error.ts";
import type { HistoryNames } from "../../migrate/model.ts";
import type { Db } from "../../postgres/connect.ts";
import { findClient } from "../clients.ts";
import type { Client } from "../clients.ts";
import { chooseCompression } from "../compression.ts";
import type { Compression } from "../compression.ts";
import { kindOf } from "../kind.ts";
import { databaseFolder } from "../layout.ts";
import type { Backup, BackupContents, BackupFormat, DatabaseProperties, Manifest } from "../model.ts";
import { readDatabaseFolder } from "../read-backups.ts";
import { readCluster, readMigrations, readProperties } from "../read-database.ts";
import type { Cluster } from "../read-database.ts";
import { lockBackup } from "./lock.ts";
import { requireReadable, requireRoom } from "./preflight.ts";
import { sweepDrafts } from "./sweep.ts";

export interface CreateRequest {
  readonly root: string;
  readonly format: BackupFormat;
  readonly compression: Compression | undefined;
  readonly jobs: number | undefined;
  readonly contents: BackupContents;
  /** The history whose lock keeps migrations away. */
  readonly migrations: HistoryNames;
  readonly lockWaitMs: number;
  readonly lockTimeoutMs: number;
  /** The folder of the client programs, where one is named. */
  readonly programs: string | undefined;
  readonly isPinned: boolean;
  readonly signal: AbortSignal;
}

export interface CreatePorts {
  /** One more session in the same database. */
  open(): Promise<Db>;
  warn(message: string): void;
  working(what: string): void;
  line(what: string): void;
}

/** What a run needs that was found before anything was written. */
export interface Prepared {
  readonly cluster: Cluster;
  readonly properties: DatabaseProperties;
  readonly clients: { readonly dump: Client; readonly restore: Client; readonly dumpall: Client };
  readonly compression: Compression;
  readonly jobs: number;
  readonly folder: string;
  readonly migrations: Manifest["migrations"];
  readonly previous: Backup | undefined;
}

export async function prepare(db: Db, request: CreateRequest, ports: CreatePorts): Promise<Prepared> {
  const { contents, format, programs, root, signal } = request;
  const atLeast = db.facts.major;
  const because = `the server runs PostgreSQL ${db.facts.version}`;
  const find = (name: "pg_dump" | "pg_restore" | "pg_dumpall"): Promise<Client> =>
    findClient({ name, atLeast, folder: programs, because });
  const [dump, restore, dumpall] = await Promise.all([
    find("pg_dump"),
    find("pg_restore"),
    find("pg_dumpall"),
  ]);
  const compression = await chooseCompression(request.compression, format, dump);
  await lockBackup(db, {
    migrations: request.migrations,
    waitMs: request.lockWaitMs,
    signal,
    onWait: (holder) => ports.line(`Waiting for a migration to end: ${holder}`),
  });
  const cluster = await readCluster(db);
  const properties = await readProperties(db, cluster.database);
  if (properties === undefined) throw new Error("the database has no row in pg_database");
  await requireReadable(db, contents.schemaOnly);
  const folder = databaseFolder(root, cluster.database);
  const kind = kindOf({ ...cluster, contents });
  const { backups } = await readDatabaseFolder(folder);
  const previous = backups.findLast(
    ({ manifest, problem }) => problem === undefined && kindOf(manifest) === kind,
  );
  for (const id of await sweepDrafts(db, folder, cluster))
    ports.line(`Cleared away what a run that was killed left behind: ${id}`);
  await requireRoom(root, previous?.manifest.bytes);
  return {
    cluster,
    properties,
    clients: { dump, restore, dumpall },
    compression,
    jobs: request.jobs ?? Math.min(4, availableParallelism()),
    folder,
    migrations: await migrationsOf(db, request.migrations),
    previous,
  };
}

/** Another tool's history, or one that may not be read, is no reason to go without a backup. */
async function migrationsOf(db: Db, names: HistoryNames): Promise<Manifest["migrations"]> {
  try {
    return await readMigrations(db, names);
  } catch (error) {
    if (error instanceof VezaError && !error.code.startsWith("connection.lost"))
      return { last: null, applied: 0 };
    throw error;
  }
}
