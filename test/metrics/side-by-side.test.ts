/** Beside Debian's exporters: the same names, types and labels, save what docs/metrics.md lists. */
import { describe } from "vitest";
import { expect, test } from "../support/database.ts";
import { startExporter } from "./support/exporter.ts";
import { parsePage, valueOf } from "./support/page.ts";
import { promtoolSays } from "./support/promtool.ts";
import { freePort, has, startProgram, textOf, until } from "./support/programs.ts";

const hasPromtool = has("promtool", "prometheus");
const hasPostgresExporter = has("prometheus-postgres-exporter", "prometheus-postgres-exporter");
const hasRedis = has("redis-server", "redis-server");
const hasRedisExporter = has("prometheus-redis-exporter", "prometheus-redis-exporter");

interface Shape {
  readonly type: string;
  readonly labels: readonly string[];
}

/** Types and label names by metric; the shapes of a family's series are those of its first. */
function shapesOf(page: string): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const types = new Map(
    [...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((match) => [match[1] ?? "", match[2] ?? ""]),
  );
  for (const line of page.split("\n")) {
    const [, name = "", labels = ""] = /^([a-z_A-Z0-9:]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === "" || shapes.has(name)) continue;
    const names = [...labels.matchAll(/([a-zA-Z_]+)="(?:[^"\\]|\\.)*"/g)].map((match) => match[1] ?? "");
    shapes.set(name, { type: types.get(name) ?? "", labels: names.toSorted() });
  }
  return shapes;
}

/** What the other one has and we have not, or otherwise. */
function differences(
  theirs: Map<string, Shape>,
  ours: Map<string, Shape>,
  leftOut: RegExp,
  dropped: readonly string[],
): string[] {
  return [...theirs].flatMap(([name, shape]) => {
    if (leftOut.test(name)) return [];
    const mine = ours.get(name);
    if (mine === undefined) return [`${name}: missing`];
    const labels = shape.labels.filter((label) => !dropped.includes(label));
    const lacking = labels.filter((label) => !mine.labels.includes(label));
    return [
      ...(mine.type === shape.type ? [] : [`${name}: ${mine.type}, not ${shape.type}`]),
      ...(lacking.length === 0 ? [] : [`${name}: lacks ${lacking.join(", ")}`]),
    ];
  });
}

describe("PostgreSQL", () => {
  test.runIf(hasPostgresExporter)("prometheus-postgres-exporter", async ({ database }) => {
    await database.sql`CREATE TABLE plain (id int PRIMARY KEY)`;
    const port = await freePort();
    const dsn = new URL(database.url);
    dsn.searchParams.set("sslmode", "disable");
    await using theirs = startProgram(
      "prometheus-postgres-exporter",
      [`--web.listen-address=127.0.0.1:${port}`],
      {
        DATA_SOURCE_NAME: dsn.href,
      },
    );
    expect(theirs).toBeDefined();
    const their = await until("their page", async () => {
      const text = await textOf(`http://127.0.0.1:${port}/metrics`);
      return text?.includes("pg_stat_database_xact_commit") === true ? text : undefined;
    });
    await using exporter = await startExporter(database.url, ["--compat"]);
    const our = await exporter.page();
    // Of Go and of the exporter itself; and what is NULL, which is NaN there and left out here.
    const leftOut =
      /^(go_|promhttp_|process_|postgres_exporter_build_info|pg_exporter_user_queries|pg_stat_archiver_last_archive_age|pg_stat_database_checksum_)/;
    const found = differences(shapesOf(their), shapesOf(our), leftOut, ["server"]);
    // Counted since 16, which Debian's version does not know: what it does not know has no type there.
    const isKnown = (difference: string): boolean =>
      difference.endsWith("confl_active_logicalslot: counter, not untyped");
    expect(found.filter((difference) => !isKnown(difference))).toEqual([]);
    const [a, b] = [valuesOf(their, "pg_settings_"), valuesOf(our, "pg_settings_")];
    // Their own sessions set some for themselves.
    const ownSession =
      /extra_float_digits|lock_timeout|statement_timeout|work_mem|jit|parallel_workers_per_gather|read_only|application/;
    const others = [...a].filter(([name, value]) => !ownSession.test(name) && b.get(name) !== value);
    expect(others).toEqual([]);
    expect(b.size).toBeGreaterThanOrEqual(a.size);
  });
});

function valuesOf(page: string, prefix: string): Map<string, number> {
  return new Map(
    page
      .split("\n")
      .filter((line) => line.startsWith(prefix))
      .map((line) => [line.replace(/[{ ].*$/, ""), Number(line.split(" ").at(-1))]),
  );
}

describe("Redis", () => {
  test.runIf(hasRedis && hasRedisExporter)("prometheus-redis-exporter", async () => {
    const [redisPort, port] = [await freePort(), await freePort()];
    await using redis = startProgram("redis-server", [
      "--port",
      String(redisPort),
      "--save",
      "",
      "--maxmemory",
      "100mb",
    ]);
    expect(redis).toBeDefined();
    const url = `redis://127.0.0.1:${redisPort}`;
    await using theirs = startProgram("prometheus-redis-exporter", [
      `--web.listen-address=127.0.0.1:${port}`,
      `--redis.addr=${url}`,
    ]);
    expect(theirs).toBeDefined();
    const their = await until("their page", async () => {
      const text = await textOf(`http://127.0.0.1:${port}/metrics`);
      return text?.includes("redis_up 1") === true ? text : undefined;
    });
    // Without a database named, Redis alone is served.
    await using exporter = await startExporter(undefined, ["--redis", url]);
    const our = await exporter.page();
    const leftOut =
      /^(go_|promhttp_|process_|redis_exporter_(build_info|scrape_duration_seconds|last_scrape_ping)|redis_target_scrape|redis_last_key_groups)/;
    const found = differences(shapesOf(their), shapesOf(our), leftOut, []);
    expect(found).toEqual(["redis_expired_time_cap_reached_total: counter, not gauge"]);
    const families = parsePage(our);
    expect(valueOf(families, "redis_up")).toBe(1);
    expect(valueOf(families, "redis_memory_max_bytes")).toBe(100 * 2 ** 20);
    expect(valueOf(families, "redis_db_keys", { db: "db0" })).toBe(0);
    expect(valueOf(families, "redis_db_keys", { db: "db15" })).toBe(0);
    expect(families.get("redis_latency_percentiles_usec")?.type).toBe("summary");
    if (hasPromtool) expect(promtoolSays(our)).toEqual([]);
    expect(families.has("redis_memory_fragmentation_ratio")).toBe(false);
  });

  test.runIf(hasRedis)("a Redis that is down, and comes back", async () => {
    const port = await freePort();
    await using exporter = await startExporter(undefined, ["--redis", `redis://127.0.0.1:${port}`]);
    const down = parsePage(await exporter.page());
    expect(valueOf(down, "redis_up")).toBe(0);
    expect(down.get("redis_exporter_last_scrape_error")?.samples[0]).toMatchObject({ value: 1 });
    await using redis = startProgram("redis-server", ["--port", String(port), "--save", ""]);
    expect(redis).toBeDefined();
    await until("redis_up 1", async () => {
      const up = valueOf(parsePage(await exporter.page()), "redis_up");
      return up === 1 ? up : undefined;
    });
  });
});
