/** The connection is cut in the middle of a run: the run tells the truth, and the next one finishes. */
import { expect, test } from "vitest";
import { createDatabase } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { advisoryLocks, appliedIds, historyOf } from "../migrate/support/state.ts";
import { eventually, migrationProject } from "../migrate/support/veza.ts";
import { cutEverywhere, isStep } from "./support/run-cut.ts";

test("cut at every fourth question or answer (test/long cuts at every message)", async () => {
  const cuts = await cutEverywhere((messages) =>
    messages.filter(isStep).filter((_, index) => index % 4 === 1),
  );
  expect(cuts).toBeGreaterThan(30);
}, 180_000);

test("COMMIT was carried out and its answer lost: the run says that the migration is through", async () => {
  await using database = await createDatabase();
  let isCommitted = false;
  await using proxy = await proxyTo(database.url, {
    onMessage: ({ from, type, body, connection }) => {
      if (connection !== 1) return "pass";
      // The answer to the COMMIT of the migration; the history table was committed before.
      const isAnswer = from === "server" && type === "C" && body.toString("latin1") === "COMMIT\0";
      if (from === "client" && body.includes("CREATE TABLE one")) isCommitted = true;
      return isAnswer && isCommitted ? "cut" : "pass";
    },
  });
  await using project = await migrationProject(proxy.through(database.url), {
    "2024-01-01-001-one.sql": "CREATE TABLE one ();",
    "2024-01-02-002-two.sql": "CREATE TABLE two ();",
  });
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code: "connection.lost",
    exitCode: 5,
    file: "migrations/2024-01-01-001-one.sql",
    applied: ["2024-01-01-001"],
    state: "unchanged",
    stateText: "2024-01-01-001 was committed before the connection went; run veza-db migrate to go on.",
  });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
  expect((await project.veza("migrate --json")).data()["applied"]).toMatchObject([{ id: "2024-01-02-002" }]);
});

test("cut while the server is still at it: the run waits for what becomes of it, then tells", async () => {
  await using database = await createDatabase();
  await using proxy = await proxyTo(database.url);
  // The whole migration is with the server, COMMIT too; it runs on for as long as it does not miss us.
  await using project = await migrationProject(proxy.through(database.url), {
    "2024-01-01-001-slow.sql": "CREATE TABLE one (); SELECT pg_sleep(1), 'slow';",
  });
  const run = project.veza("migrate --json");
  await eventually(
    () =>
      database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
  proxy.cutAll();
  const result = await run;
  const applied = await appliedIds(database.sql);
  expect(result.error()).toMatchObject({ code: "connection.lost", exitCode: 5, applied, state: "unchanged" });
  expect(result.error()["stateText"]).toContain(
    applied.length === 1 ? "was committed before the connection went" : "Rolled back",
  );
  expect(await advisoryLocks(database.sql)).toBe(0);
});

test("a server that misses its client ends a long statement within seconds, and gives the lock back", async () => {
  await using database = await createDatabase();
  for (const directive of ["", "-- veza: no-transaction\n"]) {
    await using proxy = await proxyTo(database.url);
    await using project = await migrationProject(proxy.through(database.url), {
      "2024-01-01-001-slow.sql": `${directive}SELECT pg_sleep(600), 'slow';`,
    });
    const run = project.veza("migrate --json");
    await eventually(
      () =>
        database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      ({ length }) => length > 0,
      "the slow statement",
    );
    proxy.cutAll();
    const startedAt = performance.now();
    const result = await run;
    expect(result.error()).toMatchObject({ code: "connection.lost", exitCode: 5, applied: [] });
    expect(await appliedIds(database.sql)).toEqual([]);
    await eventually(
      () => advisoryLocks(database.sql),
      (held) => held === 0,
      "the lock to be given back",
    );
    expect(performance.now() - startedAt).toBeLessThan(8000);
  }
});

test("the server is away afterwards: the run says what it cannot know", async () => {
  await using database = await createDatabase();
  for (const [text, known] of [
    ["CREATE TABLE one ();", false], // COMMIT was on its way
    [`${"SELECT 1;\n".repeat(300)}SELECT pg_sleep(0.3);\n${"SELECT 1;\n".repeat(300)}`, true], // COMMIT was not sent
  ] as const) {
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, type, body }) => {
        const isTheOne =
          from === "client" &&
          type === "Q" &&
          (known
            ? body.includes("pg_sleep") && !body.includes("SET")
            : body.includes("INSERT") && body.includes("COMMIT\0"));
        if (isTheOne) proxy.refuse(true);
        return isTheOne ? "cut" : "pass";
      },
    });
    await using setUp = await migrationProject(database.url, { "2023-01-01-001-zero.sql": "SELECT 0;" });
    await setUp.veza("migrate");
    await using project = await migrationProject(proxy.through(database.url), {
      "2023-01-01-001-zero.sql": "SELECT 0;",
      [`2024-01-01-00${known ? 2 : 1}-one.sql`]: text,
      ...(known ? { "2024-01-01-001-one.sql": "CREATE TABLE one ();" } : {}),
    });
    const result = await project.veza("migrate --json");
    expect(result.code).toBe(5);
    const error = result.error();
    if (known)
      expect(error).toMatchObject({ state: "unchanged", stateText: expect.stringContaining("Rolled back") });
    else {
      expect(error["state"]).toBeUndefined();
      expect(error["stateText"]).toBe(
        "What was committed before the connection went is recorded; veza-db migrate status shows it when the server is back.",
      );
    }
    proxy.refuse(false);
    await setUp.write("migrations/2024-01-01-001-one.sql", "CREATE TABLE one ();");
    expect(await setUp.veza("migrate")).toMatchObject({ code: 0 });
  }
  expect(await historyOf(database.sql)).toHaveLength(2);
});

test("nothing is ever sent to a new session after a loss", async () => {
  await using database = await createDatabase();
  const late: string[] = [];
  await using proxy = await proxyTo(database.url, {
    onMessage: ({ from, type, body, connection, number }) => {
      if (from === "client" && connection > 1 && ["Q", "P"].includes(type))
        late.push(body.toString("latin1"));
      return connection === 1 && from === "client" && number === 40 ? "cut" : "pass";
    },
  });
  // More statements than one flight, or the driver's own pipeline, can hold.
  await using project = await migrationProject(proxy.through(database.url), {
    "2024-01-01-001-many.sql": `CREATE TABLE many (n int);\n${"INSERT INTO many VALUES (1);\n".repeat(400)}`,
    "2024-01-02-002-next.sql": "CREATE TABLE next ();",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 5 });
  for (const sql of late) expect(sql).not.toMatch(/INSERT|CREATE|COMMIT|BEGIN/);
  expect(await database.sql`SELECT to_regclass('many') AS many, to_regclass('next') AS next`).toEqual([
    { many: null, next: null },
  ]);
});
