/** `tune` as people and programs call it, against the run's own server. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, inject } from "vitest";
import { runCli } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { documentSettings, adviceOf } from "./support/advice.ts";

const flags = ["--ram", "16GB", "--cpu", "8", "--disk", "ssd"];

test("reads the machine through the server", async ({ database }) => {
  const { machine } = await adviceOf(["tune", "--url", database.url]);
  const kilobytes = Number(/^MemTotal:\s*(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]);
  // The test's server runs here, under whatever limit this machine has.
  expect(machine.ramBytes).toBeGreaterThan(0);
  expect(machine.ramBytes).toBeLessThanOrEqual(kilobytes * 1024);
  expect(machine.cpus).toBeGreaterThan(0);
  expect(machine.source).toContain("of the server");
});

test("covers every setting of the document, with a value or a reason, inside the budget", async ({
  database,
}) => {
  const { settings, left, budget } = await adviceOf(["tune", "advise", ...flags, "--url", database.url]);
  const covered = [...settings, ...left].map(({ name }) => name);
  expect(documentSettings.filter((name) => !covered.includes(name))).toEqual([]);
  expect(left.filter(({ reason }) => reason === "")).toEqual([]);
  expect(budget.totalBytes).toBe(
    budget.sharedBytes + budget.sessionsBytes + budget.maintenanceBytes + budget.autovacuumBytes,
  );
  expect(budget.totalBytes).toBeLessThanOrEqual(16 * 1024 ** 3 * 0.8);
  expect(settings.find(({ name }) => name === "shared_buffers")).toMatchObject({
    recommended: "524288",
    recommendedText: "4GB",
    unit: "8kB",
    restart: true,
  });
  expect(settings.every(({ current, recommended }) => current !== recommended)).toBe(true);
});

test("emits nothing that the server does not know", async ({ database }) => {
  const { settings } = await adviceOf(["tune", ...flags, "--profile", "dw", "--url", database.url]);
  const known = await database.sql<{ name: string }[]>`SELECT name FROM pg_settings`;
  const names = known.map(({ name }) => name);
  expect(settings.filter(({ name }) => !names.includes(name))).toEqual([]);
  expect(settings.map(({ name }) => name)).not.toContain("io_method");
  expect(settings.map(({ name }) => name)).not.toContain("wal_buffers");
});

test("a role that may not read the machine has to be told of it", async ({ database }) => {
  const role = `tune_${randomBytes(4).toString("hex")}`;
  await database.sql.unsafe(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
  const url = new URL(database.url);
  url.username = role;
  url.password = "x";
  try {
    const refused = await runCli(["tune", "--url", url.href, "--json"]);
    expect(refused.code).toBe(3);
    expect(refused.errorJson()).toMatchObject({ error: { code: "tune.machine-unknown" } });
    expect(refused.stderr).toContain("--ram 16GB --cpu 4");
    const half = await runCli(["tune", "--url", url.href, "--ram", "4GB"]);
    expect(half.code).toBe(3);
    expect(half.stderr).toContain("--cpu 4");
    const { machine } = await adviceOf(["tune", ...flags, "--url", url.href]);
    expect(machine).toMatchObject({ ramBytes: 16 * 1024 ** 3, cpus: 8 });
    expect(machine.source).toBe("memory: --ram; processors: --cpu");
  } finally {
    await database.sql.unsafe(`DROP ROLE ${role}`);
  }
});

describe("forms", () => {
  test.for(["conf", "sql", "rds", "cloudsql", "azure", "docker", "k8s"])("%s", async (form) => {
    const { code, stdout, stderr } = await runCli([
      "tune",
      ...flags,
      "--url",
      inject("server").url,
      "-o",
      form,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("shared_buffers");
    expect(stdout.endsWith("\n")).toBe(true);
  });
});

test("what apply would refuse is said beside every form, and the next command has the same wishes", async ({
  database,
}) => {
  const call = (...words: string[]): ReturnType<typeof runCli> =>
    runCli(["tune", "--cpu", "2", ...words, "--url", database.url]);
  const few = await call("--ram", "16GB", "--connections", "3", "-o", "conf");
  expect(few.stderr).toContain("max_connections (3) must be more than the 3 that are reserved");
  const much = await call("--ram", "16GB", "--set", "work_mem=99TB", "-o", "sql");
  expect(much.stderr).toContain("work_mem takes 64 to 2147483647 (in kB), not 99TB");
  const small = await call("--ram", "1GB", "--connections", "5000", "-o", "k8s");
  expect(small.code).toBe(4);
  expect(small.stderr).toContain("5000 connections do not fit into 80 % of 1 GB");
  // The hint is the same call with what fits.
  const [, most = ""] =
    /hint: veza-db tune --ram 1GB --cpu 2 --connections (\d+) --url/.exec(small.stderr) ?? [];
  expect((await call("--ram", "1GB", "--connections", most)).code).toBe(0);
  const own = await call("--ram", "1GB", "--set", "work_mem=64MB", "-o", "k8s");
  expect(own.stderr).toContain("more than 80 % of its 1 GB. Within that, 100 connections leave");
  const wished = await call("--ram", "16GB", "--profile", "dw", "--set", "work_mem=16 MB");
  expect(wished.stderr + wished.stdout).toContain(
    "veza-db tune apply --profile dw --ram 16GB --cpu 2 --set 'work_mem=16 MB'",
  );
});

test("a wrong value, an unknown setting and a wrong flag are wrong calls", async ({ database }) => {
  const call = (...words: string[]): ReturnType<typeof runCli> =>
    runCli(["tune", ...flags, ...words, "--url", database.url, "--json"]);
  const code = async (...words: string[]): Promise<unknown> => {
    const result = await call(...words);
    expect(result.code).toBe(2);
    return result.errorJson();
  };
  expect(await code("--set", "work_mem=lots")).toMatchObject({ error: { code: "tune.bad-value" } });
  expect(await code("--set", "wrk_mem=4MB")).toMatchObject({
    error: { code: "tune.unknown-setting", hint: "Did you mean work_mem?" },
  });
  expect(await code("--set", "work_mem")).toMatchObject({ error: { code: "cli.bad-value" } });
  expect(await code("--connections", "999999999")).toMatchObject({ error: { code: "tune.bad-value" } });
  expect(await code("--ram", "16")).toMatchObject({ error: { code: "cli.bad-value" } });
  expect(await code("--only", "nothing_known")).toMatchObject({ error: { code: "tune.unknown-setting" } });
});
