/** down and redo: what goes, in which order, and what it takes to be allowed. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import postgres from "postgres";
import { lockKeys } from "../../src/migrate/lock.ts";
import { expect, test } from "../support/database.ts";
import { appliedIds, everythingOf, historyOf, schemaOf } from "./support/state.ts";
import { eventually, migrationProject } from "./support/veza.ts";

const step = (n: number): string => `2024-01-0${n}-00${n}`;
const pair = (n: number): Record<string, string> => ({
  [`${step(n)}-t${n}.sql`]: `CREATE TABLE t${n} ();`,
  [`${step(n)}-t${n}.down.sql`]: `DROP TABLE t${n};`,
});
const three = { ...pair(1), ...pair(2), ...pair(3) };

test("down takes back one step, or --steps, or down to --to, which stays", async ({ database }) => {
  await using project = await migrationProject(database.url, { ...three, ...pair(4), ...pair(5) });
  await project.veza("migrate");
  const confirm = `--confirm ${database.name} --json`;
  const first = await project.veza(`migrate down ${confirm}`);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.json()).toMatchObject({
    schema: "veza-db/migrate.down@1",
    data: { database: database.name, reverted: [{ id: step(5), name: "t5", statements: 1 }] },
  });
  expect((await project.veza(`migrate down --steps 2 ${confirm}`)).data()["reverted"]).toMatchObject([
    { id: step(4) },
    { id: step(3) },
  ]);
  expect((await project.veza(`migrate down --to ${step(1)} ${confirm}`)).data()["reverted"]).toMatchObject([
    { id: step(2) },
  ]);
  expect(await appliedIds(database.sql)).toEqual([step(1)]);
  expect((await project.veza(`migrate down --to ${step(1)} ${confirm}`)).data()["reverted"]).toEqual([]);
  expect((await project.veza(`migrate down --steps 9 ${confirm}`)).data()["reverted"]).toMatchObject([
    { id: step(1) },
  ]);
  expect((await schemaOf(database.sql)).filter((line) => line.startsWith("relation"))).toEqual([]);
  const nothing = await project.veza(`migrate down ${confirm}`);
  expect([nothing.code, nothing.data()["reverted"]]).toEqual([0, []]);
  expect(
    await database.sql`SELECT migration_id, action FROM migrations_log WHERE action = 'down' ORDER BY seq`,
  ).toEqual([5, 4, 3, 2, 1].map((n) => ({ migration_id: step(n), action: "down" })));
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
});

test("down on a database without a history has nothing to do", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  expect(await project.veza("migrate down")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("There is nothing to take back"),
  });
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("what was applied last goes first, whatever its id", async ({ database }) => {
  await using project = await migrationProject(database.url, { ...pair(2), ...pair(3) });
  await project.veza("migrate");
  for (const [name, text] of Object.entries(pair(1))) await project.write(`migrations/${name}`, text);
  await project.veza("migrate --out-of-order");
  const plan = await project.veza(`migrate down --confirm ${database.name} --json --to ${step(2)}`);
  expect(plan.data()["reverted"]).toMatchObject([{ id: step(1) }, { id: step(3) }]);
});

test("without the file, the text that was stored when it was applied takes it back", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate");
  await rm(project.path(`migrations/${step(3)}-t3.sql`));
  await rm(project.path(`migrations/${step(3)}-t3.down.sql`));
  await rm(project.path(`migrations/${step(2)}-t2.down.sql`));
  expect(
    (await project.veza(`migrate down --steps 2 --confirm ${database.name} --json`)).data()["reverted"],
  ).toMatchObject([
    { id: step(3), name: "t3" },
    { id: step(2), name: "t2" },
  ]);
  expect(await appliedIds(database.sql)).toEqual([step(1)]);
});

test("a .down.sql that was written or mended later is the one that runs", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [`${step(1)}-t1.sql`]: "CREATE TABLE t1 ();",
    ...pair(2),
  });
  await project.veza("migrate");
  await project.write(`migrations/${step(1)}-t1.down.sql`, "DROP TABLE t1;");
  await project.write(`migrations/${step(2)}-t2.down.sql`, "ALTER TABLE t2 RENAME TO was_t2;");
  expect(await project.veza(`migrate down --steps 2 --confirm ${database.name}`)).toMatchObject({ code: 0 });
  expect((await schemaOf(database.sql)).filter((line) => line.startsWith("relation"))).toEqual([
    expect.stringContaining("was_t2"),
  ]);
});

test("when one of several cannot be taken back, none is", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [`${step(1)}-t1.sql`]: "CREATE TABLE t1 ();",
    ...pair(2),
    ...pair(3),
  });
  await project.veza("migrate");
  const before = await everythingOf(database.sql);
  const none = await project.veza(`migrate down --steps 3 --confirm ${database.name} --json`);
  expect(none.error()).toMatchObject({
    code: "migrate.no-down",
    exitCode: 4,
    id: step(1),
    hint: expect.stringContaining(`migrations/${step(1)}-t1.down.sql`),
    stateText: "Nothing was changed.",
  });
  await project.write(`migrations/${step(2)}-t2.down.sql`, "DROP TABLE t2; COMMIT;");
  const refused = await project.veza(`migrate down --steps 2 --confirm ${database.name} --json`);
  expect(refused.error()).toMatchObject({
    code: "migrate.transaction-control",
    exitCode: 4,
    file: `migrations/${step(2)}-t2.down.sql`,
  });
  expect(await everythingOf(database.sql)).toEqual(before);
});

test("a failing .down.sql is rolled back with its row, and what went before it stays gone", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    ...three,
    [`${step(2)}-t2.down.sql`]: "DROP TABLE t2;\nSELECT 1/0;",
  });
  await project.veza("migrate");
  const result = await project.veza(`migrate down --steps 3 --confirm ${database.name} --json`);
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    file: `migrations/${step(2)}-t2.down.sql`,
    line: 2,
    statement: 2,
    sqlstate: "22012",
    reverted: [step(3)],
    state: "unchanged",
    stateText:
      "Rolled back; this migration changed nothing. The migration before it is taken back; run veza-db migrate down to go on.",
  });
  expect(await appliedIds(database.sql)).toEqual([step(1), step(2)]);
  expect(await schemaOf(database.sql)).toContainEqual(expect.stringMatching(/^relation t2 /));
  const log = await project.veza(`migrate history ${step(2)} --json`);
  expect(log.data()["attempts"]).toMatchObject([
    { action: "down", outcome: "failed", statement: 2 },
    { action: "apply", outcome: "done" },
  ]);
});

test("a change that takes nothing back, or everything: wrong calls", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate");
  for (const args of [
    "--to 2024-01-09-009",
    "--steps 0",
    "--steps -1",
    "--steps many",
    `--steps 1 --to ${step(1)}`,
  ]) {
    expect([args, (await project.veza(`migrate down ${args} --confirm ${database.name}`)).code]).toEqual([
      args,
      2,
    ]);
  }
  expect(await appliedIds(database.sql)).toHaveLength(3);
});

test("down and redo want the database's name; --yes alone does not do", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate");
  for (const command of ["migrate down", "migrate redo"]) {
    for (const flags of [
      "",
      "--yes",
      "--no-input",
      "--no-input --yes",
      "--confirm other",
      "--confirm other --yes",
      `--confirm ${database.name.toUpperCase()}`,
    ]) {
      const call = `${command} ${flags}`.trim();
      const result = await project.veza(`${call} --json`);
      expect([call, result.error()]).toEqual([
        call,
        expect.objectContaining({
          code: "cli.not-confirmed",
          exitCode: 4,
          hint: `Add --confirm ${database.name} to the command.`,
          stateText: "Nothing was changed.",
        }),
      ]);
    }
  }
  expect(await appliedIds(database.sql)).toHaveLength(3);
});

test("at a terminal the name is typed, after the plan was shown", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate");
  for (const typed of ["y\n", "\n", "yes\n", `${database.name}x\n`, ""]) {
    const refused = await project.veza("migrate down", { typed });
    expect([typed, refused.code]).toEqual([typed, 4]);
    expect(refused.stderr).toContain(`${step(3)}-t3.down.sql`);
    expect(refused.stderr).toContain(`/${database.name}. Type the database's name to go on:`);
  }
  expect(await appliedIds(database.sql)).toHaveLength(3);
  expect(await project.veza("migrate down", { typed: `${database.name}\n` })).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toHaveLength(2);
});

test("migrate asks y/N at a terminal, and just runs without one", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  for (const typed of ["n\n", "\n", "nonsense\n", ""]) {
    const refused = await project.veza("migrate", { typed });
    expect([typed, refused.code]).toEqual([typed, 4]);
    expect(refused.stderr).toContain(`  ${step(1)}-t1.sql\n`);
    expect(refused.stderr).toContain(`Apply 3 migrations on `);
  }
  expect(existsSync(project.path(".veza/last/migrate.json")), "a no is the outcome of nothing").toBe(false);
  expect(await historyOf(database.sql)).toBeUndefined();
  expect(await project.veza(`migrate --to ${step(1)}`, { typed: "y\n" })).toMatchObject({ code: 0 });
  expect(await project.veza(`migrate --to ${step(2)} --yes`, { typed: "" })).toMatchObject({ code: 0 });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
});

test("what was shown is what is taken back: when another run was quicker, the answer counts for nothing", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, three);
  await project.veza(`migrate --to ${step(2)}`);
  // Between the plan and the lock, another run applies the third.
  const other = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const [first, second] = lockKeys({ schema: "public", table: "migrations" });
    await other`SELECT pg_advisory_lock(${first}::int, ${second}::int)`;
    for (const command of ["down", "redo"]) {
      const run = project.veza(`migrate ${command} --confirm ${database.name} --json`);
      await eventually(
        () =>
          database.sql`SELECT FROM pg_stat_activity WHERE application_name = ${`veza-db migrate ${command}`} AND datname = current_database() AND query LIKE '%pg_locks l%'`,
        ({ length }) => length > 0,
        "the command to wait for the lock",
      );
      await other.unsafe(`
        DELETE FROM migrations WHERE id = '${step(3)}';
        INSERT INTO migrations (id, name, sql_content, checksum, statements_done, statements_total, duration_ms, tool_version, down_sql)
        SELECT '${step(3)}', 't3', 'CREATE TABLE t3 ();', encode(sha256('CREATE TABLE t3 ();'), 'hex'), 1, 1, 0, '0', 'DROP TABLE t3;'`);
      await other`SELECT pg_advisory_unlock(${first}::int, ${second}::int)`;
      const result = await run;
      expect([command, result.code, result.stderr]).toEqual([
        command,
        4,
        expect.stringContaining("migrate.history-moved"),
      ]);
      expect(await appliedIds(database.sql)).toEqual([step(1), step(2), step(3)]);
      await other.unsafe(`DELETE FROM migrations WHERE id = '${step(3)}'`);
      await other`SELECT pg_advisory_lock(${first}::int, ${second}::int)`;
    }
  } finally {
    await other.end({ timeout: 5 });
  }
});

test("redo takes the last one back and applies its file as it is now", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza(`migrate --to ${step(2)}`);
  await project.write(`migrations/${step(2)}-t2.sql`, "CREATE TABLE t2 (more int);");
  const result = await project.veza(`migrate redo --confirm ${database.name} --json`);
  expect(result.code).toBe(0);
  expect(result.json()).toMatchObject({
    schema: "veza-db/migrate.redo@1",
    data: { reverted: [{ id: step(2) }], applied: [{ id: step(2), statements: 1 }], database: database.name },
  });
  expect(await schemaOf(database.sql)).toContainEqual(expect.stringMatching(/^column t2.more integer/));
  // What else is pending stays pending.
  expect(await appliedIds(database.sql)).toEqual([step(1), step(2)]);
  expect(
    (await project.veza(`migrate redo --steps 2 --confirm ${database.name} --json`)).data(),
  ).toMatchObject({
    reverted: [{ id: step(2) }, { id: step(1) }],
    applied: [{ id: step(1) }, { id: step(2) }],
  });
});

test("redo of a file that fails now says that it is taken back and not applied", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza(`migrate --to ${step(2)}`);
  await project.write(`migrations/${step(2)}-t2.sql`, "SELECT 1/0;");
  const result = await project.veza(`migrate redo --confirm ${database.name} --json`);
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    sqlstate: "22012",
    reverted: [step(2)],
    applied: [],
    stateText: `Rolled back; but ${step(2)} is taken back and not applied again. Mend the file, then: veza-db migrate`,
  });
  expect(await appliedIds(database.sql)).toEqual([step(1)]);
  // A file that could not be applied again is refused before anything is taken back.
  await project.write(`migrations/${step(1)}-t1.sql`, "COMMIT;");
  const refused = await project.veza(`migrate redo --confirm ${database.name} --json`);
  expect(refused.error()).toMatchObject({
    code: "migrate.transaction-control",
    exitCode: 4,
    stateText: "Nothing was changed.",
  });
  expect(await appliedIds(database.sql)).toEqual([step(1)]);
});

test("redo wants the file", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  expect(await project.veza(`migrate redo --confirm ${database.name}`)).toMatchObject({ code: 2 });
  await project.veza("migrate");
  await rm(project.path(`migrations/${step(3)}-t3.sql`));
  const result = await project.veza(`migrate redo --confirm ${database.name} --json`);
  expect(result.error()).toMatchObject({
    exitCode: 2,
    hint: `veza-db migrate repair ${step(3)} --restore-file`,
  });
  expect(await appliedIds(database.sql)).toHaveLength(3);
});

test("up, down, up: the same schema", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate");
  const before = await schemaOf(database.sql);
  await project.veza(`migrate down --steps 3 --confirm ${database.name}`);
  await project.veza("migrate");
  expect(await schemaOf(database.sql)).toEqual(before);
});
