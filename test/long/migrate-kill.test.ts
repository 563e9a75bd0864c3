/** SIGKILL, and servers that die: what is left is the truth, and the next run finishes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import postgres from "postgres";
import { expect, test } from "vitest";
import { ensureServer, stopServer } from "../../src/dev/server.ts";
import type { EmbeddedOptions } from "../../src/dev/model.ts";
import { cleanEnvironment, cliFile, temporaryProject } from "../support/cli.ts";
import { createDatabase } from "../support/database.ts";
import { binariesDir, wishedMajor } from "../support/servers.ts";
import { advisoryLocks, appliedIds, historyOf } from "../migrate/support/state.ts";
import { eventually, migrationProject, type Project } from "../migrate/support/veza.ts";
import { isStep } from "../faults/support/run-cut.ts";
import { killEverywhere } from "../faults/support/run-kill.ts";
import { expectTruth, outcomeOf, scenario, wipe } from "../faults/support/scenario.ts";

test("SIGKILL at every twelfth question or answer (test/long kills at every one)", async () => {
  const kills = await killEverywhere((messages) =>
    messages.filter(isStep).filter((_, index) => index % 12 === 7),
  );
  expect(kills).toBeGreaterThan(8);
}, 180_000);

test.each([
  ["a statement in a transaction", "SELECT pg_sleep(600), 'slow';", "PgSleep"],
  ["a statement outside one", "-- veza: no-transaction\nSELECT 1; SELECT pg_sleep(600), 'slow';", "PgSleep"],
  [
    "a concurrent build that waits",
    "-- veza: no-transaction\nCREATE INDEX CONCURRENTLY big_id ON big (id);",
    "virtualxid",
  ],
])("SIGKILL during %s: within seconds the server notices, and the lock is free", async (_, text, wait) => {
  await using database = await createDatabase();
  await database.sql`CREATE TABLE big AS SELECT g AS id FROM generate_series(1, 100) g`;
  const old = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    await old.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    await using project = await migrationProject(database.url, { "2024-01-01-001-slow.sql": text });
    const child = spawn(process.execPath, [cliFile, "migrate"], {
      cwd: project.folder,
      env: cleanEnvironment(project.env),
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await eventually(
      () =>
        database.sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = ${wait}`,
      ({ length }) => length > 0,
      "the statement to be under way",
    );
    expect(await advisoryLocks(database.sql)).toBe(1);
    child.kill("SIGKILL");
    await ended;
    const startedAt = performance.now();
    await eventually(
      () => advisoryLocks(database.sql),
      (held) => held === 0,
      "the lock to be free",
    );
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(await appliedIds(database.sql)).toEqual([]);
    await old.unsafe("COMMIT");
    await project.write("migrations/2024-01-01-001-slow.sql", text.replace("600", "0"));
    expect(await project.veza("migrate")).toMatchObject({ code: 0 });
    const invalid = await database.sql`SELECT FROM pg_index WHERE NOT indisvalid`;
    expect(invalid).toEqual([]);
  } finally {
    await old.end({ timeout: 5 });
  }
});

test("an administrator ends the session: told, rolled back, gone on with", async () => {
  await using database = await createDatabase();
  await using direct = await migrationProject(database.url, scenario);
  await direct.veza("migrate");
  const expected = await outcomeOf(database.sql);
  await wipe(database.sql);
  await using project = await migrationProject(database.url, {
    ...scenario,
    "2024-01-04-004-last.sql": `SELECT pg_sleep(600), 'slow'; ${scenario["2024-01-04-004-last.sql"] ?? ""}`,
  });
  const run = project.veza("migrate --json");
  await eventually(
    () => database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
  const result = await run;
  expect(result.error()).toMatchObject({
    code: "connection.lost",
    exitCode: 5,
    detail: "terminating connection due to administrator command",
    applied: ["2024-01-01-001", "2024-01-02-002", "2024-01-03-003"],
    state: "unchanged",
    stateText:
      "Rolled back; this migration changed nothing. The 3 migrations before it are applied; run veza-db migrate to go on.",
  });
  await expectTruth("terminated", result, direct, database.sql, expected);
});

test("a server that is stopped in the middle, one that crashes, one that is killed", async () => {
  await using home = await temporaryProject();
  const options: EmbeddedOptions = {
    stateDir: home.path(".veza"),
    binariesDir,
    pgVersion: wishedMajor(),
    settings: { restart_after_crash: "on" },
  };
  const { url } = await ensureServer(options);
  const ways = {
    "a backend is killed": async (pid: number) => process.kill(pid, "SIGKILL"),
    "fast shutdown": async () => void (await stopServer(options)),
    "immediate shutdown": async () => process.kill((await ensureServer(options)).pid, "SIGQUIT"),
    "the postmaster is killed": async () => process.kill((await ensureServer(options)).pid, "SIGKILL"),
  };
  for (const [what, strike] of Object.entries(ways)) {
    for (const directive of ["", "-- veza: no-transaction\n"]) {
      await using project = await migrationProject(url, {
        "2024-01-01-001-one.sql": "CREATE TABLE one ();",
        "2024-01-02-002-slow.sql": `${directive}CREATE TABLE two ();\nSELECT pg_sleep(600), 'slow';\nCREATE TABLE three ();`,
      });
      await onServerOf(options, (sql) => wipe(sql));
      const run = project.veza("migrate --json");
      const pid = await onServerOf(options, (sql) => sleeper(sql));
      await strike(pid);
      const result = await run;
      expect([what, result.code]).toEqual([what, 5]);
      const done = directive === "" ? 0 : 1;
      const error = result.error();
      expect([what, error]).toEqual([
        what,
        expect.objectContaining({ code: "connection.lost", applied: ["2024-01-01-001"] }),
      ]);
      if (error["state"] !== undefined)
        expect([what, error["state"]]).toEqual([what, done === 0 ? "unchanged" : "partial"]);
      expect([what, typeof error["stateText"]]).toEqual([what, "string"]);
      await onServerOf(options, async (sql) => {
        expect([what, await appliedIds(sql)]).toEqual([what, ["2024-01-01-001"]]);
        expect([what, (await historyOf(sql))?.at(1)?.statements_done ?? 0]).toEqual([what, done]);
      });
      await finish(project, what);
    }
  }
  await stopServer(options);
}, 240_000);

async function finish(project: Project, what: string): Promise<void> {
  const text = await project.read("migrations/2024-01-02-002-slow.sql");
  await project.write("migrations/2024-01-02-002-slow.sql", text.replace("600", "0"));
  const next = await project.veza("migrate --json");
  expect([what, next.code, next.stderr]).toEqual([what, 0, ""]);
}

/** A session on the server, which is started again if it is down. */
async function onServerOf<T>(options: EmbeddedOptions, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const { url } = await ensureServer(options);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function sleeper(sql: postgres.Sql): Promise<number> {
  const [row] = await eventually(
    () => sql<{ pid: number }[]>`SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
  return row?.pid ?? 0;
}
