/** What is computed without a server: remainders, bounds, units, Redis' own words. */
import { describe, expect, test } from "vitest";
import { activityFamilies } from "../../src/metrics/collectors/stat-activity.ts";
import { settingFamily } from "../../src/metrics/collectors/settings.ts";
import { statementFamilies } from "../../src/metrics/collectors/stat-statements.ts";
import type { Memory } from "../../src/metrics/model.ts";
import { outcomeFamilies } from "../../src/metrics/own/outcomes.ts";
import type { CommandMemory } from "../../src/metrics/redis/command-families.ts";
import { infoFamilies } from "../../src/metrics/redis/info-families.ts";
import { keepRising } from "../../src/metrics/remainder.ts";
import { renderExposition } from "../../src/kernel/exposition.ts";
import { parseInfo } from "../../src/redis/info.ts";
import type { Statement } from "../../src/stats/statements/model.ts";
import { parsePage, valueOf } from "./support/page.ts";

function memory(): Memory {
  return {
    shown: new Map(),
    troubled: new Set(),
    sizes: new Map(),
    databaseSizes: undefined,
    remainders: new Map(),
  };
}

test("a remainder never falls, whatever leaves it", () => {
  const kept = memory();
  expect([10, 15, 5, 7, 0, 4].map((sum) => keepRising(kept, "x", sum))).toEqual([10, 15, 15, 17, 17, 21]);
  expect(keepRising(kept, "y", "3")).toBe(3);
});

describe("statements", () => {
  const statement = (queryid: string, totalMs: number, toplevel = true): Statement => ({
    userId: "1",
    databaseId: "1",
    queryid,
    toplevel,
    user: "u",
    database: "d",
    since: undefined,
    counters: { calls: 1, totalMs, rows: 2 },
    meanMs: undefined,
    stddevMs: undefined,
    maxMs: undefined,
  });
  const shown = (statements: readonly Statement[], most: number, kept: Memory): Map<string, number> => {
    const families = parsePage(renderExposition(statementFamilies(statements, most, kept)));
    const samples = families.get("pg_stat_statements_seconds_total")?.samples ?? [];
    return new Map(samples.map(({ labels, value }) => [labels["queryid"] ?? "", value]));
  };

  test("the slowest have series, the others are one, levels are one", () => {
    const all = [statement("-1", 5000), statement("2", 3000), statement("2", 1000, false), statement("3", 1)];
    expect(shown(all, 2, memory())).toEqual(new Map([["-1", 5], ["2", 4], ["other", 0.001]])); // prettier-ignore
  });

  test("who has a series keeps it until he is far behind", () => {
    const kept = memory();
    shown(
      [statement("a", 100), statement("b", 90), statement("c", 80), statement("e", 5), statement("f", 4)],
      2,
      kept,
    );
    const second = shown(
      [statement("c", 300), statement("a", 200), statement("b", 150), statement("e", 5), statement("f", 4)],
      2,
      kept,
    );
    expect([...second.keys()].toSorted()).toEqual(["a", "b", "other"]);
    const third = shown(
      [
        statement("c", 900),
        statement("e", 800),
        statement("f", 700),
        statement("g", 600),
        statement("a", 200),
        statement("b", 150),
      ],
      2,
      kept,
    );
    expect([...third.keys()].toSorted()).toEqual(["c", "e", "other"]);
  });
});

test("names of applications are bounded, and nobody is lost", () => {
  const rows = Array.from({ length: 80 }, (_, index) => ({
    datname: "d",
    state: "idle",
    usename: "u",
    application_name: `app ${index}`,
    sessions: index === 79 ? 5 : 1,
    oldest: index,
  }));
  const families = parsePage(renderExposition(activityFamilies(rows, 50)));
  const samples = families.get("pg_stat_activity_count")?.samples ?? [];
  expect(samples).toHaveLength(51);
  expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(84);
  expect(valueOf(families, "pg_stat_activity_count", { application_name: "app 79" })).toBe(5);
  expect(valueOf(families, "pg_stat_activity_count", { application_name: "other" })).toBe(30);
  expect(valueOf(families, "pg_stat_activity_max_tx_duration", { application_name: "other" })).toBe(78);
});

describe("settings", () => {
  test.each([
    ["fsync", "on", null, "bool", "pg_settings_fsync", 1],
    ["wal_segment_size", "16777216", "B", "integer", "pg_settings_wal_segment_size_bytes", 16_777_216],
    ["shared_buffers", "16384", "8kB", "integer", "pg_settings_shared_buffers_bytes", 134_217_728],
    ["min_wal_size", "80", "MB", "integer", "pg_settings_min_wal_size_bytes", 83_886_080],
    ["deadlock_timeout", "1000", "ms", "integer", "pg_settings_deadlock_timeout_seconds", 1],
    ["checkpoint_timeout", "300", "s", "integer", "pg_settings_checkpoint_timeout_seconds", 300],
    ["log_rotation_age", "1440", "min", "integer", "pg_settings_log_rotation_age_seconds", 86_400],
    [
      "log_min_duration_statement",
      "-1",
      "ms",
      "integer",
      "pg_settings_log_min_duration_statement_seconds",
      -1,
    ],
    ["random_page_cost", "1.1", null, "real", "pg_settings_random_page_cost", 1.1],
    ["my-ext.size", "2", "16MB", "integer", "pg_settings_my_ext_size_bytes", 33_554_432],
    ["aurora.thing", "512MB", null, "integer", "pg_settings_aurora_thing", 512],
  ])("%s", (name, setting, unit, vartype, metric, value) => {
    expect(settingFamily({ name, setting, unit, vartype, summary: null })).toMatchObject({
      name: metric,
      values: [value],
    });
  });

  test("what is no number, or of a unit that nobody knows, has no series", () => {
    expect(
      settingFamily({ name: "a", setting: "", unit: null, vartype: "integer", summary: null }),
    ).toBeUndefined();
    expect(
      settingFamily({ name: "a", setting: "5", unit: "parsec", vartype: "integer", summary: null }),
    ).toBeUndefined();
  });
});

function redisMemory(): CommandMemory {
  return { remainders: new Map(), shown: new Map() };
}

describe("commands of Redis", () => {
  const page = (lines: readonly string[], kept: CommandMemory): ReturnType<typeof parsePage> =>
    parsePage(
      renderExposition(
        infoFamilies(parseInfo(lines.join("\r\n")), { databases: 2, ioThreads: 4 }, new Date(0), kept),
      ),
    );
  const command = (name: string, calls: number): string =>
    `cmdstat_${name}:calls=${calls},usec=${calls * 10},usec_per_call=10,rejected_calls=0,failed_calls=1`;

  test("beyond the number they are one series, whose counters never fall", () => {
    const kept = redisMemory();
    const many = Array.from({ length: 303 }, (_, index) => command(`c${index}`, 1000 - index));
    const first = page(many, kept);
    expect(first.get("redis_commands_total")?.samples).toHaveLength(301);
    expect(valueOf(first, "redis_commands_total", { cmd: "c299" })).toBe(701);
    expect(valueOf(first, "redis_commands_total", { cmd: "other" })).toBe(700 + 699 + 698);
    expect(valueOf(first, "redis_commands_failed_calls_total", { cmd: "other" })).toBe(3);
    // One of the others is called most now: who has a series keeps it, and the sum of the others has grown.
    const second = page([...many.slice(0, 300), command("c300", 9000), command("c301", 699)], kept);
    expect(valueOf(second, "redis_commands_total", { cmd: "c299" })).toBe(701);
    expect(valueOf(second, "redis_commands_total", { cmd: "other" })).toBe(9000 + 699);
    // One with a series is gone: there is room, and what the others had counted stays.
    const third = page([...many.slice(1, 300), command("c300", 9000), command("c301", 699)], kept);
    expect(valueOf(third, "redis_commands_total", { cmd: "c300" })).toBe(9000);
    expect(valueOf(third, "redis_commands_total", { cmd: "other" })).toBe(9000 + 699);
  });

  test("their percentiles are a summary, as redis_exporter has it", () => {
    const lines = [command("get", 5), "latency_percentiles_usec_get:p50=1.003,p99=2.5,p99.9=nan"];
    const families = page([...lines, "latency_percentiles_usec_none:p50=1"], redisMemory());
    expect(families.get("redis_latency_percentiles_usec")).toEqual({
      name: "redis_latency_percentiles_usec",
      type: "summary",
      samples: [
        { name: "redis_latency_percentiles_usec", labels: { cmd: "get", quantile: "50" }, value: 1.003 },
        { name: "redis_latency_percentiles_usec", labels: { cmd: "get", quantile: "99" }, value: 2.5 },
        {
          name: "redis_latency_percentiles_usec",
          labels: { cmd: "get", quantile: "99.9" },
          value: Number.NaN,
        },
        { name: "redis_latency_percentiles_usec_sum", labels: { cmd: "get" }, value: 50 },
        { name: "redis_latency_percentiles_usec_count", labels: { cmd: "get" }, value: 5 },
      ],
    });
    expect(valueOf(families, "redis_config_io_threads")).toBe(4);
    expect(valueOf(families, "redis_db_keys", { db: "db1" })).toBe(0);
  });
});

test("a replica and a master of Redis, as they say it", () => {
  const config = { databases: undefined, ioThreads: undefined };
  const info = parseInfo(
    [
      "# Replication", "role:slave", "master_host:10.0.0.1", "master_port:6379", "master_link_status:down",
      "master_last_io_seconds_ago:7", "master_sync_in_progress:0", "slave_read_only:1",
      "slave0:ip=10.0.0.3,port=6380,state=online,offset=42,lag=1", "master_repl_offset:99",
      "# Stats", "rejected_connections:3", "latest_fork_usec:1500", "rdb_last_bgsave_status:err",
      "# Commandstats", "cmdstat_config|get:calls=2,usec=50,usec_per_call=25,rejected_calls=1,failed_calls=0",
      "# Errorstats", "errorstat_WRONGTYPE:count=4",
      "# Keyspace", "db3:keys=10,expires=2,avg_ttl=5000", "unheard_of:1", "executable:/usr/bin/redis-server",
    ].join("\r\n"),
  ); // prettier-ignore
  const families = parsePage(renderExposition(infoFamilies(info, config, new Date(0), redisMemory())));
  const master = { master_host: "10.0.0.1", master_port: "6379" };
  expect(valueOf(families, "redis_master_link_up", master)).toBe(0);
  expect(valueOf(families, "redis_master_last_io_seconds_ago", master)).toBe(7);
  expect(valueOf(families, "redis_slave_info", { read_only: "1" })).toBe(1);
  expect(
    valueOf(families, "redis_connected_slave_lag_seconds", { slave_ip: "10.0.0.3", slave_port: "6380" }),
  ).toBe(1);
  expect(valueOf(families, "redis_master_repl_offset")).toBe(99);
  expect(families.get("redis_rejected_connections_total")).toMatchObject({ type: "counter" });
  expect(valueOf(families, "redis_latest_fork_seconds")).toBe(0.0015);
  expect(valueOf(families, "redis_rdb_last_bgsave_status")).toBe(0);
  expect(valueOf(families, "redis_commands_total", { cmd: "config|get" })).toBe(2);
  expect(valueOf(families, "redis_commands_rejected_calls_total", { cmd: "config|get" })).toBe(1);
  expect(valueOf(families, "redis_errors_total", { err: "WRONGTYPE" })).toBe(4);
  expect(valueOf(families, "redis_db_keys", { db: "db3" })).toBe(10);
  expect(valueOf(families, "redis_db_avg_ttl_seconds", { db: "db3" })).toBe(5);
  expect([...families.keys()].filter((name) => /unheard|executable/.test(name))).toEqual([]);
});

test("a drift that failed has no number of changes", () => {
  const last = { command: "drift", finishedAt: "2026-01-01T00:00:00Z", durationMs: 10, exitCode: 3 };
  const names = outcomeFamilies([last]).map(({ name }) => name);
  expect(names).not.toContain("veza_drift_changes");
  expect(names).toContain("veza_last_run_exit_code");
});
