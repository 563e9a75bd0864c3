/** Locks of others: how long a migration waits, whom it names, how often it tries again, and how it gives up. */
import postgres from "postgres";
import { createDatabase, expect, test, type TestDatabase } from "../support/database.ts";
import { createRole } from "./support/role.ts";
import { advisoryLocks, appliedIds, schemaOf } from "./support/state.ts";
import { eventually, migrationProject } from "./support/veza.ts";

const alter = "2024-01-02-002-alter.sql";
const files = {
  "2024-01-01-001-one.sql": "CREATE TABLE one ();",
  [alter]: "CREATE TABLE first_part ();\nALTER TABLE busy ADD n int;\n",
};

async function busyDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  await database.sql`CREATE TABLE busy (id int)`;
  return database;
}

test("blocked for a while: tried again as a whole until it gets through", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, files);
  const blocker = await holdTable(database);
  let said = "";
  const run = project.veza("migrate --lock-timeout 100ms", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("trying again (2 of 10)"),
    "two tries",
  );
  // Between two tries nothing of it stands in anybody's way.
  await blocker[Symbol.asyncDispose]();
  expect(await run).toMatchObject({ code: 0 });
  expect(said).toMatch(
    /2024-01-02-002: canceling statement due to lock timeout; rolled back, trying again \(1 of 10\)\n/,
  );
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-02-002"]);
  expect(await schemaOf(database.sql)).toContainEqual(expect.stringMatching(/^column busy.n integer/));
});

test("retries used up: exit 5, who blocked, how often it tried, and the state", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, files);
  await using blocker = await holdTable(database);
  const result = await project.veza("migrate --lock-timeout 1500ms --lock-retries 1 --json");
  expect(result.code).toBe(5);
  const error = result.error();
  expect(error).toMatchObject({
    code: "migrate.statement-failed",
    sqlstate: "55P03",
    file: `migrations/${alter}`,
    line: 2,
    statement: 2,
    applied: ["2024-01-01-001"],
    state: "unchanged",
    hint: expect.stringContaining("--lock-timeout 30s"),
    stateText:
      "Rolled back; this migration changed nothing. The migration before it is applied; run veza-db migrate to go on.",
  });
  expect(error["detail"]).toContain("Tried 2 times.");
  expect(error["detail"]).toMatch(
    new RegExp(
      `Blocked by pid ${blocker.pid} \\(user \\S+, application "psql of a colleague", idle in transaction, in a transaction for [\\d.]+ m?s\\): LOCK TABLE busy IN ACCESS SHARE MODE`,
    ),
  );
  expect(await advisoryLocks(database.sql)).toBe(0);
  expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringContaining("first_part"));
});

test("under a lock timeout of less than a second, too, who blocks is named, once", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, files);
  await using blocker = await holdTable(database);
  const { code, stderr } = await project.veza("migrate --lock-timeout 400ms --lock-retries 3");
  expect(code).toBe(5);
  expect(stderr.match(/Waiting for a lock, blocked by pid \d+/g)).toEqual([
    `Waiting for a lock, blocked by pid ${blocker.pid}`,
  ]);
  expect(stderr).toContain(`Blocked by pid ${blocker.pid} `);
});

test("while it waits, people are told who blocks", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, files);
  const blocker = await holdTable(database);
  let said = "";
  const run = project.veza("migrate --lock-timeout 1min", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("blocked by"),
    "the blocker to be named",
  );
  expect(said).toMatch(
    new RegExp(`Waiting for a lock, blocked by pid ${blocker.pid} \\(user .*psql of a colleague`),
  );
  await blocker[Symbol.asyncDispose]();
  expect(await run).toMatchObject({ code: 0 });
  expect(said.match(/blocked by/g)).toHaveLength(1);
});

test("a chain of blockers is named as far as it keeps us waiting, nobody else", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, files);
  await using _other = await holdTable(database, "one_that_is_not_in_the_way");
  await using blocker = await holdTable(database);
  const result = await project.veza("migrate --lock-timeout 1300ms --lock-retries 0 --json");
  const detail = String(result.error()["detail"]);
  expect(detail.match(/Blocked by pid (\d+)/g)).toEqual([`Blocked by pid ${blocker.pid}`]);
  expect(detail).not.toContain("Tried");
});

test("who blocked is not told when something else went wrong in the end", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    [alter]: "ALTER TABLE busy ADD n int;\nSELECT 1/0;",
  });
  const blocker = await holdTable(database);
  let said = "";
  const run = project.veza("migrate --lock-timeout 1min", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("blocked by"),
    "the blocker to be named",
  );
  await blocker[Symbol.asyncDispose]();
  expect((await run).stderr).not.toContain("Blocked by");
});

test("a directive overrides the run: for its own file alone", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-seen.sql":
      "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement;",
    "2024-01-01-002-own.sql":
      "-- veza: lock-timeout=2s, statement-timeout=5min\nINSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');",
    "2024-01-01-003-none.sql":
      "-- veza: lock-timeout=0\n-- veza: statement-timeout=0\nINSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');",
    "2024-01-01-004-plain.sql":
      "INSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');",
  });
  expect(await project.veza("migrate --lock-timeout 7s --statement-timeout 1h")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT * FROM seen`).toEqual([
    { lock: "7s", statement: "1h" },
    { lock: "2s", statement: "5min" },
    { lock: "0", statement: "0" },
    { lock: "7s", statement: "1h" },
  ]);
});

test("without a word, a statement waits 5 s for a lock and as long as it takes otherwise", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-seen.sql":
      "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement;",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT * FROM seen`).toEqual([{ lock: "5s", statement: "0" }]);
});

test("statement_timeout ends a statement, is not tried again, and says what to do", async ({ database }) => {
  await using project = await migrationProject(database.url, { [alter]: "SELECT pg_sleep(60);" });
  const result = await project.veza("migrate --statement-timeout 50ms --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({ sqlstate: "57014", state: "unchanged", statement: 1 });
  await project.write(`migrations/${alter}`, "-- veza: statement-timeout=30ms\nSELECT pg_sleep(60);");
  expect((await project.veza("migrate --json")).error()).toMatchObject({ sqlstate: "57014" });
});

test("a deadlock is rolled back and tried again", async ({ database }) => {
  await database.sql`CREATE TABLE a (id int)`;
  await database.sql`CREATE TABLE b (id int)`;
  await using project = await migrationProject(database.url, {
    [alter]: "LOCK TABLE a;\nSELECT pg_sleep(0.3);\nLOCK TABLE b;\nCREATE TABLE through ();",
  });
  const other = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    // The other one waits longer before it looks for deadlocks, so that ours is the one that dies.
    await other.unsafe("SET deadlock_timeout = '1h'; BEGIN; LOCK TABLE b");
    const run = project.veza("migrate --lock-timeout 0", { env: { PGOPTIONS: "-c deadlock_timeout=50ms" } });
    await eventually(
      () => database.sql`SELECT FROM pg_locks WHERE relation = 'a'::regclass AND granted`,
      ({ length }) => length > 0,
      "the migration to hold its first lock",
    );
    await other.unsafe("LOCK TABLE a; COMMIT");
    const result = await run;
    expect(result).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("deadlock detected; rolled back, trying again (1 of 10)"),
    });
  } finally {
    await other.end({ timeout: 5 });
  }
  expect(await appliedIds(database.sql)).toEqual(["2024-01-02-002"]);
});

test("what a script prepared is gone before it is tried again", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    [alter]: "PREPARE p AS SELECT 1; ALTER TABLE busy ADD n int;",
  });
  const blocker = await holdTable(database);
  const run = project.veza("migrate --lock-timeout 50ms", {
    onStderr: (text) => text.includes("trying again") && void blocker[Symbol.asyncDispose](),
  });
  expect(await run).toMatchObject({ code: 0 });
});

test("a statement of a no-transaction file is tried again by itself", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    [alter]:
      "-- veza: no-transaction\nCREATE TABLE first_part ();\nALTER TABLE busy ADD n int;\nVACUUM first_part;",
  });
  const blocker = await holdTable(database);
  let said = "";
  const run = project.veza("migrate --lock-timeout 100ms", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("(2 of 10)"),
    "two tries",
  );
  await blocker[Symbol.asyncDispose]();
  expect(await run).toMatchObject({ code: 0 });
  expect(said).toContain(
    "2024-01-02-002: canceling statement due to lock timeout; not done, trying again (1 of 10)",
  );
  expect(await appliedIds(database.sql)).toEqual(["2024-01-02-002"]);
});

test("retries used up in a no-transaction file: what is done stays, and is told", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    [alter]: "-- veza: no-transaction\nCREATE TABLE first_part ();\nALTER TABLE busy ADD n int;",
  });
  const blocker = await holdTable(database);
  const result = await project.veza("migrate --lock-timeout 20ms --lock-retries 2 --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    sqlstate: "55P03",
    statement: 2,
    state: "partial",
    detail: expect.stringContaining("Tried 3 times."),
  });
  await blocker[Symbol.asyncDispose]();
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
});

test("a concurrent build waits for old transactions as long as it takes, unless the file says otherwise", async () => {
  await using database = await busyDatabase();
  await using project = await migrationProject(database.url, {
    [alter]: "-- veza: no-transaction\nCREATE INDEX CONCURRENTLY busy_id ON busy (id);",
  });
  const old = await holdTable(database, "busy", "ROW EXCLUSIVE");
  let said = "";
  const run = project.veza("migrate --lock-timeout 10ms", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("blocked by"),
    "the build to wait",
  );
  await old[Symbol.asyncDispose]();
  expect(await run).toMatchObject({ code: 0 });
  expect(said).not.toContain("trying again");

  await using second = await busyDatabase();
  await project.write(
    `migrations/${alter}`,
    "-- veza: no-transaction, lock-timeout=50ms\nCREATE INDEX CONCURRENTLY busy_id ON busy (id);",
  );
  await using _old = await holdTable(second, "busy", "ROW EXCLUSIVE");
  const limited = await project.veza(`migrate --url ${second.url} --lock-retries 1 --json`);
  expect(limited.error()).toMatchObject({
    sqlstate: "55P03",
    state: "partial",
    stateText: expect.stringContaining("left INVALID"),
  });
});

test("where no second connection can be had, the run goes on without naming anybody", async () => {
  await using database = await busyDatabase();
  await using role = await createRole(database, "CONNECTION LIMIT 1");
  await database.sql.unsafe(
    `GRANT CREATE ON SCHEMA public TO ${role.name}; ALTER TABLE busy OWNER TO ${role.name}`,
  );
  await using project = await migrationProject(role.url, { [alter]: "ALTER TABLE busy ADD n int;" });
  const blocker = await holdTable(database);
  let said = "";
  const run = project.veza("migrate --lock-timeout 1min", { onStderr: (text) => (said += text) });
  await eventually(
    () => said,
    (text) => text.includes("cannot be seen"),
    "the attempt to look",
  );
  expect(said).toMatch(
    /^Who blocks the migration, if anybody does, cannot be seen: .*too many connections for role/,
  );
  await blocker[Symbol.asyncDispose]();
  expect(await run).toMatchObject({ code: 0 });
});

interface Blocker extends AsyncDisposable {
  readonly pid: number;
}

/** A colleague with an open transaction that has read the table. */
async function holdTable(database: TestDatabase, table = "busy", mode = "ACCESS SHARE"): Promise<Blocker> {
  if (table !== "busy") await database.sql.unsafe(`CREATE TABLE ${table} ()`);
  const sql = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "psql of a colleague" },
  });
  const [row] = await sql<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  await sql.unsafe("BEGIN");
  await sql.unsafe(`LOCK TABLE ${table} IN ${mode} MODE`);
  return { pid: row?.pid ?? 0, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}
