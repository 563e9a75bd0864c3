import type { SettingFact } from "../../../src/tune/model.ts";

/** name: value, unit, type, context, least, most; of a server as initdb leaves it. */
const rows: readonly (readonly [
  name: string,
  setting: string,
  unit: string | null,
  vartype: SettingFact["vartype"],
  context: string,
  since?: number,
])[] = [
  ["max_connections", "100", null, "integer", "postmaster"],
  ["shared_buffers", "16384", "8kB", "integer", "postmaster"],
  ["effective_cache_size", "524288", "8kB", "integer", "user"],
  ["maintenance_work_mem", "65536", "kB", "integer", "user"],
  ["autovacuum_work_mem", "-1", "kB", "integer", "sighup"],
  ["hash_mem_multiplier", "2", null, "real", "user"],
  ["work_mem", "4096", "kB", "integer", "user"],
  ["temp_buffers", "1024", "8kB", "integer", "user"],
  ["huge_pages", "try", null, "enum", "postmaster"],
  ["checkpoint_timeout", "300", "s", "integer", "sighup"],
  ["max_wal_size", "1024", "MB", "integer", "sighup"],
  ["min_wal_size", "80", "MB", "integer", "sighup"],
  ["wal_segment_size", "16777216", "B", "integer", "internal"],
  ["checkpoint_completion_target", "0.9", null, "real", "sighup"],
  ["wal_buffers", "512", "8kB", "integer", "postmaster"],
  ["wal_compression", "off", null, "enum", "superuser"],
  ["wal_level", "replica", null, "enum", "postmaster"],
  ["archive_mode", "off", null, "enum", "postmaster"],
  ["random_page_cost", "4", null, "real", "user"],
  ["parallel_tuple_cost", "0.1", null, "real", "user"],
  ["parallel_setup_cost", "1000", null, "real", "user"],
  ["default_statistics_target", "100", null, "integer", "user"],
  ["jit", "on", null, "bool", "user"],
  ["max_worker_processes", "8", null, "integer", "postmaster"],
  ["max_wal_senders", "10", null, "integer", "postmaster"],
  ["max_locks_per_transaction", "64", null, "integer", "postmaster"],
  ["max_prepared_transactions", "0", null, "integer", "postmaster"],
  ["max_replication_slots", "10", null, "integer", "postmaster"],
  ["superuser_reserved_connections", "3", null, "integer", "postmaster"],
  ["max_parallel_workers", "8", null, "integer", "user"],
  ["max_parallel_workers_per_gather", "2", null, "integer", "user"],
  ["max_parallel_maintenance_workers", "2", null, "integer", "user"],
  ["effective_io_concurrency", "1", null, "integer", "user"],
  ["io_method", "worker", null, "enum", "postmaster", 18],
  ["io_workers", "3", null, "integer", "sighup", 18],
  ["autovacuum", "on", null, "bool", "sighup"],
  ["autovacuum_max_workers", "3", null, "integer", "postmaster"],
  ["autovacuum_vacuum_cost_limit", "-1", null, "integer", "sighup"],
  ["vacuum_cost_limit", "200", null, "integer", "user"],
  ["autovacuum_vacuum_scale_factor", "0.2", null, "real", "sighup"],
];

const choices: Readonly<Record<string, readonly string[]>> = {
  huge_pages: ["off", "on", "try"],
  wal_compression: ["pglz", "lz4", "on", "off"],
  wal_level: ["minimal", "replica", "logical"],
  archive_mode: ["always", "on", "off"],
  io_method: ["sync", "worker"],
};

/** The settings of a new server of that major, with some of them changed. */
export function settingsOf(
  major: number,
  changed: Readonly<Record<string, Partial<SettingFact>>> = {},
): ReadonlyMap<string, SettingFact> {
  const olds: Readonly<Record<string, Partial<SettingFact>>> =
    major < 15
      ? {
          hash_mem_multiplier: { setting: "1", resetValue: "1" },
          wal_compression: { vartype: "bool", choices: null },
        }
      : {};
  return new Map(
    rows
      .filter(([, , , , , since = 14]) => since <= major)
      .map(([name, setting, unit, vartype, context]) => [
        name,
        {
          name,
          setting,
          unit,
          vartype,
          context,
          source: "default",
          min: null,
          max: name === "effective_io_concurrency" ? "1000" : null,
          choices: choices[name] ?? null,
          bootValue: name === "wal_buffers" ? "-1" : setting,
          pendingRestart: false,
          resetValue: setting,
          ...olds[name],
          ...changed[name],
        },
      ]),
  );
}
