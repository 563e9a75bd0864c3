import { labelsOf } from "../../kernel/exposition.ts";
import type { Labels } from "../../kernel/exposition.ts";
import type { Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { familiesOf, labelText } from "../families.ts";
import type { Collector, Column } from "../model.ts";

const counters: Readonly<Record<string, string>> = {
  xact_commit: "Transactions committed.",
  xact_rollback: "Transactions rolled back.",
  blks_read: "Blocks read from disk, or from the operating system's cache.",
  blks_hit: "Blocks found in the shared buffers.",
  tup_returned: "Rows that scans went over.",
  tup_fetched: "Rows fetched by index scans.",
  tup_inserted: "Rows inserted.",
  tup_updated: "Rows updated.",
  tup_deleted: "Rows deleted.",
  conflicts: "Queries cancelled by recovery; on standbys alone.",
  temp_files: "Temporary files written.",
  temp_bytes: "Bytes written to temporary files.",
  deadlocks: "Deadlocks detected.",
  blk_read_time: "Milliseconds spent reading blocks; counted under track_io_timing.",
  blk_write_time: "Milliseconds spent writing blocks; counted under track_io_timing.",
  stats_reset: "When these counters were last reset, in seconds since 1970; 0 for never.",
};

const columns: readonly Column[] = [
  {
    column: "numbackends",
    name: "pg_stat_database_numbackends",
    type: "gauge",
    help: "Sessions of the database.",
  },
  ...Object.entries(counters).map(([column, help]): Column => ({
    column,
    name: `pg_stat_database_${column}`,
    type: "counter",
    help,
  })),
  {
    column: "active_seconds",
    name: "pg_stat_database_active_time_seconds_total",
    type: "counter",
    help: "Time spent executing statements.",
  },
];

/** What postgres_exporter 0.11 and older had besides, without a type. */
const older: Readonly<Record<string, string>> = {
  active_time: "Milliseconds spent executing statements.",
  session_time: "Milliseconds spent by sessions.",
  idle_in_transaction_time: "Milliseconds spent idle in a transaction.",
  sessions: "Sessions begun.",
  sessions_abandoned: "Sessions that ended because the client was gone.",
  sessions_fatal: "Sessions ended by a fatal error.",
  sessions_killed: "Sessions ended by somebody else.",
  parallel_workers_to_launch: "Parallel workers wanted; since 18.",
  parallel_workers_launched: "Parallel workers started; since 18.",
  checksum_failures: "Blocks whose checksum was wrong.",
  checksum_last_failure: "When that last happened, in seconds since 1970.",
};
const olderColumns = Object.entries(older).map(([name, help]): Column => ({
  column: name,
  name: `pg_stat_database_${name}`,
  type: "untyped",
  help,
}));

export const statDatabase: Collector = {
  name: "stat_database",
  collect: async ({ query }, { isCompatible }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/stat-database.sql"));
    return familiesOf(rows, databaseLabels(rows), isCompatible ? [...columns, ...olderColumns] : columns);
  },
};

const reasons: Readonly<Record<string, string>> = {
  confl_tablespace: "a tablespace that was dropped",
  confl_lock: "a wait for a lock",
  confl_snapshot: "a snapshot that was too old",
  confl_bufferpin: "a pinned buffer",
  confl_deadlock: "a deadlock",
  confl_active_logicalslot: "a logical slot that was invalidated",
};

/** On a standby: elsewhere nothing conflicts. */
export const statDatabaseConflicts: Collector = {
  name: "stat_database_conflicts",
  applies: ({ facts }, { isCompatible }) => facts.isStandby || isCompatible,
  collect: async ({ query }) => {
    const rows = await query(loadSql(import.meta.url, "../sql/stat-database-conflicts.sql"));
    return familiesOf(
      rows,
      databaseLabels(rows),
      Object.entries(reasons).map(([column, why]) => ({
        column,
        name: `pg_stat_database_conflicts_${column}`,
        type: "counter",
        help: `Queries cancelled by recovery because of ${why}.`,
      })),
    );
  },
};

function databaseLabels(rows: readonly Row[]): Labels[] {
  return rows.map(({ datid, datname }) => labelsOf({ datid: labelText(datid), datname: labelText(datname) }));
}
