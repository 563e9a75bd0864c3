/** What a report looks at besides the server, from where the settings say. A part that cannot be read does not end it. */
import { join, relative } from "node:path";
import { databaseFolder, timeOfId } from "../backup/layout.ts";
import { readFailure } from "../backup/prune/failure-marker.ts";
import { exists, readBackups, verifiedAt } from "../backup/read-backups.ts";
import { readOutcomes } from "../doctor/read-project.ts";
import { VezaError } from "../kernel/error.ts";
import { readMigrationFolder } from "../migrate/read-files.ts";
import { readPolicyFolder } from "../partition/read-policies.ts";
import { connectRedis, parseRedisUrl } from "../redis/connect.ts";
import { readInfo } from "../redis/info.ts";
import type { Surroundings } from "../report/gather.ts";
import type { BackupsPart, Part, ReportBackup } from "../report/model.ts";
import { readPast } from "../report/read-past.ts";
import type { Past } from "../report/read-past.ts";
import { readRedis } from "../stats/reports/redis.ts";
import { redisGauges } from "../stats/snapshot/redis-gauges.ts";
import { again } from "./again.ts";
import type { Context } from "./command.ts";
import { thresholdsOf } from "./commands/stats/shared/thresholds.ts";
import { historyNames } from "./migrations.ts";

/** Backups that a page lists. */
const mostBackups = 50;

type ReportContext = Pick<Context, "settings" | "isEmbedded" | "cwd">;

export interface Wish {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  readonly database: string;
  readonly plans: number;
  /** What an earlier reading knew already. */
  readonly past?: Past | undefined;
}

export async function readSurroundings(context: ReportContext, wish: Wish): Promise<Surroundings> {
  const { settings } = context;
  const { values } = settings;
  const folder = join(values.stateDir, "snapshots");
  const { redis, redisGauges: gauges } = await readRedisPart(context);
  return {
    thresholds: thresholdsOf(values),
    past: wish.past ?? readPast(folder, wish.sinceMs, wish.database),
    // As people of the project find it.
    folder: folder.startsWith(settings.projectDir) ? relative(settings.projectDir, folder) : folder,
    policies: await partOf(
      values.partitionsDir,
      "There is no folder of partition policies.",
      async () => readPolicyFolder(values.partitionsDir, settings.projectDir).policies,
    ),
    migrations: await partOf(
      values.migrationsDir,
      "There is no folder of migrations.",
      async () => readMigrationFolder(values.migrationsDir, settings.projectDir).files,
    ),
    historyNames: historyNames(context),
    backups: await partOf(values.backupDir, "There is no folder of backups made by veza-db.", async () =>
      readBackupsPart(values.backupDir, wish.database),
    ),
    redis,
    redisGauges: gauges,
    outcomes: readOutcomes(values.stateDir).flatMap(({ command, finishedAt, exitCode, error }) =>
      finishedAt === undefined || exitCode === undefined
        ? []
        : [{ command, finishedAt: finishedAt.toISOString(), exitCode, error: error ?? null }],
    ),
    again: (...words) => again(context, ...words),
    plans: wish.plans,
  };
}

/** What lies in a folder; a folder that is not there is not wanted. */
export async function partOf<T>(folder: string, why: string, read: () => Promise<T>): Promise<Part<T>> {
  if (!(await exists(folder))) return { state: "unwanted", why, mend: null };
  try {
    return { state: "read", data: await read() };
  } catch (error) {
    if (!(error instanceof VezaError)) throw error;
    return {
      state: "missing",
      why: [error.message, error.detail].filter(Boolean).join(" "),
      mend: error.hint ?? null,
    };
  }
}

/** The backups of a folder, newest first, the broken ones among them. */
export async function readBackupsPart(root: string, database: string): Promise<BackupsPart> {
  const { backups, broken } = await readBackups(root);
  const good = backups.map((backup): ReportBackup => ({
    id: backup.id,
    database: backup.manifest.database,
    bytes: backup.manifest.bytes,
    createdAt: backup.manifest.startedAt,
    durationMs: backup.manifest.durationMs,
    verifiedAt: verifiedAt(backup) ?? null,
    level: backup.verifications.findLast(({ ok }) => ok)?.level ?? null,
    ok: backup.problem === undefined,
    problem: backup.problem ?? null,
  }));
  const bad = broken.map(({ id, problem }): ReportBackup => ({
    id,
    database: null,
    bytes: null,
    createdAt: timeOfId(id),
    durationMs: null,
    verifiedAt: null,
    level: null,
    ok: false,
    problem,
  }));
  const all = [...good, ...bad].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  return {
    backups: all.slice(0, mostBackups),
    count: all.length,
    failure: (await readFailure(databaseFolder(root, database))) ?? null,
  };
}

async function readRedisPart({
  settings: {
    values: { redisUrl, connectTimeout },
  },
}: ReportContext): Promise<Pick<Surroundings, "redis" | "redisGauges">> {
  if (redisUrl === undefined) {
    const why = "No Redis is named in the settings (redis.url).";
    return { redis: { state: "unwanted", why, mend: null }, redisGauges: {} };
  }
  try {
    await using redis = await connectRedis(parseRedisUrl(redisUrl), connectTimeout);
    const data = await readRedis(redis, 10);
    return { redis: { state: "read", data }, redisGauges: redisGauges(await readInfo(redis)) };
  } catch (error) {
    if (!(error instanceof VezaError)) throw error;
    return { redis: { state: "missing", why: error.message, mend: error.hint ?? null }, redisGauges: {} };
  }
}
