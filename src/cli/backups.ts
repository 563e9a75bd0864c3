/** What the commands around backups share: settings → requests, and the run of a backup with all that goes with it. */
import { createBackup } from "../backup/create/create.ts";
import type { CreateRequest } from "../backup/create/prepare.ts";
import { parseCompression } from "../backup/compression.ts";
import { digestOf } from "../backup/digest.ts";
import { databaseFolder } from "../backup/layout.ts";
import type { Backup, BackupContents, BackupFormat } from "../backup/model.ts";
import { clearFailure, markFailure } from "../backup/prune/failure-marker.ts";
import { applyPrune, readPrunePlan } from "../backup/prune/prune.ts";
import { readDatabaseFolder } from "../backup/read-backups.ts";
import { findAnomalies } from "../backup/watch/anomaly.ts";
import { VezaError, exitCodes, messageOf } from "../kernel/error.ts";
import { exitCodeOf, isFailedRun, policyOf, runAfter, runBefore, tellMetrics } from "./backup-watch.ts";
import type { Context } from "./command.ts";
import { databaseName as embeddedDatabase } from "../dev/model.ts";
import { findTarget } from "./connection.ts";
import { historyNames } from "./migrations.ts";

type BackupContext = Pick<Context, "settings" | "signal" | "connect" | "target" | "warn" | "report">;

export interface BackupOrder {
  readonly format: BackupFormat;
  readonly contents: BackupContents;
  readonly isPinned: boolean;
  readonly isPruning: boolean;
  /** An anomaly ends the run with 1, and nothing is pruned. */
  readonly isStrict: boolean;
  /** How long pg_dump waits for locks on tables. */
  readonly lockTimeoutMs: number;
}

/** What a run of a backup gives, as programs read it. */
export interface BackupData {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly database: string;
  readonly serverVersion: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly format: BackupFormat;
  readonly compression: string;
  readonly rows: number;
  readonly tables: number;
  readonly pruned: readonly string[];
  readonly anomalies: readonly string[];
}

/** Backs up one database, then prunes, and tells the hooks and metrics, however it ended. Who is pinged, `pinged` knows. */
export async function runBackup(
  context: BackupContext,
  database: string,
  order: BackupOrder,
): Promise<BackupData> {
  const { settings, warn } = context;
  const folder = databaseFolder(settings.values.backupDir, database);
  const request = requestOf(context, order);
  let backup: Backup;
  let anomalies: readonly string[];
  let pruned: readonly string[] = [];
  try {
    await runBefore(context, database);
    backup = await makeBackup(context, database, request);
    const { backups } = await readDatabaseFolder(folder);
    anomalies = findAnomalies(backup, backups);
    for (const anomaly of anomalies) warn(`${anomaly}.`);
    if (order.isStrict && anomalies.length > 0) {
      await markFailure(folder, new Error(anomalies.join("; ")), new Date());
    } else {
      await clearFailure(folder);
      if (order.isPruning) pruned = await pruneAfter(context, folder);
    }
  } catch (error) {
    const exitCode = exitCodeOf(error, context);
    if (isFailedRun(exitCode)) {
      await markFailure(folder, error, new Date()).catch((failure: unknown) => warn(messageOf(failure)));
      await runAfter(context, { database, status: "failed", error: messageOf(error) });
    }
    await tellMetrics(context, { database, exitCode });
    throw error;
  }
  const isGood = !order.isStrict || anomalies.length === 0;
  await tellMetrics(context, { database, exitCode: isGood ? exitCodes.done : exitCodes.negative });
  await runAfter(context, {
    database,
    status: isGood ? "ok" : "failed",
    id: backup.id,
    path: backup.place.path,
  });
  return dataOf(backup, pruned, anomalies);
}

async function makeBackup(context: BackupContext, database: string, request: CreateRequest): Promise<Backup> {
  const { report, warn } = context;
  const wish = { via: "direct", database } as const;
  await using db = await context.connect(wish);
  try {
    return await createBackup(db, request, {
      open: () => context.connect(wish),
      warn,
      working: (what) => report.working(`${database}: ${what}`),
      line: (what) => report.line(what),
    });
  } finally {
    report.stop();
  }
}

/** What may not be pruned now is a warning: the backup itself went well. */
async function pruneAfter(context: BackupContext, folder: string): Promise<string[]> {
  const plan = await readPrunePlan(folder, policyOf(context), new Date());
  if (plan.refusal === undefined) return applyPrune(folder, plan);
  if (plan.decisions.some(({ action }) => action === "delete"))
    context.warn(`Nothing was pruned: ${plan.refusal.message} See veza-db backup prune --dry-run`);
  return [];
}

function requestOf(context: BackupContext, order: BackupOrder): CreateRequest {
  const { values } = context.settings;
  const { format, contents, isPinned, lockTimeoutMs } = order;
  return {
    root: values.backupDir,
    format,
    compression: values.backupCompress === undefined ? undefined : parseCompression(values.backupCompress),
    jobs: values.backupJobs,
    contents,
    migrations: historyNames(context),
    lockWaitMs: values.lockWait,
    lockTimeoutMs,
    programs: values.backupPrograms,
    isPinned,
    signal: context.signal,
  };
}

function dataOf(
  { id, manifest, place }: Backup,
  pruned: readonly string[],
  anomalies: readonly string[],
): BackupData {
  return {
    id,
    path: place.path,
    bytes: manifest.bytes,
    sha256: digestOf(manifest),
    database: manifest.database,
    serverVersion: manifest.server.version,
    startedAt: manifest.startedAt,
    durationMs: manifest.durationMs,
    format: manifest.format,
    compression: manifest.compression,
    rows: manifest.rows,
    tables: manifest.tables.length,
    pruned,
    anomalies,
  };
}

/** The database that the settings name, where they name one; nothing is connected to. */
export function databaseOf({
  settings,
  isEmbedded,
}: Pick<Context, "settings" | "isEmbedded">): string | undefined {
  if (isEmbedded) return embeddedDatabase;
  try {
    return findTarget(settings, { via: "direct" }).target.database;
  } catch (error) {
    if (error instanceof VezaError && error.code === "connection.not-named") return undefined;
    throw error;
  }
}
