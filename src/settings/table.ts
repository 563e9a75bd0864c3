import { boolean, duration, integer, path, text } from "./types.ts";
import type { SettingType } from "./types.ts";

/** One setting: where it can be given, what it may be and what it is when nobody says. */
export interface Setting<T> {
  /** The place in the settings file, dotted; also its name in `veza-db doctor`. */
  readonly key: string;
  /** The flag of the commands that take it, e.g. `--dir <path>`. */
  readonly flag?: string;
  /** Environment variables, strongest first. */
  readonly env: readonly string[];
  readonly type: SettingType<T>;
  readonly default: T;
  readonly summary: string;
  /** Relative values are taken from the folder where they were written. */
  readonly isPath?: true;
  /** Holds a password: masked wherever it is shown. */
  readonly isSecret?: true;
}

function define<T>(setting: Setting<T>): Setting<T> {
  return setting;
}

/** Every setting there is. Precedence: flag > environment > .env > settings file > default. */
export const settingsTable = {
  url: define<string | undefined>({
    key: "connection.url",
    flag: "--url <dsn>",
    env: ["VEZA_DB_URL", "DATABASE_URL"],
    type: text,
    default: undefined,
    summary: "the database: postgresql://user@host:port/database, or embedded:",
    isSecret: true,
  }),
  directUrl: define<string | undefined>({
    key: "connection.directUrl",
    flag: "--direct-url <dsn>",
    env: ["VEZA_DB_DIRECT_URL", "DIRECT_DATABASE_URL"],
    type: text,
    default: undefined,
    summary: "the server behind a pooler, for work that needs a session",
    isSecret: true,
  }),
  connectTimeout: define({
    key: "connection.connectTimeout",
    env: ["VEZA_DB_CONNECT_TIMEOUT"],
    type: duration,
    default: 10_000,
    summary: "how long to wait for the server to answer",
  }),
  wait: define({
    key: "connection.wait",
    flag: "--wait <duration>",
    env: ["VEZA_DB_WAIT"],
    type: duration,
    default: 0,
    summary: "how long to wait for a server that is still starting",
  }),
  migrationsDir: define({
    key: "migrations.dir",
    flag: "--dir <path>",
    env: ["VEZA_DB_MIGRATIONS_DIR"],
    type: path,
    default: "migrations",
    summary: "the folder of the migration files",
    isPath: true,
  }),
  historySchema: define({
    key: "migrations.schema",
    env: ["VEZA_DB_MIGRATIONS_SCHEMA"],
    type: text,
    default: "public",
    summary: "the schema of the history table",
  }),
  historyTable: define({
    key: "migrations.table",
    env: ["VEZA_DB_MIGRATIONS_TABLE"],
    type: text,
    default: "migrations",
    summary: "the history table; attempts go to <table>_log beside it",
  }),
  lockWait: define({
    key: "migrations.lockWait",
    flag: "--lock-wait <duration>",
    env: ["VEZA_DB_LOCK_WAIT"],
    type: duration,
    default: 60_000,
    summary: "how long to wait while another run holds the migration lock",
  }),
  lockTimeout: define({
    key: "migrations.lockTimeout",
    flag: "--lock-timeout <duration>",
    env: ["VEZA_DB_LOCK_TIMEOUT"],
    type: duration,
    default: 5_000,
    summary: "lock_timeout of each statement (0: wait for ever)",
  }),
  statementTimeout: define({
    key: "migrations.statementTimeout",
    flag: "--statement-timeout <duration>",
    env: ["VEZA_DB_STATEMENT_TIMEOUT"],
    type: duration,
    default: 0,
    summary: "statement_timeout of each statement (0: none)",
  }),
  lockRetries: define({
    key: "migrations.lockRetries",
    flag: "--lock-retries <n>",
    env: ["VEZA_DB_LOCK_RETRIES"],
    type: integer(0, 1000),
    default: 10,
    summary: "how often a migration that ran into lock_timeout is tried again",
  }),
  seedsDir: define({
    key: "seeds.dir",
    flag: "--dir <path>",
    env: ["VEZA_DB_SEEDS_DIR"],
    type: path,
    default: "seeds",
    summary: "the folder of the seed files",
    isPath: true,
  }),
  queriesDir: define({
    key: "queries.dir",
    flag: "--dir <path>",
    env: ["VEZA_DB_QUERIES_DIR"],
    type: path,
    default: "queries",
    summary: "the folder of the query files",
    isPath: true,
  }),
  partitionsDir: define({
    key: "partitions.dir",
    flag: "--dir <path>",
    env: ["VEZA_DB_PARTITIONS_DIR"],
    type: path,
    default: "partitions",
    summary: "the folder of the partition policies",
    isPath: true,
  }),
  partitionLockTimeout: define({
    key: "partitions.lockTimeout",
    flag: "--lock-timeout <duration>",
    env: ["VEZA_DB_PARTITION_LOCK_TIMEOUT"],
    type: duration,
    default: 150,
    summary: "how long others may have to queue behind one attempt at a lock",
  }),
  partitionLockWait: define({
    key: "partitions.lockWait",
    flag: "--lock-wait <duration>",
    env: ["VEZA_DB_PARTITION_LOCK_WAIT"],
    type: duration,
    default: 60_000,
    summary: "how long to go on trying for locks, and to wait for another run",
  }),
  stateDir: define({
    key: "dev.dir",
    env: ["VEZA_DB_STATE_DIR"],
    type: path,
    default: ".veza",
    summary: "the folder of the embedded server and of other state",
    isPath: true,
  }),
  pgVersion: define<number | undefined>({
    key: "dev.pgVersion",
    flag: "--pg-version <major>",
    env: ["VEZA_DB_PG_VERSION"],
    type: integer(14, 18),
    default: undefined,
    summary: "the major version of the embedded server",
  }),
  pgBin: define<string | undefined>({
    key: "dev.binaries",
    env: ["VEZA_DB_PG_BIN"],
    type: text,
    default: undefined,
    summary: "where the embedded server's programs come from: a folder, system or npm",
  }),
  recordOutcomes: define({
    key: "outcomes.record",
    env: ["VEZA_DB_RECORD_OUTCOMES"],
    type: boolean,
    default: true,
    summary: "write the last outcome of each command to <dev.dir>/last/",
  }),
  redisUrl: define<string | undefined>({
    key: "redis.url",
    flag: "--redis-url <url>",
    env: ["VEZA_DB_REDIS_URL", "REDIS_URL"],
    type: text,
    default: undefined,
    summary: "the Redis of sessions and cache: redis://user:password@host:6379",
    isSecret: true,
  }),
  checkConnectionsWarn: define({
    key: "checks.connectionsWarn",
    env: ["VEZA_DB_CHECK_CONNECTIONS_WARN"],
    type: integer(0, 100),
    default: 80,
    summary: "stats check: a warning above so many percent of the connections in use",
  }),
  checkConnectionsCrit: define({
    key: "checks.connectionsCrit",
    env: ["VEZA_DB_CHECK_CONNECTIONS_CRIT"],
    type: integer(0, 100),
    default: 90,
    summary: "stats check: critical above so many percent of the connections in use",
  }),
  checkIdleInTransactionWarn: define({
    key: "checks.idleInTransactionWarn",
    env: ["VEZA_DB_CHECK_IDLE_IN_TRANSACTION_WARN"],
    type: duration,
    default: 60_000,
    summary: "stats check: a warning above so long idle in transaction",
  }),
  checkIdleInTransactionCrit: define({
    key: "checks.idleInTransactionCrit",
    env: ["VEZA_DB_CHECK_IDLE_IN_TRANSACTION_CRIT"],
    type: duration,
    default: 300_000,
    summary: "stats check: critical above so long idle in transaction",
  }),
  checkTransactionWarn: define({
    key: "checks.transactionWarn",
    env: ["VEZA_DB_CHECK_TRANSACTION_WARN"],
    type: duration,
    default: 300_000,
    summary: "stats check: a warning above so old a transaction",
  }),
  checkTransactionCrit: define({
    key: "checks.transactionCrit",
    env: ["VEZA_DB_CHECK_TRANSACTION_CRIT"],
    type: duration,
    default: 1_800_000,
    summary: "stats check: critical above so old a transaction",
  }),
  checkBlockedWarn: define({
    key: "checks.blockedWarn",
    env: ["VEZA_DB_CHECK_BLOCKED_WARN"],
    type: duration,
    default: 10_000,
    summary: "stats check: a warning above so long a wait for a lock",
  }),
  checkBlockedCrit: define({
    key: "checks.blockedCrit",
    env: ["VEZA_DB_CHECK_BLOCKED_CRIT"],
    type: duration,
    default: 60_000,
    summary: "stats check: critical above so long a wait for a lock",
  }),
  checkPreparedWarn: define({
    key: "checks.preparedWarn",
    env: ["VEZA_DB_CHECK_PREPARED_WARN"],
    type: duration,
    default: 300_000,
    summary: "stats check: a warning above so old a prepared transaction",
  }),
  checkPreparedCrit: define({
    key: "checks.preparedCrit",
    env: ["VEZA_DB_CHECK_PREPARED_CRIT"],
    type: duration,
    default: 3_600_000,
    summary: "stats check: critical above so old a prepared transaction",
  }),
  checkWraparoundWarn: define({
    key: "checks.wraparoundWarn",
    env: ["VEZA_DB_CHECK_WRAPAROUND_WARN"],
    type: integer(0, 2_147_483_647),
    default: 1_000_000_000,
    summary: "stats check: a warning above so many transactions since the oldest frozen one",
  }),
  checkWraparoundCrit: define({
    key: "checks.wraparoundCrit",
    env: ["VEZA_DB_CHECK_WRAPAROUND_CRIT"],
    type: integer(0, 2_147_483_647),
    default: 1_500_000_000,
    summary: "stats check: critical above so many transactions since the oldest frozen one",
  }),
  checkSequenceWarn: define({
    key: "checks.sequenceWarn",
    env: ["VEZA_DB_CHECK_SEQUENCE_WARN"],
    type: integer(0, 100),
    default: 75,
    summary: "stats check: a warning above so many percent of a sequence used",
  }),
  checkSequenceCrit: define({
    key: "checks.sequenceCrit",
    env: ["VEZA_DB_CHECK_SEQUENCE_CRIT"],
    type: integer(0, 100),
    default: 90,
    summary: "stats check: critical above so many percent of a sequence used",
  }),
  checkCacheMissWarn: define({
    key: "checks.cacheMissWarn",
    env: ["VEZA_DB_CHECK_CACHE_MISS_WARN"],
    type: integer(0, 100),
    default: 1,
    summary: "stats check: a warning above so many percent of blocks missing in the buffers, within --window",
  }),
  checkCacheMissCrit: define({
    key: "checks.cacheMissCrit",
    env: ["VEZA_DB_CHECK_CACHE_MISS_CRIT"],
    type: integer(0, 100),
    default: 5,
    summary: "stats check: critical above so many percent of blocks missing in the buffers, within --window",
  }),
  checkLagWarn: define({
    key: "checks.lagWarn",
    env: ["VEZA_DB_CHECK_LAG_WARN"],
    type: duration,
    default: 30_000,
    summary: "stats check: a warning above so much replication lag",
  }),
  checkLagCrit: define({
    key: "checks.lagCrit",
    env: ["VEZA_DB_CHECK_LAG_CRIT"],
    type: duration,
    default: 300_000,
    summary: "stats check: critical above so much replication lag",
  }),
  checkDeadRowsWarn: define({
    key: "checks.deadRowsWarn",
    env: ["VEZA_DB_CHECK_DEAD_ROWS_WARN"],
    type: integer(0, 100),
    default: 20,
    summary: "stats check: a warning above so many percent of dead rows in a table with 10,000 of them",
  }),
  checkDeadRowsCrit: define({
    key: "checks.deadRowsCrit",
    env: ["VEZA_DB_CHECK_DEAD_ROWS_CRIT"],
    type: integer(0, 100),
    default: 40,
    summary: "stats check: critical above so many percent of dead rows in a table with 10,000 of them",
  }),
  checkRequestedCheckpointsWarn: define({
    key: "checks.requestedCheckpointsWarn",
    env: ["VEZA_DB_CHECK_REQUESTED_CHECKPOINTS_WARN"],
    type: integer(0, 100),
    default: 50,
    summary: "stats check: a warning above so many percent of checkpoints requested by WAL volume",
  }),
};

export type SettingName = keyof typeof settingsTable;
export type SettingsValues = { readonly [Name in SettingName]: (typeof settingsTable)[Name]["default"] };
