/** SIGINT and SIGTERM at every kind of moment: cancelled, rolled back, the lock given back, and said so. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import postgres from "postgres";
import { lockKeys } from "../../src/migrate/lock.ts";
import { cleanEnvironment, cliFile } from "../support/cli.ts";
import { createDatabase, expect, test, type TestDatabase } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { advisoryLocks, appliedIds, historyOf, schemaOf } from "./support/state.ts";
import { eventually, migrationProject, type Called, type Project } from "./support/veza.ts";

const first = { "2024-01-01-001-one.sql": "CREATE TABLE one ();" };
const slow = {
  "2024-01-02-002-slow.sql": "CREATE TABLE two ();\nSELECT pg_sleep(60), 'slow';\nCREATE TABLE three ();",
};

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)(
  "%s in the middle of a long statement: the process ends with %i, nothing of the migration stays",
  async (name, code) => {
    await using database = await createDatabase();
    await using project = await migrationProject(database.url, { ...first, ...slow });
    const child = spawn(process.execPath, [cliFile, "migrate"], {
      cwd: project.folder,
      env: cleanEnvironment(project.env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    await asleep(database);
    child.kill(name);
    const [exitCode] = await once(child, "close");
    expect(exitCode).toBe(code);
    expect(stderr.split("\n").slice(1)).toEqual([
      `error: Stopped by ${name}.`,
      "hint: veza-db migrate",
      "Rolled back; this migration changed nothing. The migration before it is applied; run veza-db migrate to go on.",
      "",
    ]);
    await nothingLeft(database);
    expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
    expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringMatching(/^relation (two|three) /));
  },
);

test("a program gets the same as fields, and the attempt is in the log", async ({ database }) => {
  await using project = await migrationProject(database.url, { ...first, ...slow });
  const result = await interrupted(project, () => asleep(database), "migrate --json", "SIGTERM");
  expect(result).toMatchObject({ code: 143, stdout: "" });
  expect(result.error()).toMatchObject({
    code: "cli.interrupted",
    exitCode: 143,
    file: "migrations/2024-01-02-002-slow.sql",
    statement: 2,
    applied: ["2024-01-01-001"],
    state: "unchanged",
  });
  const log =
    await database.sql`SELECT migration_id, outcome, statement_number, sqlstate FROM migrations_log ORDER BY seq`;
  expect(log).toEqual([
    { migration_id: "2024-01-01-001", outcome: "done", statement_number: null, sqlstate: null },
    { migration_id: "2024-01-02-002", outcome: "failed", statement_number: 2, sqlstate: "57014" },
  ]);
  await nothingLeft(database);
});

test("through a slow line the cancel request stops the statement, and nothing that comes after it", async ({
  database,
}) => {
  await using proxy = await proxyTo(database.url, { latencyMs: 150 });
  await using project = await migrationProject(proxy.through(database.url), { ...first, ...slow });
  const result = await interrupted(project, () => asleep(database), "migrate --json");
  expect(result.code).toBe(130);
  expect(result.error()).toMatchObject({ state: "unchanged", statement: 2, applied: ["2024-01-01-001"] });
  expect(result.stderr).not.toContain("could not be logged");
  expect(await database.sql`SELECT sqlstate FROM migrations_log WHERE outcome = 'failed'`).toEqual([
    { sqlstate: "57014" },
  ]);
  await nothingLeft(database);
});

test("where no cancel request gets through, the run still ends by itself and says so", async ({
  database,
}) => {
  await using proxy = await proxyTo(database.url);
  await using project = await migrationProject(proxy.through(database.url), {
    "2024-01-01-001-slow.sql": "SELECT pg_sleep(2), 'slow'; CREATE TABLE two ();",
    "2024-01-01-002-next.sql": "CREATE TABLE next ();",
  });
  const result = await interrupted(
    project,
    async () => {
      await asleep(database);
      proxy.refuse(true);
    },
    "migrate --json",
  );
  expect(result.code).toBe(130);
  // What was sent was sent: the migration is through, and counted; the next one was not begun.
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
  expect(result.error()).toMatchObject({ applied: ["2024-01-01-001"], state: "unchanged" });
});

test("between two migrations: what is done stays done, the rest is not begun", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...first,
    "2024-01-01-002-two.sql": "CREATE TABLE two ();",
    "2024-01-01-003-three.sql": "CREATE TABLE three ();",
  });
  const controller = new AbortController();
  const result = await project.veza("migrate", {
    signal: controller.signal,
    onStderr: (text) => text.includes("2024-01-01-002") && controller.abort("SIGINT"),
  });
  expect(result.code).toBe(130);
  expect(result.stderr).toContain(
    "Rolled back; this migration changed nothing. The 2 migrations before it are applied",
  );
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-01-002"]);
  await nothingLeft(database);
});

test("between two statements of a long file", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-long.sql": `CREATE SEQUENCE s; ${"SELECT pg_sleep(0.005), nextval('s');".repeat(2000)}`,
  });
  const result = await interrupted(
    project,
    () =>
      eventually(
        () => running(database),
        ({ length }) => length > 0,
        "the file to run",
      ),
    "migrate --json",
  );
  expect(result.code).toBe(130);
  expect(result.error()).toMatchObject({ state: "unchanged", applied: [] });
  expect(await appliedIds(database.sql)).toEqual([]);
  await nothingLeft(database);
});

test("while a statement waits for a lock", async ({ database }) => {
  await database.sql`CREATE TABLE busy (id int)`;
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-alter.sql": "ALTER TABLE busy ADD n int;",
  });
  await using _blocker = await holdTable(database, "busy");
  const result = await interrupted(
    project,
    () =>
      eventually(
        () => waiting(database),
        ({ length }) => length > 0,
        "the migration to wait",
      ),
    "migrate --lock-timeout 0 --json",
  );
  expect(result.code).toBe(130);
  expect(result.error()).toMatchObject({
    state: "unchanged",
    stateText: "Rolled back; the database is unchanged.",
  });
});

test("between two tries for a lock", async ({ database }) => {
  await database.sql`CREATE TABLE busy (id int)`;
  await using project = await migrationProject(database.url, {
    ...first,
    "2024-01-02-001-alter.sql": "ALTER TABLE busy ADD n int;",
  });
  await using _blocker = await holdTable(database, "busy");
  const controller = new AbortController();
  const result = await project.veza("migrate --lock-timeout 10ms", {
    signal: controller.signal,
    onStderr: (text) => text.includes("trying again") && setImmediate(() => controller.abort("SIGINT")),
  });
  expect(result.code).toBe(130);
  expect(result.stderr).toContain(
    "Rolled back; this migration changed nothing. The migration before it is applied",
  );
  await nothingLeft(database);
});

test("while another run holds the migration lock", async ({ database }) => {
  await using project = await migrationProject(database.url, first);
  const [one, two] = lockKeys({ schema: "public", table: "migrations" });
  const holder = await database.sql.reserve();
  await holder`SELECT pg_advisory_lock(${one}::int, ${two}::int)`;
  const controller = new AbortController();
  const result = await project.veza("migrate", {
    signal: controller.signal,
    onStderr: (text) =>
      text.includes("Waiting for another run") && setImmediate(() => controller.abort("SIGINT")),
  });
  await holder`SELECT pg_advisory_unlock(${one}::int, ${two}::int)`;
  holder.release();
  expect(result.code).toBe(130);
  expect(result.stderr.trimEnd().split("\n").slice(1)).toEqual([
    "error: Stopped by SIGINT.",
    "Nothing was changed.",
  ]);
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("while --wait waits for a server that is not there", async () => {
  await using project = await migrationProject("postgres://nobody@127.0.0.1:1/none", first);
  const controller = new AbortController();
  const result = await project.veza("migrate --wait 1h", {
    signal: controller.signal,
    onStderr: (text) =>
      text.includes("Waiting for the server") && setImmediate(() => controller.abort("SIGTERM")),
  });
  expect(result.code).toBe(143);
});

test("in a no-transaction file: what is done is recorded, and the next run goes on there", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    ...first,
    "2024-01-02-002-slow.sql": sleeping(60),
  });
  const result = await interrupted(project, () => asleep(database), "migrate");
  expect(result.code).toBe(130);
  expect(result.stderr.trimEnd().split("\n").slice(1)).toEqual([
    "error: Stopped by SIGINT.",
    "hint: veza-db migrate",
    "1 of 3 statements of 2024-01-02-002 are applied; run veza-db migrate to go on.",
  ]);
  await nothingLeft(database);
  await project.write("migrations/2024-01-02-002-slow.sql", sleeping(0));
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-02-002"]);
});

test("during a concurrent index build: the INVALID index is dropped and built again", async ({
  database,
}) => {
  await database.sql`CREATE TABLE big AS SELECT g AS id FROM generate_series(1, 100) g`;
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-index.sql": "-- veza: no-transaction\nCREATE INDEX CONCURRENTLY big_id ON big (id);",
  });
  {
    // An old transaction keeps the build waiting.
    await using _old = await holdSnapshot(database);
    const result = await interrupted(
      project,
      () =>
        eventually(
          () => database.sql`SELECT FROM pg_index WHERE indexrelid = to_regclass('big_id')`,
          ({ length }) => length > 0,
          "the build",
        ),
      "migrate --json",
    );
    expect(result.code).toBe(130);
    expect(result.error()).toMatchObject({ state: "partial", sqlstate: "57014", statement: 1 });
    expect(result.error()["stateText"]).toBe(
      '"public"."big_id" is left INVALID; the next run drops it and builds it again. ' +
        "0 of 1 statements of 2024-01-01-001 are applied; run veza-db migrate to go on.",
    );
  }
  await nothingLeft(database);
  expect(await validity(database)).toEqual([{ indisvalid: false }]);
  const second = await project.veza("migrate");
  expect(second.code).toBe(0);
  expect(second.stderr).toContain('"public"."big_id" is INVALID');
  expect(await validity(database)).toEqual([{ indisvalid: true }]);
});

test("before anything is connected, and at the question", async ({ database }) => {
  await using project = await migrationProject(database.url, first);
  const gone = new AbortController();
  gone.abort("SIGINT");
  expect(await project.veza("migrate", { signal: gone.signal })).toMatchObject({ code: 130 });
  expect(await appliedIds(database.sql)).toEqual([]);
});

test.each(["migrate", "migrate status", "migrate repair 2024-01-01-001 --yes", "drift", "schema dump"])(
  "%s, while it waits for somebody who has the history table locked",
  async (command) => {
    await using database = await createDatabase();
    await using project = await migrationProject(database.url, first);
    await project.veza("migrate");
    await using other = await holdTable(database, "migrations", "ACCESS EXCLUSIVE");
    const result = await interrupted(
      project,
      () =>
        eventually(
          () => waiting(database),
          ({ length }) => length > 0,
          "the command to wait",
        ),
      command,
    );
    expect(result).toMatchObject({
      code: 130,
      stdout: "",
      stderr: expect.stringContaining("error: Stopped by SIGINT."),
    });
    expect(result.stderr).not.toContain("hint: veza-db doctor");
    await other[Symbol.asyncDispose]();
    await nothingLeft(database);
  },
);

function sleeping(seconds: number): string {
  return `-- veza: no-transaction\nCREATE TABLE two ();\nSELECT pg_sleep(${seconds}), 'slow';\nCREATE TABLE three ();`;
}

/** Runs the tool and stops it once `moment` has come. */
async function interrupted(
  project: Project,
  moment: () => Promise<unknown>,
  args: string,
  name: "SIGINT" | "SIGTERM" = "SIGINT",
): Promise<Called> {
  const controller = new AbortController();
  const run = project.veza(args, { signal: controller.signal });
  const ended = run.then((result) => {
    throw new Error(`it ended by itself, with ${result.code}:\n${result.stdout}${result.stderr}`);
  });
  await Promise.race([moment(), ended]);
  ended.catch(() => {});
  controller.abort(name);
  return run;
}

function running(database: TestDatabase): Promise<readonly unknown[]> {
  return database.sql`
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()`;
}

function asleep(database: TestDatabase): Promise<unknown> {
  return eventually(
    () =>
      database.sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    ({ length }) => length > 0,
    "the slow statement",
  );
}

function waiting(database: TestDatabase): Promise<readonly unknown[]> {
  return database.sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
}

function validity(database: TestDatabase): Promise<readonly unknown[]> {
  return database.sql`SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('big_id')`;
}

/** No session of the tool is left, no lock, no open transaction. */
async function nothingLeft(database: TestDatabase): Promise<void> {
  await eventually(
    () =>
      database.sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'veza-db%'`,
    ({ length }) => length === 0,
    "the sessions to end",
  );
  expect(await advisoryLocks(database.sql)).toBe(0);
}

/** Another session that has a table locked. */
async function holdTable(
  database: TestDatabase,
  table: string,
  mode = "ACCESS SHARE",
): Promise<AsyncDisposable> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(`BEGIN; LOCK TABLE ${table} IN ${mode} MODE`);
  return { [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}

/** Another session with a snapshot that is kept. */
async function holdSnapshot(database: TestDatabase): Promise<AsyncDisposable> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  return { [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}
