/** SIGKILL and ended sessions: what is left is the truth, and the next run finishes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import postgres from "postgres";
import { expect, test } from "vitest";
import { cleanEnvironment, cliFile } from "../support/cli.ts";
import { createDatabase } from "../support/database.ts";
import { advisoryLocks, appliedIds } from "../migrate/support/state.ts";
import { eventually, migrationProject } from "../migrate/support/veza.ts";
import { isStep } from "./support/run-cut.ts";
import { killEverywhere } from "./support/run-kill.ts";
import { expectTruth, outcomeOf, scenario, wipe } from "./support/scenario.ts";

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
