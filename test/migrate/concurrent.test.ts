/** Several runs at once, and what keeps them apart. */
import { createDatabase, expect, test } from "../support/database.ts";
import { runCli } from "../support/cli.ts";
import postgres from "postgres";
import { checksumOf } from "../../src/migrate/text.ts";
import { lockKeys } from "../../src/migrate/lock.ts";
import { advisoryLocks, appliedIds, historyOf } from "./support/state.ts";
import { eventually, migrationProject, record } from "./support/veza.ts";

test("five processes at once: each migration is applied exactly once, and all five are content", async ({
  database,
}) => {
  const files = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => {
      const number = String(index + 1).padStart(3, "0");
      return [
        `2024-01-01-${number}-step.sql`,
        index === 0
          ? "CREATE TABLE ran (step int, pid int DEFAULT pg_backend_pid());"
          : `INSERT INTO ran VALUES (${index}); SELECT pg_sleep(0.02); CREATE TABLE t${index} ();`,
      ];
    }),
  );
  await using project = await migrationProject(database.url, files);
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => runCli(["migrate", "--json"], { cwd: project.folder, env: project.env })),
  );
  for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: "" });
  const applied = runs.flatMap((run) => {
    const list = record(record(run.json())["data"])["applied"];
    return Array.isArray(list) ? list.map((one: unknown) => String(record(one)["id"])) : [];
  });
  const ids = Object.keys(files).map((name) => name.slice(0, 14));
  expect(applied.toSorted()).toEqual(ids);
  expect(await appliedIds(database.sql)).toEqual(ids);
  const steps = await database.sql`SELECT step FROM ran ORDER BY step`;
  expect(steps.map(({ step }) => Number(step))).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
  expect(await advisoryLocks(database.sql)).toBe(0);
});

test("the lock is held from before the history is read until everything is done", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql":
      "CREATE TABLE held AS SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid();",
    "2024-01-01-002-two.sql":
      "INSERT INTO held SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid();",
    "2024-01-01-002-two.down.sql":
      "INSERT INTO held SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid();",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await project.veza(`migrate down --confirm ${database.name}`)).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT n FROM held`).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
  expect(await advisoryLocks(database.sql)).toBe(0);
});

test("a lock that another run holds is waited for, and its holder named", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE a ();",
  });
  await using holder = await holdLock(database.url);
  let said = "";
  const run = project.veza("migrate", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("Waiting for another run"),
    "the run to wait",
  );
  expect(said).toMatch(
    new RegExp(
      `^Waiting for another run, which holds the migration lock: pid ${holder.pid}, application "ci-7", user \\S+, from 127\\.0\\.0\\.1, ` +
        `connected since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z, idle, last ran "SELECT pg_try_advisory_lock.*"\n$`,
    ),
  );
  // It waits by asking again and again: nothing of it blocks inside the server, and no snapshot is held.
  const waiting = await database.sql`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'veza-db migrate'
       AND (wait_event_type = 'Lock' OR backend_xmin IS NOT NULL AND state <> 'active')`;
  expect(waiting).toEqual([]);
  expect(await historyOf(database.sql)).toBeUndefined();
  await holder.release();
  expect(await run).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
});

test("--lock-wait sets how long; then the run is refused and says who holds it", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE a ();",
  });
  await using holder = await holdLock(database.url);
  for (const wait of ["0", "150ms"]) {
    const result = await project.veza(`migrate --lock-wait ${wait} --json`);
    expect(result.code).toBe(4);
    expect(result.error()).toMatchObject({
      code: "migrate.lock-held",
      stateText: "Nothing was changed.",
      holder: expect.stringContaining(`pid ${holder.pid}`),
      detail: expect.stringContaining('application "ci-7"'),
    });
  }
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("every command that changes the history waits for the lock; those that only read do not", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE a ();",
    "2024-01-01-001-one.down.sql": "DROP TABLE a;",
    "2024-01-01-002-two.sql": "CREATE TABLE b ();",
  });
  await project.veza("migrate --to 2024-01-01-001");
  await using _holder = await holdLock(database.url);
  for (const command of [
    "migrate",
    `migrate down --confirm ${database.name}`,
    `migrate redo --confirm ${database.name}`,
    "migrate resolve 2024-01-01-002 --applied --yes",
    "migrate resolve 2024-01-01-001 --pending --yes",
    "migrate repair 2024-01-01-001 --yes",
    "migrate baseline 2024-01-01-002 --force --yes",
  ]) {
    const result = await project.veza(`${command} --lock-wait 0 --json`);
    expect([command, result.code, result.error()["code"]]).toEqual([command, 4, "migrate.lock-held"]);
  }
  for (const command of ["migrate status", "migrate plan", "migrate --dry-run", "migrate history"]) {
    expect([command, (await project.veza(command)).code]).toEqual([command, 0]);
  }
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
});

test("the history is read again under the lock: what another run has done meanwhile is not done twice", async ({
  database,
}) => {
  const one = "CREATE TABLE a ();";
  await using project = await migrationProject(database.url, {
    "2023-12-31-001-zero.sql": "SELECT 0;",
    "2024-01-01-001-one.sql": one,
    "2024-01-01-002-two.sql": "CREATE TABLE b ();",
  });
  await project.veza("migrate --to 2023-12-31-001");
  await using holder = await holdLock(database.url);
  const waiting = project.veza("migrate --json");
  await eventually(
    () => database.sql`
      SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'veza-db migrate' AND query LIKE '%FROM pg_catalog.pg_locks l%'`,
    ({ length }) => length > 0,
    "the second run to have seen the lock",
  );
  // What the run that holds the lock does.
  await database.sql.unsafe(`${one}
    INSERT INTO migrations (id, name, sql_content, checksum, statements_done, statements_total, duration_ms, tool_version)
    VALUES ('2024-01-01-001', 'one', '${one}', '${checksumOf(Buffer.from(one))}', 1, 1, 0, '0')`);
  await holder.release();
  const result = await waiting;
  expect(result.code).toBe(0);
  expect(result.data()["applied"]).toMatchObject([{ id: "2024-01-01-002" }]);
});

test("runs on other history tables and in other databases do not wait", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE a ();",
  });
  await using _holder = await holdLock(database.url);
  const elsewhere = { env: { VEZA_DB_MIGRATIONS_TABLE: "other_history" } };
  expect(await project.veza("migrate --lock-wait 0", elsewhere)).toMatchObject({ code: 0 });
  await using second = await createDatabase();
  expect(await project.veza(`migrate --lock-wait 0 --url ${second.url}`)).toMatchObject({ code: 0 });
});

test("CREATE INDEX CONCURRENTLY does not wait for the runs that wait for it", async ({ database }) => {
  await database.sql`CREATE TABLE big AS SELECT g AS id FROM generate_series(1, 1000) g`;
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-index.sql":
      "-- veza: no-transaction\nCREATE INDEX CONCURRENTLY big_id ON big (id);\nSELECT pg_sleep(0.5);",
  });
  const runs = await Promise.all(
    Array.from({ length: 4 }, () =>
      runCli(["migrate"], { cwd: project.folder, env: project.env, timeoutMs: 20_000 }),
    ),
  );
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(await database.sql`SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_id'::regclass`).toEqual([
    { indisvalid: true },
  ]);
});

interface Holder extends AsyncDisposable {
  readonly pid: number;
  release(): Promise<void>;
}

/** A session that holds the lock, as another run would. */
async function holdLock(url: string): Promise<Holder> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: "ci-7" } });
  const [first, second] = lockKeys({ schema: "public", table: "migrations" });
  const [row] = await sql<{ pid: number }[]>`
    SELECT pg_try_advisory_lock(${first}::int, ${second}::int), pg_backend_pid() AS pid`;
  const release = async (): Promise<void> => sql.end({ timeout: 5 });
  return { pid: row?.pid ?? 0, release, [Symbol.asyncDispose]: release };
}
