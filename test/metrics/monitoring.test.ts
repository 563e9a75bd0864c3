/** What monitoring/ ships: rules that are tested, a dashboard whose every expression finds something, a real Prometheus. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { call } from "../migrate/support/veza.ts";
import { temporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { startExporter } from "./support/exporter.ts";
import { freePort, has, startProgram, until } from "./support/programs.ts";

const folder = fileURLToPath(new URL("../../monitoring", import.meta.url));
const hasPromtool = has("promtool", "prometheus");
const hasPrometheus = has("prometheus", "prometheus");
const hasRedis = has("redis-server", "redis-server");

function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

describe.runIf(hasPromtool)("promtool", () => {
  test("accepts the settings and the rules, and the rules do what they are for", { timeout: 60_000 }, () => {
    expect(promtool("check", "config", "prometheus.yml")).toMatchObject({ status: 0 });
    const tested = promtool("test", "rules", "alerts.test.yml");
    expect(tested, tested.said).toMatchObject({ status: 0 });
  });
});

test("each alert has a rule test in which it fires, and one in which it keeps silent", () => {
  const names = [...readFileSync(join(folder, "alerts.yml"), "utf8").matchAll(/- alert: (\w+)/g)].map(
    ([, name]) => name,
  );
  // Everything between one `eval_time` and the next belongs to one alert at one time.
  const cases = readFileSync(join(folder, "alerts.test.yml"), "utf8").split("- eval_time:").slice(1);
  const those = (fires: boolean): Set<string | undefined> =>
    new Set(
      cases
        .filter((one) => one.includes("exp_alerts:") === fires)
        .map((one) => /alertname: (\w+)/.exec(one)?.[1]),
    );
  const silent = those(false);
  // Two alerts have no time of their own to wait for: there the case has series that must not fire.
  const atOnce = new Set(["PostgresCheckpointsRequested", "BackupNotVerified"]);
  expect(names.filter((name) => !those(true).has(name))).toEqual([]);
  expect(names.filter((name) => !silent.has(name) && !atOnce.has(name ?? ""))).toEqual([]);
});

interface Target {
  readonly expr: string;
}

/** Every expression of the dashboard, with what Grafana would put in. */
function expressions(): string[] {
  const dashboard: unknown = JSON.parse(readFileSync(join(folder, "dashboard.json"), "utf8"));
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null) {
      if (isTarget(value)) found.push(value.expr);
      Object.values(value).forEach(walk);
    }
  };
  walk(dashboard);
  return found.map((expr) =>
    expr.replaceAll("$instance", ".*").replaceAll("$database", ".*").replaceAll("$__rate_interval", "30s"),
  );
}

function isTarget(value: object): value is Target {
  return "expr" in value && typeof value.expr === "string";
}

/** Every expression of the alerts. */
function alertExpressions(): string[] {
  const text = readFileSync(join(folder, "alerts.yml"), "utf8");
  return [...text.matchAll(/^ {8}expr: (?:'(.*)'|(.*))$/gm)].map((match) => match[1] ?? match[2] ?? "");
}

/** The names of metrics in an expression. */
function metricsIn(expr: string): string[] {
  return [...expr.replaceAll(/"[^"]*"/g, "").matchAll(/\b(?:pg|veza|redis)_[a-z0-9_]+/g)].map(
    ([name]) => name,
  );
}

test("the dashboard and the alerts have expressions, so that nothing below is empty", () => {
  expect(expressions().length).toBeGreaterThan(35);
  expect(alertExpressions().length).toBeGreaterThan(25);
});

describe.runIf(hasPrometheus && hasRedis)("a real Prometheus", () => {
  test("scrapes both, and every expression finds something", { timeout: 90_000 }, async ({ database }) => {
    const redisPort = await freePort();
    await using redis = startProgram("redis-server", ["--port", String(redisPort), "--save", ""]);
    expect(redis).toBeDefined();
    await using project = await temporaryProject({
      "migrations/2025-01-01-001-events.sql":
        "CREATE TABLE events (at timestamptz NOT NULL) PARTITION BY RANGE (at);\n",
      "partitions/events.json": JSON.stringify({ table: "events", column: "at", interval: "month" }),
      ".veza/last/drift.json": JSON.stringify({
        command: "drift",
        finishedAt: new Date().toISOString(),
        durationMs: 1,
        exitCode: 0,
        data: { changes: [] },
      }),
    });
    const env = { DATABASE_URL: database.url };
    expect((await call(project.folder, ["migrate"], { env })).code).toBe(0);
    expect((await call(project.folder, ["partition", "maintain"], { env })).code).toBe(0);
    const slot = `veza_${database.name.slice(-12).replaceAll(/\W/g, "_")}`;
    await database.sql`SELECT pg_create_physical_replication_slot(${slot}, true)`;
    try {
      await using exporter = await startExporter(
        database.url,
        ["--redis", `redis://127.0.0.1:${redisPort}`],
        {
          cwd: project.folder,
          servers: 2,
        },
      );
      const hosts = exporter.urls.map((url) => new URL(url).host);
      await project.write(
        "prometheus.yml",
        readFileSync(join(folder, "prometheus.yml"), "utf8")
          .replaceAll("15s", "1s")
          .replaceAll("10s", "1s")
          .replace("127.0.0.1:9187", hosts[0] ?? "")
          .replace("127.0.0.1:9121", hosts[1] ?? "")
          .replace("alerts.yml", join(folder, "alerts.yml")),
      );
      const port = await freePort();
      await using prometheus = startProgram("prometheus", [
        `--config.file=${project.path("prometheus.yml")}`,
        `--storage.tsdb.path=${project.path("tsdb")}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ]);
      expect(prometheus).toBeDefined();
      const ask = async (path: string): Promise<unknown> =>
        (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
      const query = async (expr: string): Promise<{ status: unknown; found: number }> => {
        const answer: unknown = await ask(`query?query=${encodeURIComponent(expr)}`);
        const { status, data } = answer as { status: string; data?: { result: unknown[] } }; // oxlint-disable-line typescript/no-unsafe-type-assertion -- Prometheus' own form
        return { status, found: data?.result.length ?? 0 };
      };
      await until(
        "two scrapes of both",
        async () => {
          const { found } = await query("count_over_time(up[30s]) > 2 and up == 1");
          return found >= 2 ? found : undefined;
        },
        40_000,
      );
      // Of a server that never was a standby, and of backups that this project has none of.
      const absent = /veza_backup_/;
      const empty: string[] = [];
      for (const expr of expressions().filter((one) => !absent.test(one))) {
        const { status, found } = await query(expr);
        if (status !== "success" || found === 0) empty.push(`${expr}: ${String(status)}, ${found}`);
      }
      expect(empty).toEqual([]);
      const page =
        (await exporter.page()) + (await (await fetch(`${exporter.urls[1] ?? ""}/metrics`)).text());
      const isThere = (name: string): boolean =>
        page.includes(`\n# TYPE ${name} `) || page.startsWith(`# HELP ${name} `);
      // Of the checkpointer each server has one of the two; a replica's link only a replica.
      const elsewhere =
        /^pg_stat_(checkpointer_num_requested|bgwriter_checkpoints_req)_total$|^veza_backup_|^redis_master_link_up$/;
      const unknown = [...new Set([...alertExpressions(), ...expressions()].flatMap(metricsIn))].filter(
        (name) => !isThere(name) && !elsewhere.test(name),
      );
      expect(unknown).toEqual([]);
      const rules: unknown = await ask("rules");
      expect(JSON.stringify(rules)).not.toContain('"health":"err"');
      expect(JSON.stringify(rules).match(/"health":"ok"/g)).toHaveLength(alertExpressions().length);
    } finally {
      await database.sql`SELECT pg_drop_replication_slot(${slot})`;
    }
  });
});
