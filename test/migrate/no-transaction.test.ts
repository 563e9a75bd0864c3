/** Files that run without a transaction: refused without the directive, recorded by statement, gone on with. */
import postgres from "postgres";
import { createDatabase, expect, test, type TestDatabase } from "../support/database.ts";
import { appliedIds, historyOf, schemaOf } from "./support/state.ts";
import { eventually, migrationProject, type Project } from "./support/veza.ts";

const id = "2024-01-01-001";
const file = `${id}-x.sql`;
const path = `migrations/${file}`;
const directive = "-- veza: no-transaction\n";

test.each([
  ["CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY"],
  ["create unique index concurrently if not exists i on t (a)", "CREATE INDEX CONCURRENTLY"],
  ["DROP INDEX CONCURRENTLY i", "DROP INDEX CONCURRENTLY"],
  ["REINDEX INDEX CONCURRENTLY i", "REINDEX CONCURRENTLY"],
  ["REINDEX (VERBOSE, CONCURRENTLY) TABLE t", "REINDEX CONCURRENTLY"],
  ["ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "ALTER TABLE ... DETACH CONCURRENTLY"],
  ["VACUUM t", "VACUUM"],
  ["ALTER SYSTEM SET work_mem = '8MB'", "ALTER SYSTEM"],
  ["CREATE DATABASE elsewhere", "CREATE DATABASE"],
  ["DROP DATABASE elsewhere", "DROP DATABASE"],
  ["/* hidden */ CREATE /* and */ INDEX -- here\n CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY"],
])("%s is refused without the directive, and nothing has run", async (sql, named) => {
  await using database = await createDatabase();
  await using project = await migrationProject(database.url, {
    [file]: "CREATE TABLE before ();",
    "2024-01-02-002-y.sql": `CREATE TABLE t (a int);\n${sql};`,
  });
  const result = await project.veza("migrate --json");
  expect(result.code).toBe(4);
  expect(result.error()).toMatchObject({
    code: "migrate.outside-transaction",
    message: expect.stringMatching(
      `^migrations/2024-01-02-002-y\\.sql:2:\\d+: ${named.replace(/[.]/g, "\\.")} cannot run inside a transaction\\.$`,
    ),
    hint: "Begin the file with: -- veza: no-transaction",
    stateText: "Nothing was changed.",
    line: 2,
  });
  expect(await historyOf(database.sql)).toBeUndefined();
  expect((await project.veza("migrate --dry-run")).code).toBe(4);
  const verified = await project.veza("migrate verify --json");
  expect([verified.code, verified.data()["problems"]]).toEqual([
    1,
    [expect.objectContaining({ kind: "refused", id: "2024-01-02-002" })],
  ]);
});

test("what only the server knows to need no transaction runs too: procedures that commit, partitioned tables", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}
      CREATE TABLE p (a int) PARTITION BY RANGE (a);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
      CREATE INDEX p_a ON p (a);
      CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$
        BEGIN FOR i IN 1..3 LOOP INSERT INTO p VALUES (i); COMMIT; END LOOP; END $$;
      CALL fill();
      DO $$ BEGIN INSERT INTO p VALUES (4); COMMIT; END $$;
      REINDEX TABLE p;
      SELECT 1 / 0;`,
  });
  const result = await project.veza("migrate");
  expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining("statement 8 of 8") });
  expect(result.stderr).toContain("7 of 8 statements of 2024-01-01-001 are applied");
  expect((await database.sql`SELECT a FROM p ORDER BY a`).map(({ a }) => Number(a))).toEqual([1, 2, 3, 4]);
});

test("a failure outside a transaction is told without a warning that there is none", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE t AS SELECT 1 AS a FROM generate_series(1, 2);
      CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a);`,
  });
  const { code, stderr } = await project.veza("migrate");
  expect([code, stderr]).toEqual([5, expect.not.stringContaining("WARNING")]);
});

test("DISCARD ALL would give the lock back, and is refused in any file", async ({ database }) => {
  await using project = await migrationProject(database.url, { [file]: "DISCARD ALL;" });
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.releases-lock",
    exitCode: 4,
  });
  await project.write(path, `${directive}DISCARD ALL;`);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.releases-lock",
    exitCode: 4,
  });
});

test("several statements run one by one, each committed and counted", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}
      CREATE TABLE t AS SELECT g AS a FROM generate_series(1, 10) g;
      CREATE INDEX CONCURRENTLY t_a ON t (a);
      VACUUM t;
      ALTER TYPE mood ADD VALUE 'later';
      INSERT INTO moods VALUES ('later');
      REINDEX TABLE CONCURRENTLY t;`,
  });
  await database.sql`CREATE TYPE mood AS ENUM ('now')`;
  await database.sql`CREATE TABLE moods (m mood)`;
  const plan = await project.veza("migrate plan --json");
  expect(plan.data()["steps"]).toMatchObject([{ id, transactional: false, statements: { length: 6 } }]);
  const result = await project.veza("migrate --json");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.data()["applied"]).toMatchObject([{ id, statements: 6 }]);
  expect(await historyOf(database.sql)).toEqual([
    { id, status: "applied", statements_done: 6, statements_total: 6 },
  ]);
  expect(await database.sql`SELECT action, outcome FROM migrations_log`).toEqual([
    { action: "apply", outcome: "done" },
  ]);
});

test("the log says how long all of the statements took, up and down", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}SELECT pg_sleep(0.3);\nSELECT 1;`,
    [file.replace(/sql$/, "down.sql")]: `${directive}SELECT pg_sleep(0.3);\nSELECT 1;`,
  });
  await project.veza("migrate");
  expect(await project.veza(`migrate down --confirm ${database.name}`)).toMatchObject({ code: 0 });
  const rows =
    await database.sql`SELECT action, duration_ms >= 300 AS "isWhole" FROM migrations_log ORDER BY seq`;
  expect(rows).toEqual([
    { action: "apply", isWhole: true },
    { action: "down", isWhole: true },
  ]);
});

test("a failure in the middle: what is done stays, is told, and the next run goes on there", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [file]: withThird("SELECT 1/0"),
    "2024-01-02-002-next.sql": "SELECT 1;",
  });
  const result = await project.veza("migrate --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    sqlstate: "22012",
    line: 4,
    statement: 3,
    statements: 4,
    applied: [],
    state: "partial",
    stateText: `2 of 4 statements of ${id} are applied; run veza-db migrate to go on.`,
  });
  expect(await historyOf(database.sql)).toEqual([
    { id, status: "partial", statements_done: 2, statements_total: 4 },
  ]);

  const status = await project.veza("migrate status --json --check");
  expect(status.code).toBe(1);
  expect(status.data()).toMatchObject({
    pending: [{ id }, { id: "2024-01-02-002" }],
    problems: [{ kind: "partial", id, message: `${id} is half applied: 2 of 4 statements are done.` }],
  });
  // The file as it stands again fails at the same place.
  expect((await project.veza("migrate --json")).error()).toMatchObject({ statement: 3, state: "partial" });
  await project.write(path, withThird("CREATE TABLE three ()"));
  const plan = await project.veza("migrate plan --json");
  expect(plan.data()["steps"]).toMatchObject([
    { statementsDone: 2, statements: [{ sql: "CREATE TABLE three ()", line: 4 }, {}] },
    {},
  ]);
  const second = await project.veza("migrate --json");
  expect(second.code).toBe(0);
  expect(second.data()["applied"]).toMatchObject([{ id, statements: 4 }, { id: "2024-01-02-002" }]);
  expect(await appliedIds(database.sql)).toEqual([id, "2024-01-02-002"]);
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  const tables =
    await database.sql`SELECT count(*)::int AS n FROM pg_tables WHERE tablename IN ('one', 'two', 'three', 'four')`;
  expect(tables).toEqual([{ n: 4 }]);
});

test("the mended file is what is recorded, with more statements or fewer", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one (); SELECT 1/0; SELECT 3;`,
  });
  await project.veza("migrate");
  const mended = `${directive}CREATE TABLE one ();\nSELECT 2; SELECT 3; SELECT 4; SELECT 5;`;
  await project.write(path, mended);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT sql_content, statements_done, statements_total FROM migrations`).toEqual([
    { sql_content: mended, statements_done: 5, statements_total: 5 },
  ]);
});

test("when only what is done is left of the file, it is applied", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one (); SELECT 1/0;`,
  });
  await project.veza("migrate");
  await project.write(path, `${directive}CREATE TABLE one ();`);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await historyOf(database.sql)).toEqual([
    { id, status: "applied", statements_done: 1, statements_total: 1 },
  ]);
});

test("a statement that is done and was changed is refused, and shown as it ran", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one ();\nCREATE TABLE two ();\nSELECT 1/0;`,
  });
  await project.veza("migrate");
  for (const text of [
    `${directive}CREATE TABLE one ();\nCREATE TABLE two (id int);\nSELECT 1;`,
    `${directive}CREATE TABLE one ();`,
  ]) {
    await project.write(path, text);
    const result = await project.veza("migrate --json");
    expect(result.code).toBe(4);
    expect(result.error()).toMatchObject({
      code: "migrate.done-statement-changed",
      message: `${file} is half applied, and statement 2, which is done, was changed.`,
      detail: expect.stringContaining("CREATE TABLE two ()"),
      hint: expect.stringContaining(`veza-db migrate resolve ${id} --applied`),
    });
  }
  // Comments and blanks around it are no change.
  await project.write(
    path,
    `${directive}-- more words\nCREATE TABLE one ();\n\n\n  CREATE TABLE two ();\nSELECT 1;`,
  );
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
});

test("a half-applied file cannot become one transaction; one of which nothing is done can", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one (); SELECT 1/0;`,
  });
  await project.veza("migrate");
  await project.write(path, "CREATE TABLE one (); SELECT 1;");
  const refused = await project.veza("migrate --json");
  expect(refused.error()).toMatchObject({
    code: "migrate.done-statement-changed",
    exitCode: 4,
    stateText: "Nothing was changed.",
  });

  await using second = await createDatabase();
  await project.write(path, `${directive}SELECT 1/0;`);
  expect(await project.veza(`migrate --url ${second.url}`)).toMatchObject({ code: 5 });
  expect(await historyOf(second.sql)).toEqual([
    { id, status: "partial", statements_done: 0, statements_total: 1 },
  ]);
  await project.write(path, "CREATE TABLE one (); SELECT 1;");
  expect(await project.veza(`migrate --url ${second.url}`)).toMatchObject({ code: 0 });
  expect(await historyOf(second.sql)).toEqual([
    { id, status: "applied", statements_done: 2, statements_total: 2 },
  ]);
});

test("settings of statements that are done hold for those that follow, in the same run and after a resume", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [file]: inApp("SELECT 1/0"),
    "2024-01-02-002-next.sql":
      "CREATE TABLE outside AS SELECT current_setting('work_mem') AS mem, current_schemas(false) AS path;",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 5 });
  await project.write(path, inApp("SELECT 1"));
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT mem FROM app.inside_too`).toEqual([{ mem: "7MB" }]);
  expect(await database.sql`SELECT * FROM public.outside`).toEqual([{ mem: "4MB", path: ["public"] }]);
});

test("a file's own SET lock_timeout and statement_timeout hold against the run's", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}
      CREATE TABLE seen (lock text, statement text);
      INSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');
      SET lock_timeout = '11s';
      SET SESSION statement_timeout = '12min';
      INSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');
      RESET lock_timeout;
      INSERT INTO seen SELECT current_setting('lock_timeout'), current_setting('statement_timeout');`,
  });
  expect(await project.veza("migrate --lock-timeout 3s --statement-timeout 4min")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT * FROM seen`).toEqual([
    { lock: "3s", statement: "4min" },
    { lock: "11s", statement: "12min" },
    { lock: "3s", statement: "12min" },
  ]);
});

test("the history is written as the role that connected, whatever role the file takes", async ({
  database,
}) => {
  const role = `r_${database.name.slice(-12)}`;
  await database.sql.unsafe(`CREATE ROLE ${role}; GRANT CREATE ON SCHEMA public TO ${role}`);
  try {
    await using project = await migrationProject(database.url, {
      [file]: `${directive}SET ROLE ${role}; CREATE TABLE theirs (); CREATE TABLE theirs_too ();`,
      "2024-01-02-002-next.sql": "CREATE TABLE ours ();",
    });
    expect(await project.veza("migrate")).toMatchObject({ code: 0 });
    const owners = await database.sql`
      SELECT tablename, tableowner = ${role} AS is_theirs FROM pg_tables WHERE tablename ~ 'theirs|ours' ORDER BY 1`;
    expect(owners).toEqual([
      { tablename: "ours", is_theirs: false },
      { tablename: "theirs", is_theirs: true },
      { tablename: "theirs_too", is_theirs: true },
    ]);
  } finally {
    await database.sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  }
});

test("a unique index that cannot be built is left INVALID, named, and built once the data allow it", async ({
  database,
}) => {
  await database.sql`CREATE TABLE t AS SELECT 1 AS a FROM generate_series(1, 2)`;
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "T a" ON t (a);`,
  });
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    sqlstate: "23505",
    state: "partial",
    stateText: expect.stringContaining('"public"."T a" is left INVALID'),
  });
  await database.sql`DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)`;
  // IF NOT EXISTS alone would take the INVALID index for done, and record a success.
  const second = await project.veza("migrate");
  expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('"public"."T a" is INVALID') });
  expect(await indexes(database)).toEqual([{ name: "T a", valid: true }]);
});

test("an index that was there before is never taken for one that was built here", async ({ database }) => {
  await database.sql`CREATE TABLE t (a int, b int)`;
  await database.sql`CREATE INDEX t_a ON t (b)`; // the name is right, the index is not
  await using project = await migrationProject(database.url, {
    [file]: `${directive}SELECT 1; CREATE INDEX CONCURRENTLY t_a ON t (a);`,
  });
  for (let run = 0; run < 3; run++) {
    const result = await project.veza("migrate --json");
    expect([result.code, result.error()["sqlstate"]]).toEqual([5, "42P07"]);
  }
  expect(await historyOf(database.sql)).toEqual([
    { id, status: "partial", statements_done: 1, statements_total: 2 },
  ]);
});

test("an index whose name PostgreSQL chooses leaves no INVALID twin behind", async ({ database }) => {
  await database.sql`CREATE TABLE t AS SELECT 1 AS a FROM generate_series(1, 2)`;
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE UNIQUE INDEX CONCURRENTLY ON t (a);`,
  });
  expect((await project.veza("migrate --json")).error()["stateText"]).toContain(
    '"public"."t_a_idx" is left INVALID',
  );
  await database.sql`DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t)`;
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await indexes(database)).toEqual([{ name: "t_a_idx", valid: true }]);
});

test("REINDEX CONCURRENTLY that failed leaves a transient index, which the next run drops", async ({
  database,
}) => {
  await database.sql`CREATE TABLE t (a int, long_text text)`;
  await database.sql`CREATE INDEX t_a ON t (a)`;
  await using project = await migrationProject(database.url, {
    [file]: `${directive}REINDEX INDEX CONCURRENTLY t_a;\nREINDEX TABLE CONCURRENTLY t;`,
  });
  for (const statement of [1, 2]) {
    {
      await using _old = await holdSnapshot(database);
      const result = await stoppedWhen(project, "migrate --json", async () =>
        (await indexes(database)).some(({ name }) => String(name).endsWith("_ccnew")),
      );
      expect(result.error()).toMatchObject({
        statement,
        state: "partial",
        stateText: expect.stringContaining('"public"."t_a_ccnew" is left INVALID'),
      });
    }
    if (statement === 1) {
      // On to the second statement, which is stopped the same way.
      const text = await project.read(path);
      await project.write(path, text.replace("REINDEX TABLE", "SELECT 1/0; REINDEX TABLE"));
      expect(await project.veza("migrate")).toMatchObject({
        code: 5,
        stderr: expect.stringContaining('"public"."t_a_ccnew" is INVALID'),
      });
      expect(await indexes(database)).toEqual([{ name: "t_a", valid: true }]);
      await project.write(path, text);
    }
  }
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await indexes(database)).toEqual([{ name: "t_a", valid: true }]);
});

test("DETACH PARTITION CONCURRENTLY stopped in the middle is finished by the next run", async ({
  database,
}) => {
  await database.sql`CREATE TABLE p (a int) PARTITION BY RANGE (a)`;
  await database.sql`CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)`;
  await using project = await migrationProject(database.url, {
    [file]: `${directive}ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;\nCREATE TABLE after ();`,
  });
  {
    await using _old = await holdReader(database, "p");
    const result = await stoppedWhen(project, "migrate --json --lock-timeout 0", async () => {
      const rows = await database.sql`SELECT FROM pg_inherits WHERE inhdetachpending`;
      return rows.length > 0;
    });
    expect(result.error()).toMatchObject({
      state: "partial",
      stateText: expect.stringContaining('"p1" is left half detached'),
    });
  }
  const second = await project.veza("migrate");
  expect(second).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('The detaching of "p1" was begun and not finished'),
  });
  expect(await database.sql`SELECT relispartition FROM pg_class WHERE relname = 'p1'`).toEqual([
    { relispartition: false },
  ]);
  expect(await appliedIds(database.sql)).toEqual([id]);
});

test("CREATE DATABASE that was there before is refused each time, as the server says", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE DATABASE ${database.name};`,
  });
  for (let run = 0; run < 2; run++) {
    expect((await project.veza("migrate --json")).error()).toMatchObject({ sqlstate: "42P04", exitCode: 5 });
  }
});

test("migrate resolve says what a person has done by hand", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one ();\nSELECT 1/0;\nCREATE TABLE three ();`,
    "2024-01-02-002-next.sql": "SELECT 1;",
  });
  await project.veza("migrate");
  await database.sql`CREATE TABLE three ()`;
  expect(await project.veza(`migrate resolve ${id} --applied`)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("--yes"),
  });
  const applied = await project.veza(`migrate resolve ${id} --applied --yes --json`);
  expect(applied.json()).toMatchObject({
    schema: "veza-db/migrate.resolve@1",
    data: { as: "applied", resolved: [{ id, name: "x" }] },
  });
  expect(await historyOf(database.sql)).toEqual([
    { id, status: "applied", statements_done: 3, statements_total: 3 },
  ]);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });

  await using second = await createDatabase();
  const at = `--url ${second.url}`;
  await project.veza(`migrate ${at}`);
  await second.sql`DROP TABLE one`;
  const pending = await project.veza(`migrate resolve ${id} --pending --yes --json ${at}`);
  expect(pending.data()).toMatchObject({ as: "pending", resolved: [{ id, name: "x" }] });
  expect(await historyOf(second.sql)).toEqual([]);
  expect(await second.sql`SELECT name, action FROM migrations_log WHERE action = 'resolve'`).toEqual([
    { name: "x", action: "resolve" },
  ]);
  await project.write(path, `${directive}CREATE TABLE one ();`);
  expect(await project.veza(`migrate ${at}`)).toMatchObject({ code: 0 });
});

test("resolve wants one of its two flags, and an id that there is", async ({ database }) => {
  await using project = await migrationProject(database.url, { [file]: "SELECT 1;" });
  for (const args of [
    `${id} --yes`,
    `${id} --applied --pending --yes`,
    "2024-01-09-009 --applied --yes",
    "2024-01-09-009 --pending --yes",
  ]) {
    expect([args, (await project.veza(`migrate resolve ${args}`)).code]).toEqual([args, 2]);
  }
});

test("repair does not take a half-applied migration for whole", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one (); SELECT 1/0;`,
  });
  await project.veza("migrate");
  const result = await project.veza(`migrate repair ${id} --yes --json`);
  expect(result.code).toBe(4);
  expect(result.error()).toMatchObject({
    code: "migrate.partial",
    hint: expect.stringContaining(`veza-db migrate resolve ${id}`),
  });
  expect(await historyOf(database.sql)).toMatchObject([{ status: "partial" }]);
});

test("a half-applied migration is not taken back", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `${directive}CREATE TABLE one (); SELECT 1/0;`,
    [file.replace(".sql", ".down.sql")]: "DROP TABLE one;",
  });
  await project.veza("migrate");
  const result = await project.veza(`migrate down --confirm ${database.name} --json`);
  expect(result.error()).toMatchObject({ code: "migrate.partial", exitCode: 4 });
});

test("a down file without a transaction: what fails in it leaves the history as it was", async ({
  database,
}) => {
  const down = file.replace(".sql", ".down.sql");
  await using project = await migrationProject(database.url, {
    [file]: "CREATE TABLE t (a int); CREATE INDEX t_a ON t (a);",
    [down]: `${directive}DROP INDEX CONCURRENTLY IF EXISTS t_a;\nSELECT 1/0;\nDROP TABLE t;`,
  });
  await project.veza("migrate");
  const failed = await project.veza(`migrate down --confirm ${database.name} --json`);
  expect(failed.code).toBe(5);
  expect(failed.error()).toMatchObject({
    state: "partial",
    statement: 2,
    reverted: [],
    stateText: expect.stringContaining("1 of 3 statements that take"),
  });
  expect(await appliedIds(database.sql)).toEqual([id]);
  await project.write(
    `migrations/${down}`,
    `${directive}DROP INDEX CONCURRENTLY IF EXISTS t_a;\nDROP TABLE t;`,
  );
  expect(await project.veza(`migrate down --confirm ${database.name}`)).toMatchObject({ code: 0 });
  expect(await historyOf(database.sql)).toEqual([]);
  expect((await schemaOf(database.sql)).filter((line) => line.startsWith("relation"))).toEqual([]);
});

function withThird(third: string): string {
  return `${directive}CREATE TABLE one ();\nCREATE TABLE two ();\n${third};\nCREATE TABLE four ();\n`;
}

function inApp(last: string): string {
  return `${directive}
    CREATE SCHEMA app;
    SET search_path = app;
    CREATE TABLE inside ();
    SELECT set_config('work_mem', '7MB', false);
    ${last};
    CREATE TABLE inside_too AS SELECT current_setting('work_mem') AS mem;`;
}

function indexes(database: TestDatabase): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return database.sql`
    SELECT c.relname AS name, indisvalid AS valid FROM pg_index JOIN pg_class c ON c.oid = indexrelid
     WHERE indrelid = 't'::regclass ORDER BY 1`;
}

async function stoppedWhen(
  project: Project,
  args: string,
  isTime: () => Promise<boolean>,
): ReturnType<Project["veza"]> {
  const controller = new AbortController();
  const run = project.veza(args, { signal: controller.signal });
  await eventually(isTime, (answer) => answer, "the moment to stop");
  controller.abort("SIGINT");
  return run;
}

async function holdSnapshot(database: TestDatabase): Promise<AsyncDisposable> {
  return holdOpen(database, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
}

async function holdReader(database: TestDatabase, table: string): Promise<AsyncDisposable> {
  return holdOpen(database, `BEGIN; SELECT FROM ${table}`);
}

async function holdOpen(database: TestDatabase, begin: string): Promise<AsyncDisposable> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe(begin);
  return { [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}
