/** What a report holds: plain data, as `--json` prints it. Times in ISO 8601, sizes in bytes, durations in milliseconds. */
import type { Attempt } from "../migrate/log.ts";
import type { TableStatus } from "../partition/status.ts";
import type { Status } from "../stats/check/model.ts";
import type { CacheReport } from "../stats/reports/cache.ts";
import type { ConnectionsReport } from "../stats/reports/connections.ts";
import type { IndexRow } from "../stats/reports/indexes.ts";
import type { RedisReport } from "../stats/reports/redis.ts";
import type { SlowQuery } from "../stats/reports/slow-queries.ts";
import type { TableRow } from "../stats/reports/tables.ts";
import type { WalRow } from "../stats/reports/wal.ts";

/** A part that was read, or why it was not. */
export type Part<T> =
  | { readonly state: "read"; readonly data: T }
  /** `unwanted`: nobody named what it would be read from; that is no fault. */
  | { readonly state: "missing" | "unwanted"; readonly why: string; readonly mend: string | null };

export interface Verdict {
  readonly severity: Exclude<Status, "ok">;
  /** What is wrong, in a few words. */
  readonly what: string;
  /** The figures behind it. */
  readonly evidence: string;
  /** A command or a statement; null where the evidence says it all. */
  readonly mend: string | null;
  /** The section that shows more. */
  readonly section: string | null;
}

export interface ReportServer {
  readonly version: string;
  readonly database: string;
  readonly place: string;
  readonly user: string;
  readonly isStandby: boolean;
  readonly startedAt: string;
  readonly databaseBytes: number | null;
}

/** What the figures of the statements and the plots over time are about. */
export interface Period {
  readonly from: string | null;
  readonly to: string;
  /** Snapshots that were read, the present moment not counted. */
  readonly snapshots: number;
  /** Of so many that lie in the folder within the period. */
  readonly found: number;
  readonly folder: string;
}

export interface QueryPlan {
  readonly lines: readonly string[];
  /** Why there is none; null where there is one. */
  readonly why: string | null;
}

export interface ReportQuery extends SlowQuery {
  /** The mean over everything that was counted before the period; null where it is not known. */
  readonly meanBeforeMs: number | null;
  readonly plan: QueryPlan | null;
}

export interface QueriesPart {
  readonly rows: readonly ReportQuery[];
  readonly entries: number;
  readonly since: string | null;
  /** False: since the counters were reset. */
  readonly isPeriod: boolean;
  readonly notes: readonly string[];
}

export interface MigrationsPart {
  readonly applied: readonly {
    readonly id: string;
    readonly name: string;
    readonly appliedAt: string;
    readonly durationMs: number;
    readonly status: string;
  }[];
  readonly pending: readonly { readonly id: string; readonly name: string }[];
  readonly problems: readonly { readonly kind: string; readonly id: string; readonly message: string }[];
  readonly failed: readonly Attempt[];
  /** All that are applied, where more than are listed. */
  readonly count: number;
}

export interface ReportBackup {
  readonly id: string;
  readonly database: string | null;
  readonly bytes: number | null;
  readonly createdAt: string;
  readonly durationMs: number | null;
  readonly verifiedAt: string | null;
  readonly level: string | null;
  readonly ok: boolean;
  readonly problem: string | null;
}

export interface BackupsPart {
  readonly backups: readonly ReportBackup[];
  readonly count: number;
  readonly failure: { readonly at: string; readonly message: string } | null;
}

/** A line of a plot; a value each time, null where it is not known or was reset. */
export interface Series {
  readonly name: string;
  /** A query's id, where the line is one's. */
  readonly queryid: string | null;
  readonly values: readonly (number | null)[];
}

/** What stood or happened over time. */
export interface SeriesSet {
  readonly times: readonly string[];
  readonly series: readonly Series[];
}

export interface ReportEvent {
  readonly at: string;
  readonly what: string;
}

export interface History {
  /** Calls a second of every statement, and of those that took most. */
  readonly calls: SeriesSet;
  /** Mean time of a call. */
  readonly means: SeriesSet;
  readonly sessions: SeriesSet;
  readonly waits: SeriesSet;
  readonly wal: SeriesSet;
  readonly checkpoints: SeriesSet;
  readonly hits: SeriesSet;
  readonly tables: SeriesSet;
  readonly sizes: SeriesSet;
  /** Days until each partitioned table runs out of partitions. */
  readonly runways: SeriesSet;
  /** Days since the newest backup, and since the newest proof of one. */
  readonly backupAges: SeriesSet;
  readonly redisMemory: SeriesSet;
  readonly redisHits: SeriesSet;
  /** Restarts, resets and evictions. */
  readonly events: readonly ReportEvent[];
}

export interface PartitionsPart {
  readonly tables: readonly TableStatus[];
  /** Policies whose table is not there or does not fit. */
  readonly misfits: readonly { readonly policy: string; readonly why: string }[];
}

export interface OutcomeFact {
  readonly command: string;
  readonly finishedAt: string;
  readonly exitCode: number;
  readonly error: string | null;
}

export interface ReportData {
  readonly kind: "report";
  readonly tool: string;
  readonly generatedAt: string;
  readonly isRedacted: boolean;
  /** Null where the server went away before it had said what it is. */
  readonly server: ReportServer | null;
  readonly period: Period;
  readonly status: Status;
  readonly verdicts: readonly Verdict[];
  /** What was checked and is well. */
  readonly well: readonly string[];
  readonly queries: Part<QueriesPart>;
  readonly connections: Part<ConnectionsReport>;
  readonly wal: Part<{ readonly rows: readonly WalRow[]; readonly notes: readonly string[] }>;
  readonly cache: Part<CacheReport>;
  readonly tables: Part<{
    readonly rows: readonly TableRow[];
    readonly allTables: number;
    readonly notes: readonly string[];
  }>;
  readonly indexes: Part<{ readonly rows: readonly IndexRow[]; readonly notes: readonly string[] }>;
  readonly partitions: Part<PartitionsPart>;
  readonly migrations: Part<MigrationsPart>;
  readonly backups: Part<BackupsPart>;
  readonly redis: Part<RedisReport>;
  readonly history: History;
  readonly outcomes: readonly OutcomeFact[];
  /** Rows, texts and snapshots that were left out, and why. */
  readonly cut: readonly string[];
  /** True when the server went away while it was read. */
  readonly isPartial: boolean;
}
