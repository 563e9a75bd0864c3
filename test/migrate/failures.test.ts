/** A migration that fails: what is shown, what is kept, and in what state things are left. */
import { createDatabase, expect, test } from "../support/database.ts";
import { appliedIds, historyOf, schemaOf } from "./support/state.ts";
import { createRole } from "./support/role.ts";
import { migrationProject } from "./support/veza.ts";

const good = { "2024-01-01-001-users.sql": "CREATE TABLE users (id bigint PRIMARY KEY);\n" };
const bad = "2024-01-02-002-bad.sql";

test("a failing statement shows file, line, column, caret, SQLSTATE and number; nothing of its file stays", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    ...good,
    [bad]:
      "-- three statements\nCREATE TABLE a (id int);\n\nINSERT INTO a\n  VALUES (1, 2);\nCREATE TABLE b ();\n",
  });
  const result = await project.veza("migrate");
  expect(result.code).toBe(5);
  expect(result.stdout).toBe("");
  const [applied, ...lines] = result.stderr.trimEnd().split("\n");
  expect(applied).toMatch(/^applied +2024-01-01-001/);
  expect(lines).toEqual([
    "error: migrations/2024-01-02-002-bad.sql:5:14: INSERT has more expressions than target columns (SQLSTATE 42601, statement 2 of 3)",
    "detail:",
    "5 |   VALUES (1, 2);",
    "  |              ^",
    "hint: Mend 2024-01-02-002-bad.sql, then: veza-db migrate",
    "Rolled back; this migration changed nothing. The migration before it is applied; run veza-db migrate to go on.",
  ]);
  expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringMatching(/^relation a /));
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
});

test("a program gets the same as fields", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...good,
    [bad]: "SELECT 1;\nSELECT nonsense;",
  });
  const result = await project.veza("migrate --json");
  expect(result).toMatchObject({ code: 5, stdout: "" });
  expect(result.error()).toMatchObject({
    code: "migrate.statement-failed",
    exitCode: 5,
    file: `migrations/${bad}`,
    line: 2,
    column: 8,
    sqlstate: "42703",
    statement: 2,
    statements: 2,
    applied: ["2024-01-01-001"],
    state: "unchanged",
  });
});

test("the failed attempt is in the log, and not in the history", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...good,
    [bad]: "SELECT 1;\nSELECT nonsense;",
  });
  await project.veza("migrate");
  await project.veza("migrate");
  const result = await project.veza("migrate history 2024-01-02-002 --json");
  expect(result.data()["attempts"]).toEqual([
    expect.objectContaining({ action: "apply", outcome: "failed", statement: 2, sqlstate: "42703" }),
    expect.objectContaining({ message: expect.stringContaining('column "nonsense" does not exist') }),
  ]);
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
});

test("when the file is mended, the next run goes on", async ({ database }) => {
  await using project = await migrationProject(database.url, { ...good, [bad]: "SELECT 1/0;" });
  expect(await project.veza("migrate")).toMatchObject({ code: 5 });
  await project.write(`migrations/${bad}`, "SELECT 1/1;");
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-02-002"]);
});

const failing: readonly (readonly [string, string, Readonly<Record<string, unknown>>, string])[] = [
  [
    "a syntax error on line 1",
    "CREATE TABEL x ();\n",
    { line: 1, column: 8, sqlstate: "42601", statement: 1 },
    "1 | CREATE TABEL x ();",
  ],
  [
    "a syntax error on the last line, without a line break",
    "SELECT 1;\nSELECT 2;\nSELECT FROM WHERE",
    { line: 3, column: 13, sqlstate: "42601", statement: 3 },
    "3 | SELECT FROM WHERE",
  ],
  [
    "an error at the very end of the text",
    "SELECT 1;\nSELECT 2 +",
    { line: 2, column: 11, sqlstate: "42601", statement: 2 },
    "2 | SELECT 2 +",
  ],
  [
    "a division by zero inside a DO block, with where it happened",
    "SELECT 1;\n\nDO $$\nBEGIN\n  PERFORM 1 / 0;\nEND $$;",
    { line: 3, column: 1, sqlstate: "22012", statement: 2 },
    "PL/pgSQL function inline_code_block line 3 at PERFORM",
  ],
  [
    "an error at run time has no position: the statement's own is shown",
    "SELECT 1;\n   SELECT 1 / x FROM generate_series(0, 1) AS g(x);",
    { line: 2, column: 4, sqlstate: "22012", statement: 2 },
    "division by zero",
  ],
  [
    "a column counts characters, not bytes and not UTF-16 units",
    "SELECT '🎵🎵 é', nonsense;",
    { line: 1, column: 16, sqlstate: "42703", statement: 1 },
    "nonsense",
  ],
  [
    "line ends of Windows do not shift the line",
    "SELECT 1;\r\nSELECT 2;\r\nSELECT\r\n  nonsense;\r\n",
    { line: 4, column: 3, sqlstate: "42703", statement: 3 },
    "4 |   nonsense;",
  ],
  [
    "the query inside a function is shown",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT nonsense); END $$;\nSELECT f();",
    { line: 2, column: 1, sqlstate: "42703", statement: 2 },
    "(SELECT nonsense)",
  ],
  [
    "a duplicate key shows which",
    "CREATE TABLE k (id int PRIMARY KEY);\nINSERT INTO k VALUES (7), (7);",
    { line: 2, sqlstate: "23505", statement: 2 },
    "Key (id)=(7) already exists.",
  ],
  [
    "an unknown table in a function that is checked later",
    "SELECT 1;\nSELECT * FROM nowhere.at_all;",
    { line: 2, column: 15, sqlstate: "42P01", statement: 2 },
    'relation "nowhere.at_all" does not exist',
  ],
  [
    "an enum value used in the transaction that adds it",
    "CREATE TYPE mood AS ENUM ('a');\nALTER TYPE mood ADD VALUE 'b';\nSELECT nonsense;",
    { line: 3, statement: 3 },
    "nonsense",
  ],
  [
    "CALL of a procedure that commits",
    "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();",
    { line: 2, sqlstate: "2D000", statement: 2 },
    "invalid transaction termination",
  ],
  [
    "DO that commits",
    "CREATE TABLE left_behind ();\nDO $$ BEGIN COMMIT; END $$;",
    { line: 2, sqlstate: "2D000", statement: 2 },
    "invalid transaction termination",
  ],
];

test.each(failing)("%s", async (_, text, facts, shown) => {
  await using database = await createDatabase();
  await using project = await migrationProject(database.url, { [bad]: text });
  const json = await project.veza("migrate --json");
  expect(json.code).toBe(5);
  expect(json.error()).toMatchObject({
    file: `migrations/${bad}`,
    state: "unchanged",
    applied: [],
    ...facts,
  });
  const { stderr } = await project.veza("migrate");
  expect(stderr).toContain(shown);
  expect(stderr.trimEnd().split("\n").at(-1)).toBe("Rolled back; the database is unchanged.");
  expect((await schemaOf(database.sql)).filter((line) => /^(relation|routine|type)/.test(line))).toEqual([]);
  expect(await historyOf(database.sql)).toEqual([]);
});

test("an error inside a trigger function shows the way down to it", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...good,
    "2024-01-02-002-trigger.sql": `
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'no % here', NEW.id USING ERRCODE = 'VZ001', HINT = 'ask first', DETAIL = 'it was asked for';
      END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse();`,
    "2024-01-03-003-insert.sql": "INSERT INTO users VALUES (42);",
  });
  const { code, stderr } = await project.veza("migrate");
  expect(code).toBe(5);
  expect(stderr).toContain(
    "migrations/2024-01-03-003-insert.sql:1:1: no 42 here (SQLSTATE VZ001, statement 1 of 1)",
  );
  expect(stderr).toContain("it was asked for\n");
  expect(stderr).toContain("PL/pgSQL function refuse() line 3 at RAISE");
  expect(stderr).toContain("hint: ask first");
  expect(stderr).toContain("The 2 migrations before it are applied");
});

test("a constraint that is checked at COMMIT fails the migration as a whole", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...good,
    [bad]: `CREATE TABLE likes (user_id bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED);
            INSERT INTO likes VALUES (99);`,
  });
  const result = await project.veza("migrate --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    sqlstate: "23503",
    state: "unchanged",
    applied: ["2024-01-01-001"],
    message: expect.stringMatching(/bad\.sql.*violates foreign key constraint "likes_user_id_fkey"/),
    detail: expect.stringContaining('Key (user_id)=(99) is not present in table "users".'),
  });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001"]);
  expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringContaining("likes"));
});

test("the server stops at the first failure: nothing that follows in the file has any effect", async ({
  database,
}) => {
  // Sequences are not rolled back: they show what was really run.
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-seq.sql": "CREATE SEQUENCE ran; CREATE SEQUENCE before;",
    [bad]: `SELECT nextval('before'); SELECT 1/0; ${"SELECT nextval('ran');".repeat(300)}`,
    "2024-01-03-003-next.sql": "SELECT nextval('ran');",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 5 });
  const [row] =
    await database.sql`SELECT pg_sequence_last_value('ran') AS ran, pg_sequence_last_value('before') AS before`;
  expect(row).toEqual({ ran: null, before: "1" });
});

test("a failure far into a long file is told with its own number", async ({ database }) => {
  const text = `${"INSERT INTO users VALUES (DEFAULT);\n".repeat(700)}SELECT 1/0;\n${"SELECT 1;\n".repeat(700)}`;
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-users.sql": "CREATE TABLE users (id bigserial PRIMARY KEY);",
    [bad]: text,
  });
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({ statement: 701, statements: 1401, line: 701, sqlstate: "22012" });
  expect(await database.sql`SELECT count(*)::int AS n FROM users`).toEqual([{ n: 0 }]);
});

test("savepoints work, and a failure before going back to one still fails the file", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-back.sql": `
      CREATE TABLE kept ();
      SAVEPOINT here;
      CREATE TABLE gone ();
      ROLLBACK TO SAVEPOINT here;
      CREATE TABLE kept_too ();
      RELEASE here;`,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  const [row] = await database.sql`
    SELECT to_regclass('kept') IS NOT NULL AS kept, to_regclass('gone') IS NULL AS gone, to_regclass('kept_too') IS NOT NULL AS too`;
  expect(row).toEqual({ kept: true, gone: true, too: true });
  await project.write(
    `migrations/${bad}`,
    "SAVEPOINT here; SELECT 1/0; ROLLBACK TO here; CREATE TABLE back_to_life ();",
  );
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({ sqlstate: "22012", statement: 2, state: "unchanged" });
  expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringContaining("back_to_life"));
});

test("a value of the history itself that the database cannot hold is told and rolled back", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    [`2024-01-01-001-${"long".repeat(55)}.sql`]: "CREATE TABLE a ();",
    ...good,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 2 }); // the ids clash
  await using other = await migrationProject(database.url, { ...good });
  await other.veza("migrate");
  await database.sql`ALTER TABLE migrations ADD CONSTRAINT none CHECK (id < '2024-01-02')`;
  await other.write(`migrations/${bad}`, "CREATE TABLE a ();");
  const result = await other.veza("migrate --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({ sqlstate: "23514", state: "unchanged", applied: [] });
  expect(await schemaOf(database.sql)).not.toContainEqual(expect.stringMatching(/^relation a /));
});

test("a role that may not create tables is told what it lacks", async ({ database }) => {
  await using role = await createRole(database);
  await database.sql`REVOKE CREATE ON SCHEMA public FROM PUBLIC`;
  await using project = await migrationProject(role.url, good);
  const result = await project.veza("migrate --json");
  expect(result.code).toBe(3);
  expect(result.error()).toMatchObject({
    code: "connection.privilege-missing",
    hint: `GRANT CREATE ON SCHEMA public TO ${role.name};`,
    stateText: "Nothing was changed.",
  });
  expect(await historyOf(database.sql)).toBeUndefined();
  // With a history that it may write, but a table that it may not touch.
  await database.sql.unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name}; CREATE TABLE theirs (id int)`);
  await project.write(`migrations/${bad}`, "SELECT 1;\nALTER TABLE theirs ADD x int;");
  const second = await project.veza("migrate --json");
  expect(second.code).toBe(3);
  expect(second.error()).toMatchObject({
    sqlstate: "42501",
    line: 2,
    statement: 2,
    state: "unchanged",
    applied: ["2024-01-01-001"],
  });
});

test("a role that may not make schemas can use one that was made for it", async ({ database }) => {
  await using role = await createRole(database);
  await database.sql.unsafe(
    `CREATE SCHEMA tool AUTHORIZATION ${role.name}; CREATE SCHEMA app AUTHORIZATION ${role.name}`,
  );
  await using project = await migrationProject(role.url, {
    "2024-01-01-001-a.sql": "CREATE TABLE app.a ();",
  });
  const inSchema = { env: { VEZA_DB_MIGRATIONS_SCHEMA: "tool" } };
  expect(await project.veza("migrate", inSchema)).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT id FROM tool.migrations`).toEqual([{ id: "2024-01-01-001" }]);
});

test("a session that may only read is refused before anything is tried", async ({ database }) => {
  await using project = await migrationProject(database.url, good);
  const [id] = Object.keys(good).map((name) => name.slice(0, "2024-01-01-001".length));
  for (const command of [
    "migrate",
    `migrate resolve ${id} --applied --yes`,
    `migrate baseline ${id} --force --yes`,
  ]) {
    const result = await project.veza(`${command} --json`, {
      env: { PGOPTIONS: "-c default_transaction_read_only=on" },
    });
    expect(result.code).toBe(4);
    expect(result.error()).toMatchObject({ code: "connection.read-only" });
  }
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("a migration that drops the schema of the history is told so, and undone", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-a.sql": "CREATE TABLE a ();",
    "2024-01-02-002-fresh.sql": "DROP SCHEMA public CASCADE; CREATE SCHEMA public;",
  });
  const result = await project.veza("migrate --json");
  expect(result.code).toBe(5);
  expect(result.error()).toMatchObject({
    code: "migrate.history-dropped",
    message: expect.stringContaining("public.migrations"),
    hint: expect.stringContaining("VEZA_DB_MIGRATIONS_SCHEMA=veza veza-db migrate"),
    applied: ["2024-01-01-001"],
    state: "unchanged",
  });
  expect(await database.sql`SELECT to_regclass('public.a') IS NOT NULL AS kept`).toEqual([{ kept: true }]);
});
