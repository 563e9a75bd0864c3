/** Through a real PgBouncer: seen, worked with where that is safe, refused where it is not, and nothing left behind. */
import postgres from "postgres";
import { beforeAll, expect, test, type TestContext } from "vitest";
import { runCli } from "../support/cli.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { findPgBouncer, startPgBouncer, type PoolMode } from "../support/pgbouncer.ts";
import { skipHereUnless } from "../support/skip.ts";
import { lockKeys } from "../../src/migrate/lock.ts";
import { connect } from "../../src/postgres/connect.ts";
import { resolveTarget } from "../../src/postgres/resolve-target.ts";
import { advisoryLocks, appliedIds, historyOf, schemaOf } from "./support/state.ts";
import { eventually, migrationProject, record } from "./support/veza.ts";

const modes = ["transaction", "session"] as const satisfies readonly PoolMode[];

let found: Awaited<ReturnType<typeof findPgBouncer>> = { missing: "not looked for" };

beforeAll(async () => {
  found = await findPgBouncer();
}, 120_000);

interface Place extends AsyncDisposable {
  readonly database: TestDatabase;
  /** Of the same database, through the pooler. */
  readonly url: string;
}

/** An empty database behind a pooler; the test is skipped, with the reason, where there is no PgBouncer. */
async function behindPooler(context: TestContext, mode: PoolMode): Promise<Place> {
  if ("missing" in found) {
    skipHereUnless(context, false, found.missing);
    throw new Error(found.missing);
  }
  const database = await createDatabase();
  const pooler = await startPgBouncer(found, database.url, mode);
  return {
    database,
    url: pooler.through(database.url),
    [Symbol.asyncDispose]: async () => {
      await pooler[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const three = {
  "2024-01-01-001-one.sql": "CREATE TABLE one (id int);",
  "2024-01-02-002-two.sql": "CREATE SCHEMA app; SET search_path = app; CREATE TABLE two ();",
  "2024-01-03-003-three.sql": "CREATE TABLE three ();",
};

test.for(modes)("a pooler is seen (%s mode)", async (mode, context) => {
  await using place = await behindPooler(context, mode);
  const { database, url } = place;
  const options = { applicationName: "test", connectTimeoutMs: 5000 };
  await using pooled = await connect(resolveTarget(url, "the test", {}).target, options);
  await using direct = await connect(resolveTarget(database.url, "the test", {}).target, options);
  expect([pooled.facts.isPooled, direct.facts.isPooled]).toEqual([true, false]);
});

test.for(modes)(
  "plain migrations are applied, and nothing leaks into the pooled sessions (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    await using project = await migrationProject(url, three);
    expect(await project.veza("migrate")).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^applied/),
    });
    expect(await appliedIds(database.sql)).toHaveLength(3);
    expect(await schemaOf(database.sql)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^relation app.two/),
        expect.stringMatching(/^relation three/),
      ]),
    );
    expect(await advisoryLocks(database.sql)).toBe(0);
    // The sessions live on in the pool; whoever gets one next finds it as it should be.
    const next = await connect(resolveTarget(url, "the test", {}).target, {
      applicationName: "test",
      connectTimeoutMs: 5000,
    });
    expect((await next.query("SHOW search_path"))[0]).toEqual({ search_path: '"$user", public' });
    await next.close();
    expect(await project.veza("migrate")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Nothing is pending"),
    });
    expect(await project.veza("migrate status --check")).toMatchObject({ code: 0 });
    expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  },
);

test.for(modes)(
  "five runs at once: each migration exactly once, no lock left (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    const files = Object.fromEntries(
      Array.from({ length: 6 }, (_, index) => [
        `2024-01-0${index + 1}-001-step.sql`,
        index === 0
          ? "CREATE TABLE ran (step int);"
          : `INSERT INTO ran VALUES (${index}); SELECT pg_sleep(0.03);`,
      ]),
    );
    await using project = await migrationProject(url, files);
    const runs = await Promise.all(
      Array.from({ length: 5 }, () =>
        runCli(["migrate", "--json"], { cwd: project.folder, env: project.env }),
      ),
    );
    for (const run of runs) expect(run).toMatchObject({ code: 0, stderr: "" });
    const applied = runs.flatMap((run) => {
      const list = record(record(run.json())["data"])["applied"];
      return Array.isArray(list) ? list.map((one: unknown) => String(record(one)["id"])) : [];
    });
    expect(applied.toSorted()).toEqual(Object.keys(files).map((name) => name.slice(0, 14)));
    expect(await database.sql`SELECT step FROM ran ORDER BY 1`).toHaveLength(5);
    expect(await advisoryLocks(database.sql)).toBe(0);
  },
);

test.for(modes)(
  "a file without a transaction is refused, with the reason; the direct url is the way (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    await using project = await migrationProject(url, {
      ...three,
      "2024-01-04-004-index.sql": "-- veza: no-transaction\nCREATE INDEX CONCURRENTLY one_id ON one (id);",
    });
    const refused = await project.veza("migrate --json");
    expect(refused.error()).toMatchObject({
      code: "migrate.pooler",
      exitCode: 4,
      file: "migrations/2024-01-04-004-index.sql",
      message: expect.stringContaining("is a connection pooler"),
      detail: expect.stringContaining("another session"),
      hint: expect.stringContaining("--direct-url"),
      stateText: "Nothing was changed.",
    });
    expect(await historyOf(database.sql)).toBeUndefined();
    const { port } = new URL(url);
    expect(await project.veza(`migrate --direct-url ${database.url} --to 2024-01-01-001`)).toMatchObject({
      code: 0,
    });
    const result = await project.veza("migrate --json", { env: { DIRECT_DATABASE_URL: database.url } });
    expect(result.code).toBe(0);
    expect(result.data()["server"]).not.toContain(`:${port}/`);
    expect(await appliedIds(database.sql)).toHaveLength(4);
  },
);

test.for(modes)(
  "a failing migration is rolled back, logged and told as on a direct connection (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    await using project = await migrationProject(url, {
      ...three,
      "2024-01-03-003-three.sql": "CREATE TABLE three ();\nSELECT 1/0;",
    });
    const result = await project.veza("migrate --json");
    expect(result.error()).toMatchObject({
      exitCode: 5,
      sqlstate: "22012",
      line: 2,
      statement: 2,
      state: "unchanged",
      applied: ["2024-01-01-001", "2024-01-02-002"],
    });
    expect(await database.sql`SELECT sqlstate FROM migrations_log WHERE outcome = 'failed'`).toEqual([
      { sqlstate: "22012" },
    ]);
    expect(await advisoryLocks(database.sql)).toBe(0);
  },
);

test.for(modes)(
  "taking back, adopting and settling by hand take the lock too, each for its transaction (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    await using project = await migrationProject(url, {
      ...three,
      "2024-01-03-003-three.down.sql": "DROP TABLE three;",
    });
    await project.veza("migrate");
    const confirm = `--confirm ${database.name}`;
    await using holder = await holdLock(database);
    for (const command of [
      `down ${confirm}`,
      `redo ${confirm}`,
      "repair 2024-01-01-001 --yes",
      "resolve 2024-01-01-001 --pending --yes",
    ]) {
      const result = await project.veza(`migrate ${command} --lock-wait 200ms --json`);
      expect([command, result.error()]).toEqual([
        command,
        expect.objectContaining({
          code: "migrate.lock-held",
          exitCode: 4,
          stateText: "Nothing was changed.",
        }),
      ]);
    }
    expect(await appliedIds(database.sql)).toHaveLength(3);
    await holder[Symbol.asyncDispose]();
    expect(await project.veza(`migrate redo ${confirm}`)).toMatchObject({ code: 0 });
    expect(await project.veza(`migrate down ${confirm}`)).toMatchObject({ code: 0 });
    expect(await project.veza("migrate resolve 2024-01-02-002 --pending --yes")).toMatchObject({ code: 0 });
    expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
    await using fresh = await createDatabase();
    const at = `--url ${withDatabase(url, fresh.name)}`;
    expect(await project.veza(`migrate baseline 2024-01-02-002 --force --yes ${at}`)).toMatchObject({
      code: 0,
    });
    expect(await appliedIds(fresh.sql)).toHaveLength(2);
    await fresh.sql`DROP TABLE migrations, migrations_log`;
  },
);

test.for(modes)(
  "a lock that another run holds is waited for, then the migration goes on (%s mode)",
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const { database, url } = place;
    await using project = await migrationProject(url, three);
    await using holder = await holdLock(database);
    let said = "";
    const run = project.veza("migrate", { onStderr: (text) => (said += text) });
    await eventually(
      () => said,
      (text) => text.includes("Waiting for another run"),
      "the run to wait",
    );
    await holder[Symbol.asyncDispose]();
    expect(await run).toMatchObject({ code: 0 });
    expect(await appliedIds(database.sql)).toHaveLength(3);
  },
);

test.for(modes)("SIGINT cancels through the pooler (%s mode)", async (mode, context) => {
  await using place = await behindPooler(context, mode);
  const { database, url } = place;
  await using project = await migrationProject(url, {
    ...three,
    "2024-01-03-003-three.sql": "SELECT pg_sleep(60);",
  });
  const controller = new AbortController();
  const run = project.veza("migrate --json", { signal: controller.signal });
  await eventually(
    () =>
      database.sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
  controller.abort("SIGINT");
  const result = await run;
  expect(result.error()).toMatchObject({
    exitCode: 130,
    state: "unchanged",
    applied: ["2024-01-01-001", "2024-01-02-002"],
  });
  expect(await advisoryLocks(database.sql)).toBe(0);
});

test.for(modes)(
  "questions sent without waiting for each other's answers are all answered (%s mode)",
  { timeout: 20_000 },
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    const options = { applicationName: "test", connectTimeoutMs: 5000 };
    await using db = await connect(resolveTarget(place.url, "the test", {}).target, options);
    for (let round = 0; round < 20; round++) {
      const [one, two, three, four] = await Promise.all([
        db.query("SELECT 1 AS n FROM pg_sleep(0.01)"),
        db.query("SELECT $1::int AS n", [2]),
        db.send("SELECT 3 AS n"),
        db.query("SELECT $1::int AS n", [4]),
      ]);
      expect([one, two, three.rows, four]).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }], [{ n: 4 }]]);
    }
    // One that fails does not stand in the way of the next.
    const answers = await Promise.allSettled([db.query("SELECT $1::int", ["x"]), db.query("SELECT 5 AS n")]);
    expect(answers).toMatchObject([{ status: "rejected" }, { status: "fulfilled", value: [{ n: 5 }] }]);
  },
);

test.for(modes)(
  "doctor says that one stands between (%s mode)",
  { timeout: 30_000 },
  async (mode, context) => {
    await using place = await behindPooler(context, mode);
    await using project = await migrationProject(place.url, three);
    const result = await project.veza("doctor --json");
    expect(result.data()["findings"]).toContainEqual(
      expect.objectContaining({ check: "pooler", status: "warning" }),
    );
  },
);

function withDatabase(url: string, name: string): string {
  const moved = new URL(url);
  moved.pathname = `/${name}`;
  return moved.href;
}

/** A session that holds the lock, as another run would. */
async function holdLock(database: TestDatabase): Promise<AsyncDisposable> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  const [first, second] = lockKeys({ schema: "public", table: "migrations" });
  await sql`SELECT pg_advisory_lock(${first}::int, ${second}::int)`;
  return { [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}
