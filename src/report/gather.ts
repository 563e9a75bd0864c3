/** Everything a report holds, from the collectors that `stats`, `partition`, `backup` and `migrate` have. Only reads. */
import { VezaError } from "../kernel/error.ts";
import { toolVersion } from "../kernel/version.ts";
import type { HistoryNames, MigrationFile } from "../migrate/model.ts";
import type { Policy } from "../partition/model.ts";
import type { Db } from "../postgres/connect.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Thresholds } from "../stats/check/model.ts";
import { readCache } from "../stats/reports/cache.ts";
import { readConnections } from "../stats/reports/connections.ts";
import { indexFindings } from "../stats/reports/index-reasons.ts";
import { readIndexes } from "../stats/reports/indexes.ts";
import { readOverview } from "../stats/reports/overview.ts";
import type { OverviewReport } from "../stats/reports/overview.ts";
import type { RedisReport } from "../stats/reports/redis.ts";
import { readTables } from "../stats/reports/tables.ts";
import { readWal } from "../stats/reports/wal.ts";
import { takeSnapshot } from "../stats/snapshot/take.ts";
import type { Snapshot } from "../stats/snapshot/model.ts";
import { backupGauges, runwayGauges } from "./gauges.ts";
import { historyOf } from "./history.ts";
import type { BackupsPart, OutcomeFact, Part, QueriesPart, ReportServer } from "./model.ts";
import { readMigrations } from "./read-migrations.ts";
import { readPartitions } from "./read-partitions.ts";
import { readQueries } from "./read-queries.ts";
import type { Past } from "./read-past.ts";
import type { Unjudged } from "./verdicts.ts";

/** Rows of each table of the page. */
const mostRows = 50;

/** What the report is told to look at besides the server. */
export interface Surroundings {
  readonly thresholds: Thresholds;
  /** The snapshots of the period, thinned; read before, since they need no server. */
  readonly past: Past;
  readonly folder: string;
  readonly policies: Part<readonly Policy[]>;
  readonly migrations: Part<readonly MigrationFile[]>;
  readonly historyNames: HistoryNames;
  readonly backups: Part<BackupsPart>;
  readonly redis: Part<RedisReport>;
  /** The present figures of Redis, as a snapshot keeps them. */
  readonly redisGauges: Readonly<Record<string, number>>;
  readonly outcomes: readonly OutcomeFact[];
  /** A command line aimed at the same database. */
  readonly again: (...words: readonly string[]) => string;
  readonly plans: number;
}

export interface Gathered {
  /** Not judged yet. */
  readonly read: Unjudged;
  readonly overview: Part<OverviewReport>;
  /** Of this moment, for plots that go on; undefined where the server went away. */
  readonly now: Snapshot | undefined;
}

/** Reads part after part. One that fails is missing, with its reason; when the server goes away, so are those after it. */
export async function gatherReport(db: Db, around: Surroundings, signal: AbortSignal): Promise<Gathered> {
  const { past } = around;
  const read = reader(db, signal);
  const overview = await read(async () => readOverview(db, around.thresholds));
  const taken = await read(async () => takeSnapshot(db));
  const queries = await read(async () => readQueries(db, past, mostRows, around.plans, signal));
  const connections = await read(async () => readConnections(db, mostRows));
  const wal = await read(async () => readWal(db));
  const cache = await read(async () => readCache(db, 25));
  const tables = await read(async () =>
    readTables(db, { limit: mostRows, schema: undefined, splitsPartitions: false }),
  );
  const indexes = await read(async () => readIndexes(db, indexFindings, mostRows));
  const migrations = await within(around.migrations, async (files) =>
    read(async () => readMigrations(db, around.historyNames, files)),
  );
  const partitions = await within(around.policies, async (policies) =>
    read(async () => readPartitions(db, policies, around.historyNames.schema)),
  );
  signal.throwIfAborted();
  const server = overview.state === "read" ? serverOf(db, overview.data) : null;
  const now: Snapshot | undefined =
    taken.state === "read"
      ? {
          ...taken.data,
          gauges: {
            ...taken.data.gauges,
            ...around.redisGauges,
            ...(around.backups.state === "read"
              ? backupGauges(around.backups.data.backups, taken.data.database, Date.now())
              : {}),
            ...(partitions.state === "read" ? runwayGauges(partitions.data.tables) : {}),
          },
        }
      : undefined;
  const parts = { queries, connections, wal, cache, tables, indexes, migrations, partitions };
  const generatedAt = new Date().toISOString();
  const unjudged: Unjudged = {
    kind: "report",
    tool: toolVersion(),
    generatedAt,
    isRedacted: false,
    server,
    period: {
      from: past.from,
      to: now?.takenAt ?? generatedAt,
      snapshots: past.count,
      found: past.found,
      folder: around.folder,
    },
    ...parts,
    backups: around.backups,
    redis: around.redis,
    history: historyOf(past, now, topOf(queries)),
    outcomes: around.outcomes,
    cut: [
      ...past.notes,
      ...(migrations.state === "read" && migrations.data.count > migrations.data.applied.length
        ? [`${migrations.data.count - migrations.data.applied.length} older migrations are not listed.`]
        : []),
    ],
    isPartial: !db.isAlive,
  };
  return { read: unjudged, overview, now };
}

type Reader = <T>(work: () => Promise<T>) => Promise<Part<T>>;

function reader(db: Db, signal: AbortSignal): Reader {
  return async (work) => {
    signal.throwIfAborted();
    if (!db.isAlive) return gone;
    try {
      return { state: "read", data: await work() };
    } catch (error) {
      if (!db.isAlive) return gone;
      if (!(error instanceof VezaError)) throw error;
      return {
        state: "missing",
        why: [error.message, error.detail].filter(Boolean).join(" "),
        mend: error.hint ?? null,
      };
    }
  };
}

const gone = {
  state: "missing",
  why: "The server went away while the report was being read.",
  mend: "veza-db doctor",
} as const;

function topOf(queries: Part<QueriesPart>): readonly string[] {
  return queries.state === "read" ? [...new Set(queries.data.rows.map(({ queryid }) => queryid))] : [];
}

/** A part that stands on another one: where that is missing, so is this. */
async function within<T, U>(base: Part<T>, next: (data: T) => Promise<Part<U>>): Promise<Part<U>> {
  return base.state === "read" ? next(base.data) : base;
}

function serverOf(db: Db, overview: OverviewReport): ReportServer {
  const { server, database, isStandby, startedAt, databaseBytes } = overview;
  return {
    version: server.version,
    database,
    place: describeTarget(db.target),
    user: db.target.user,
    isStandby,
    startedAt,
    databaseBytes,
  };
}
