/** The background writer, the checkpointer and the archiver: read as `stats wal` reads them, whichever view they are in. */
import { single } from "../../kernel/exposition.ts";
import type { Family, Value } from "../../kernel/exposition.ts";
import type { Row } from "../../postgres/connect.ts";
import { readWriterCounters } from "../../stats/reports/wal.ts";
import type { WriterCounters } from "../../stats/reports/wal.ts";
import type { StatsSession } from "../../stats/session.ts";
import { loadSql } from "../../sql/load.ts";
import { valueOf } from "../families.ts";
import type { Collector } from "../model.ts";

const writerHelp: Readonly<Record<string, string>> = {
  checkpoints_timed: "Checkpoints that were due by time.",
  checkpoints_req: "Checkpoints that were asked for, mostly by WAL volume.",
  checkpoint_write_time: "Milliseconds spent writing checkpoints.",
  checkpoint_sync_time: "Milliseconds spent syncing checkpoints to disk.",
  buffers_checkpoint: "Buffers written by checkpoints.",
  buffers_clean: "Buffers written by the background writer.",
  maxwritten_clean: "Times when the background writer had to stop because it had written enough.",
  buffers_backend: "Buffers that sessions had to write themselves.",
  buffers_backend_fsync: "Times when a session had to sync by itself.",
  buffers_alloc: "Buffers taken.",
  stats_reset: "When these counters were last reset, in seconds since 1970; 0 for never.",
};

export const statBgwriter: Collector = {
  name: "stat_bgwriter",
  collect: async (session, { isCompatible }) => {
    const counters = await readCounters(session);
    const values = isCompatible
      ? { ...(await elsewhere(session, counters)), ...writerValues(counters) }
      : writerValues(counters);
    return Object.entries(writerHelp).flatMap(([column, help]) => {
      const value = values[column];
      if (value === undefined) return [];
      const name = `pg_stat_bgwriter_${column}`;
      const family = single(`${name}_total`, "counter", help, value);
      return isCompatible ? [family, { ...family, name }] : [family];
    });
  },
};

/** What the view has on this server: since 17 less than before. */
function writerValues({ bgwriter }: WriterCounters): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = {};
  for (const column of Object.keys(writerHelp)) {
    if (column in bgwriter && column !== "stats_reset") values[column] = valueOf(bgwriter[column]) ?? 0;
  }
  return { ...values, stats_reset: seconds(bgwriter["stats_reset"]) };
}

/** What 17 moved to other views, under its older names. */
async function elsewhere(
  { facts, query }: StatsSession,
  { checkpointer }: WriterCounters,
): Promise<Readonly<Record<string, Value>>> {
  if (!facts.views.includes("pg_stat_checkpointer")) return {};
  const [io = {}] = await query(loadSql(import.meta.url, "../sql/backend-writes.sql"));
  const { timed, requested, writeMs, syncMs, buffers } = checkpointer;
  return {
    checkpoints_timed: timed ?? 0,
    checkpoints_req: requested ?? 0,
    checkpoint_write_time: writeMs ?? 0,
    checkpoint_sync_time: syncMs ?? 0,
    buffers_checkpoint: buffers ?? 0,
    buffers_backend: valueOf(io["writes"]) ?? 0,
    buffers_backend_fsync: valueOf(io["fsyncs"]) ?? 0,
  };
}

const checkpointerHelp: Readonly<Record<string, string>> = {
  num_timed: "Checkpoints that were due by time.",
  num_requested: "Checkpoints that were asked for, mostly by WAL volume.",
  restartpoints_timed: "Restartpoints that were due by time.",
  restartpoints_req: "Restartpoints that were asked for.",
  restartpoints_done: "Restartpoints done.",
  write_time: "Milliseconds spent writing checkpoints and restartpoints.",
  sync_time: "Milliseconds spent syncing them to disk.",
  buffers_written: "Buffers written by them.",
};

export const statCheckpointer: Collector = {
  name: "stat_checkpointer",
  applies: ({ facts }) => facts.views.includes("pg_stat_checkpointer"),
  collect: async (session) => {
    const { own = {} } = (await readCounters(session)).checkpointer;
    return [
      ...Object.entries(checkpointerHelp).map(([column, help]) =>
        single(`pg_stat_checkpointer_${column}_total`, "counter", help, valueOf(own[column]) ?? 0),
      ),
      single(
        "pg_stat_checkpointer_stats_reset_total",
        "counter",
        "When these counters were last reset, in seconds since 1970; 0 for never.",
        seconds(own["stats_reset"]),
      ),
    ];
  },
};

export const statArchiver: Collector = {
  name: "stat_archiver",
  collect: async (session) => {
    const { archiver } = await readCounters(session);
    return archiverFamilies(archiver);
  },
};

function archiverFamilies(archiver: Row): Family[] {
  const count = (column: string, help: string): Family =>
    single(`pg_stat_archiver_${column}`, "counter", help, valueOf(archiver[column]) ?? 0);
  const age = valueOf(archiver["archived_ago"]);
  return [
    count("archived_count", "WAL files archived."),
    count("failed_count", "Attempts to archive that failed."),
    ...(age === undefined
      ? []
      : [
          single(
            "pg_stat_archiver_last_archive_age",
            "gauge",
            "Seconds since a WAL file was last archived.",
            age,
          ),
        ]),
  ];
}

function seconds(time: unknown): number {
  return time instanceof Date ? Math.floor(time.getTime() / 1000) : 0;
}

/** Three collectors need the same rows: one scrape reads them once. A reading that failed is none: it is made again. */
const readings = new WeakMap<StatsSession, Promise<WriterCounters>>();

async function readCounters(session: StatsSession): Promise<WriterCounters> {
  const reading = readings.get(session) ?? readWriterCounters(session);
  readings.set(session, reading);
  try {
    return await reading;
  } catch (error) {
    readings.delete(session);
    throw error;
  }
}
