/** `migrate` on good days: what it does, what it says, and what it leaves alone. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { expect, test } from "../support/database.ts";
import { appliedIds, everythingOf, historyOf, schemaOf } from "./support/state.ts";
import { migrationProject, record } from "./support/veza.ts";

const users = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n";
const tracks = "CREATE TABLE tracks (id bigint PRIMARY KEY);\nCREATE INDEX ON tracks (id DESC);\n";
const likes = "CREATE TABLE likes (user_id bigint REFERENCES users);\n";

const three = {
  "2024-01-01-001-users.sql": users,
  "2024-01-15-002-add-tracks.sql": tracks,
  "2024-02-01-003-likes.sql": likes,
};

test("applies what is pending, in order, and has nothing to do the second time", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  const first = await project.veza("migrate --json");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(first.json()).toMatchObject({
    schema: "veza-db/migrate.apply@1",
    warnings: [],
    data: {
      database: database.name,
      pending: [],
      applied: [
        { id: "2024-01-01-001", name: "users", file: "2024-01-01-001-users.sql", statements: 1 },
        { id: "2024-01-15-002", name: "add-tracks", file: "2024-01-15-002-add-tracks.sql", statements: 2 },
        { id: "2024-02-01-003", name: "likes", file: "2024-02-01-003-likes.sql", statements: 1 },
      ],
    },
  });
  expect(JSON.stringify(first.data()["applied"])).toMatch(/"durationMs":\d+}/);
  const before = await everythingOf(database.sql);
  const second = await project.veza("migrate --json");
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(second.data()).toMatchObject({ applied: [], pending: [] });
  expect(await everythingOf(database.sql)).toEqual(before);
});

test("people see a line for each migration and what to do next", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  const first = await project.veza("migrate");
  expect(first.stderr).toMatch(
    /^applied +2024-01-01-001 +users +\d.*\napplied +2024-01-15-002 .*\napplied +2024-02-01-003/,
  );
  expect(first.stdout).toMatch(/^Applied 3 migrations to .* in .*\.\n/);
  expect(first.stdout).toContain("veza-db migrate status");
  const second = await project.veza("migrate");
  expect(second).toMatchObject({ code: 0, stderr: "" });
  expect(second.stdout).toContain("Nothing is pending");
  expect(await project.veza("migrate -q")).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

test("the history row holds the document's four columns first, then ours", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-users.sql": users,
    "2024-01-01-001-users.down.sql": "DROP TABLE users;\n",
  });
  await project.veza("migrate");
  const columns = await database.sql`
    SELECT attname FROM pg_attribute WHERE attrelid = 'migrations'::regclass AND attnum > 0 ORDER BY attnum`;
  expect(columns.map(({ attname }) => String(attname))).toEqual(
    `id name sql_content applied_at checksum status statements_done statements_total duration_ms applied_by tool_version
     down_sql`.split(/\s+/),
  );
  const [row] = await database.sql`SELECT * FROM migrations`;
  expect(row).toMatchObject({
    id: "2024-01-01-001",
    name: "users",
    sql_content: users,
    checksum: createHash("sha256").update(users).digest("hex"),
    status: "applied",
    statements_done: 1,
    statements_total: 1,
    down_sql: "DROP TABLE users;\n",
  });
  const [session] = await database.sql`SELECT session_user AS name, now() AS now`;
  expect(row?.["applied_by"]).toBe(session?.["name"]);
  expect(Number(session?.["now"]) - Number(row?.["applied_at"])).toBeLessThan(60_000);
  expect(await database.sql`SELECT migration_id, name, action, outcome FROM migrations_log`).toEqual([
    { migration_id: "2024-01-01-001", name: "users", action: "apply", outcome: "done" },
  ]);
});

test("schema and name of the history table are settings", async ({ database }) => {
  await using project = await migrationProject(database.url, { "2024-01-01-001-users.sql": users });
  await project.write(
    "veza-db.config.json",
    JSON.stringify({ migrations: { schema: 'The "Tool"', table: "schrittfür schritt" } }),
  );
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await project.veza("migrate status --check")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT id FROM "The ""Tool"""."schrittfür schritt"`).toEqual([
    { id: "2024-01-01-001" },
  ]);
  expect(await database.sql`SELECT migration_id FROM "The ""Tool"""."schrittfür schritt_log"`).toHaveLength(
    1,
  );
});

test("--to stops after a migration and says what is left", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  const result = await project.veza("migrate --to 2024-01-15-002 --json");
  expect(result.data()).toMatchObject({
    applied: [{ id: "2024-01-01-001" }, { id: "2024-01-15-002" }],
    pending: [{ id: "2024-02-01-003", name: "likes", file: "2024-02-01-003-likes.sql" }],
  });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-15-002"]);
  const again = await project.veza("migrate --to 2024-01-15-002");
  expect(again.stdout).toContain("1 migration is left pending");
});

test("--steps applies so many and says what is left; plan and --dry-run show the same", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, three);
  for (const wrong of ["--steps 0", "--steps 1 --to 2024-01-15-002"])
    for (const command of ["migrate", "migrate plan"])
      expect(await project.veza(`${command} ${wrong}`), `${command} ${wrong}`).toMatchObject({ code: 2 });
  const planned = await project.veza("migrate plan --steps 2 --json");
  expect(planned.data()["steps"]).toMatchObject([{ id: "2024-01-01-001" }, { id: "2024-01-15-002" }]);
  const tried = await project.veza("migrate --dry-run --steps 2 --json");
  expect(tried.data()["steps"]).toEqual(planned.data()["steps"]);
  expect(await historyOf(database.sql)).toBeUndefined();
  const first = await project.veza("migrate --steps 2 --json");
  expect(first.data()).toMatchObject({
    applied: [{ id: "2024-01-01-001" }, { id: "2024-01-15-002" }],
    pending: [{ id: "2024-02-01-003", name: "likes", file: "2024-02-01-003-likes.sql" }],
  });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-001", "2024-01-15-002"]);
  expect((await project.veza("migrate --steps 5 --json")).data()).toMatchObject({
    applied: [{ id: "2024-02-01-003" }],
    pending: [],
  });
  expect(await project.veza("migrate --steps 1")).toMatchObject({ code: 0 });
});

test("--to an id that no file has is a wrong call, with the nearest named", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  const result = await project.veza("migrate --to 2024-01-15-003 --json");
  expect(result.code).toBe(2);
  expect(result.error()).toMatchObject({ code: "migrate.unknown-id", hint: "Did you mean 2024-01-15-002?" });
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("a file of comments alone is applied, with a warning", async ({ database }) => {
  const text = "-- nothing yet\n/* really; */ ;;\n";
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-users.sql": users,
    "2024-01-02-002-later.sql": text,
    "2024-01-03-003-empty.sql": "",
  });
  const result = await project.veza("migrate --json");
  expect(result).toMatchObject({ code: 0, stderr: expect.stringContaining("") });
  expect(result.json()).toMatchObject({
    warnings: [
      "2024-01-02-002-later.sql holds no statement; it will be recorded as applied.",
      "2024-01-03-003-empty.sql holds no statement; it will be recorded as applied.",
    ],
    data: { applied: [{}, { id: "2024-01-02-002", statements: 0 }, { id: "2024-01-03-003", statements: 0 }] },
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0, stderr: "" });
});

test("byte-order mark and CRLF are accepted, and count for nothing afterwards", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-users.sql": `\ufeff${users.replaceAll("\n", "\r\n")}`,
    "2024-01-02-002-text.sql": "INSERT INTO users VALUES (1, 'two\r\nlines');\r\n",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT checksum, sql_content FROM migrations ORDER BY id LIMIT 1`).toEqual([
    { checksum: createHash("sha256").update(users).digest("hex"), sql_content: users },
  ]);
  // As git writes it on another machine.
  await project.write("migrations/2024-01-01-001-users.sql", users);
  await project.write("migrations/2024-01-02-002-text.sql", "INSERT INTO users VALUES (1, 'two\nlines');\n");
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT name FROM users`).toEqual([{ name: "two\nlines" }]);
});

test("files are applied by date, then by number as a number, whatever their names sort like", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-1000-last.sql": "INSERT INTO seen VALUES (4);",
    "2024-01-01-999-third.sql": "INSERT INTO seen VALUES (3);",
    "2024-01-01-0002-second.sql": "INSERT INTO seen VALUES (2);",
    "2023-12-31-998-first.sql": "CREATE TABLE seen (n int, at bigserial);",
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT n FROM seen ORDER BY at`).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }]);
  expect(await appliedIds(database.sql)).toEqual([
    "2023-12-31-998",
    "2024-01-01-0002",
    "2024-01-01-999",
    "2024-01-01-1000",
  ]);
});

test("names with quotes, spaces and letters of every kind, in files and in the database", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-größe 'n' \"more\" 表.sql": `CREATE TABLE "Größe ""n"" more" ("a b" int, "表" text DEFAULT 'ü''🎵');
      COMMENT ON TABLE "Größe ""n"" more" IS E'it\\'s';`,
    "2024-01-02-002-insert.sql": `INSERT INTO "Größe ""n"" more" VALUES (1);`,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT name FROM migrations ORDER BY id LIMIT 1`).toEqual([
    { name: "größe 'n' \"more\" 表" },
  ]);
  expect(await database.sql`SELECT "表" FROM "Größe ""n"" more"`).toEqual([{ 表: "ü'🎵" }]);
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
});

test("--dry-run shows every statement and writes nothing at all", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  await project.veza("migrate --to 2024-01-01-001");
  const { rm } = await import("node:fs/promises");
  await rm(project.path(".veza"), { recursive: true });
  const before = await everythingOf(database.sql);
  // The server itself would refuse the smallest write.
  const readOnly = { env: { PGOPTIONS: "-c default_transaction_read_only=on" } };
  const result = await project.veza("migrate --dry-run --json", readOnly);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.data()).toMatchObject({
    applied: [],
    pending: [{ id: "2024-01-15-002" }, { id: "2024-02-01-003" }],
    steps: [
      {
        id: "2024-01-15-002",
        transactional: true,
        statements: [
          { sql: "CREATE TABLE tracks (id bigint PRIMARY KEY)", line: 1 },
          { sql: "CREATE INDEX ON tracks (id DESC)", line: 2 },
        ],
      },
      { id: "2024-02-01-003" },
    ],
  });
  expect((await project.veza("migrate -n", readOnly)).stdout).toContain("CREATE INDEX ON tracks (id DESC)");
  expect(await everythingOf(database.sql)).toEqual(before);
  expect(existsSync(project.path(".veza"))).toBe(false);
});

test("--dry-run on an empty database does not even make the history table", async ({ database }) => {
  await using project = await migrationProject(database.url, three);
  const result = await project.veza("migrate --dry-run --json", {
    env: { PGOPTIONS: "-c default_transaction_read_only=on" },
  });
  expect(result.data()["steps"]).toHaveLength(3);
  expect(await schemaOf(database.sql)).toEqual(
    expect.not.arrayContaining([expect.stringContaining("migrations")]),
  );
  expect(await historyOf(database.sql)).toBeUndefined();
  expect(existsSync(project.path(".veza"))).toBe(false);
});

test("--dry-run that is refused writes nothing either", async ({ database }) => {
  await using project = await migrationProject(database.url, { "2024-01-01-001-users.sql": "COMMIT;" });
  expect(await project.veza("migrate --dry-run")).toMatchObject({ code: 4 });
  expect(await historyOf(database.sql)).toBeUndefined();
  expect(existsSync(project.path(".veza"))).toBe(false);
});

test("the last outcome is kept for other programs, good or bad", async ({ database }) => {
  await using project = await migrationProject(database.url, { "2024-01-01-001-users.sql": users });
  await project.veza("migrate");
  const read = async (): Promise<unknown> => JSON.parse(await project.read(".veza/last/migrate.json"));
  expect(await read()).toMatchObject({
    command: "migrate",
    exitCode: 0,
    data: { applied: [{ id: "2024-01-01-001" }] },
  });
  await project.write("migrations/2024-01-02-002-bad.sql", "SELECT 1/0;");
  await project.veza("migrate");
  expect(record(await read())).toMatchObject({ exitCode: 5, error: { code: "migrate.statement-failed" } });
});

test("no migrations yet is no failure", async ({ database }) => {
  await using project = await migrationProject(database.url, { "notes.txt": "" });
  const result = await project.veza("migrate");
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toContain("veza-db migrate new");
  expect(await historyOf(database.sql)).toBeUndefined();
});
