/** status, verify, plan, baseline, history, new: what each says to people and to programs, and with which exit code. */
import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "../support/database.ts";
import { appliedIds, everythingOf, historyOf } from "./support/state.ts";
import { migrationProject, record } from "./support/veza.ts";

const files = {
  "2024-01-01-001-one.sql": "CREATE TABLE one ();\n",
  "2024-01-02-002-two.sql":
    "-- veza: no-transaction\nCREATE TABLE two (id int);\nCREATE INDEX CONCURRENTLY two_id ON two (id);\n",
  "2024-01-03-003-three.sql": "CREATE TABLE three ();\nSELECT 'a;b', $$;$$;\n",
};
const readOnly = { env: { PGOPTIONS: "-c default_transaction_read_only=on" } };

test("status on an empty database: everything is pending, and nothing is written", async ({ database }) => {
  await using project = await migrationProject(database.url, files);
  const result = await project.veza("migrate status --json", readOnly);
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.json()).toMatchObject({
    schema: "veza-db/migrate.status@1",
    warnings: [],
    data: {
      applied: [],
      pending: [
        { id: "2024-01-01-001", name: "one", file: "2024-01-01-001-one.sql" },
        { id: "2024-01-02-002" },
        { id: "2024-01-03-003" },
      ],
      problems: [],
    },
  });
  expect((await project.veza("migrate status --check", readOnly)).code).toBe(1);
  expect((await project.veza("migrate status --check -q", readOnly)).code).toBe(1);
  expect(await historyOf(database.sql)).toBeUndefined();
  expect(existsSync(project.path(".veza"))).toBe(false);
});

test("status of what is applied: when, by whom, how long", async ({ database }) => {
  await using project = await migrationProject(database.url, files);
  await project.veza("migrate --to 2024-01-02-002");
  const result = await project.veza("migrate status --json", readOnly);
  const [user] = await database.sql`SELECT session_user AS name`;
  expect(result.data()["applied"]).toEqual([
    {
      id: "2024-01-01-001",
      name: "one",
      appliedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      appliedBy: user?.["name"],
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      durationMs: expect.any(Number),
      status: "applied",
    },
    expect.objectContaining({ id: "2024-01-02-002" }),
  ]);
  expect((await project.veza("migrate status --check")).code).toBe(1);
  const human = await project.veza("migrate status");
  expect(human.stdout).toMatch(/2024-01-01-001 .*applied/);
  expect(human.stdout).toMatch(/2024-01-03-003 .*pending/);
  expect(human.stdout).toContain("2 migrations applied, 1 pending");
  expect((await project.veza("migrate status -o csv")).stdout.split("\r\n")[0]).toBe(
    "id,name,state,applied at,by,took",
  );
  await project.veza("migrate");
  expect(await project.veza("migrate status --check")).toMatchObject({ code: 0 });
});

test("verify: 0 when every file is applied and unchanged, else 1", async ({ database }) => {
  await using project = await migrationProject(database.url, files);
  const before = await project.veza("migrate verify --json", readOnly);
  expect(before.code).toBe(1);
  expect(before.json()).toMatchObject({
    schema: "veza-db/migrate.verify@1",
    data: { ok: false, checked: 3, problems: [], pending: [{}, {}, {}] },
  });
  await project.veza("migrate");
  const after = await project.veza("migrate verify --json", readOnly);
  expect([after.code, after.data()["ok"]]).toEqual([0, true]);
  await project.write("migrations/2024-01-03-003-three.sql", "changed");
  const changed = await project.veza("migrate verify --json", readOnly);
  expect([changed.code, changed.data()["problems"]]).toEqual([
    1,
    [expect.objectContaining({ kind: "changed" })],
  ]);
});

test("plan shows every statement with its line and mode, as data and as SQL, and writes nothing", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, files);
  const result = await project.veza("migrate plan --json", readOnly);
  expect(result.code).toBe(0);
  expect(result.json()).toMatchObject({
    schema: "veza-db/migrate.plan@1",
    data: {
      steps: [
        {
          id: "2024-01-01-001",
          name: "one",
          file: "2024-01-01-001-one.sql",
          transactional: true,
          statements: [{ sql: "CREATE TABLE one ()", line: 1 }],
        },
        {
          transactional: false,
          statements: [
            { sql: "CREATE TABLE two (id int)", line: 2 },
            { sql: "CREATE INDEX CONCURRENTLY two_id ON two (id)", line: 3 },
          ],
        },
        { statements: [{}, { sql: "SELECT 'a;b', $$;$$", line: 2 }] },
      ],
    },
  });
  const sql = await project.veza("migrate plan -o sql", readOnly);
  expect(sql.stdout).toBe(
    [
      "-- 2024-01-01-001-one.sql\nBEGIN;\n\nCREATE TABLE one ();\n\nCOMMIT;\n",
      "-- 2024-01-02-002-two.sql\nCREATE TABLE two (id int);\n\nCREATE INDEX CONCURRENTLY two_id ON two (id);\n",
      "-- 2024-01-03-003-three.sql\nBEGIN;\n\nCREATE TABLE three ();\n\nSELECT 'a;b', $$;$$;\n\nCOMMIT;\n",
    ].join("\n"),
  );
  expect(await historyOf(database.sql)).toBeUndefined();
  expect((await project.veza("migrate plan --to 2024-01-01-001 --json")).data()["steps"]).toHaveLength(1);
  // What it shows is what psql can run.
  for (const statement of [files["2024-01-01-001-one.sql"], "SELECT 1"]) await database.sql.unsafe(statement);
  await project.veza("migrate baseline 2024-01-01-001 --force --yes");
  await project.veza("migrate");
  expect((await project.veza("migrate plan --json")).data()["steps"]).toEqual([]);
  expect((await project.veza("migrate plan")).stdout).toContain("Nothing is pending");
});

test("baseline adopts a database: recorded, not run; then migrate goes on after it", async ({ database }) => {
  await database.sql`CREATE TABLE one ()`;
  await using project = await migrationProject(database.url, {
    ...files,
    "2024-01-01-001-one.down.sql": "DROP TABLE one;",
  });
  const unasked = await project.veza("migrate baseline 2024-01-01-001 --force --json");
  expect(unasked.error()).toMatchObject({
    code: "cli.not-confirmed",
    exitCode: 4,
    hint: "Add --yes to the command.",
  });
  const result = await project.veza("migrate baseline 2024-01-01-001 --force --yes --json");
  expect(result.json()).toMatchObject({
    schema: "veza-db/migrate.baseline@1",
    data: { recorded: [{ id: "2024-01-01-001", name: "one" }], database: database.name },
  });
  expect(await database.sql`SELECT sql_content, down_sql, statements_done FROM migrations`).toEqual([
    { sql_content: files["2024-01-01-001-one.sql"], down_sql: "DROP TABLE one;", statements_done: 1 },
  ]);
  expect(await database.sql`SELECT action, outcome FROM migrations_log`).toEqual([
    { action: "baseline", outcome: "done" },
  ]);
  expect((await project.veza("migrate --json")).data()["applied"]).toMatchObject([
    { id: "2024-01-02-002" },
    { id: "2024-01-03-003" },
  ]);
  const second = await project.veza("migrate baseline 2024-01-03-003 --force --yes --json");
  expect(second.error()).toMatchObject({
    code: "migrate.history-not-empty",
    exitCode: 4,
    stateText: "Nothing was changed.",
  });
  expect(await project.veza("migrate baseline 2024-01-09-009 --force --yes")).toMatchObject({ code: 2 });
  expect(await project.veza("migrate baseline --yes")).toMatchObject({ code: 2 });
});

test("history tells every attempt, newest first, of one migration or of all", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...files,
    "2024-01-04-004-bad.sql": "SELECT 1;\nSELECT 1/0;",
  });
  const nothing = await project.veza("migrate history --json", readOnly);
  expect([nothing.code, nothing.data()["attempts"]]).toEqual([0, []]);
  await project.veza("migrate");
  const all = await project.veza("migrate history --json", readOnly);
  expect(all.json()).toMatchObject({
    schema: "veza-db/migrate.history@1",
    data: {
      attempts: [
        {
          id: "2024-01-04-004",
          name: "bad",
          action: "apply",
          outcome: "failed",
          at: expect.stringMatching(/Z$/),
          durationMs: expect.any(Number),
          statement: 2,
          sqlstate: "22012",
          message: expect.stringContaining("division by zero"),
          by: expect.any(String),
          host: expect.any(String),
          toolVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
        },
        { id: "2024-01-03-003", outcome: "done", message: null },
        { id: "2024-01-02-002" },
        { id: "2024-01-01-001" },
      ],
    },
  });
  expect((await project.veza("migrate history 2024-01-01-001 --json")).data()["attempts"]).toHaveLength(1);
  expect((await project.veza("migrate history --limit 2 --json")).data()["attempts"]).toHaveLength(2);
  const human = await project.veza("migrate history");
  expect(human.stdout).toMatch(/failed[\s\S]*division by zero/);
});

test("new takes today's date and the number after the highest; migrate takes what it wrote", async ({
  database,
}) => {
  await using project = await migrationProject(database.url, { "2024-01-01-041-one.sql": "SELECT 1;" });
  const result = await project.veza(["migrate", "new", "Add user profiles", "--down", "--json"]);
  expect(result.code).toBe(0);
  const data = record(result.data());
  const today = new Date();
  const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  expect(result.json()).toMatchObject({
    schema: "veza-db/migrate.new@1",
    data: {
      id: `${date}-042`,
      name: "add-user-profiles",
      path: `migrations/${date}-042-add-user-profiles.sql`,
      downPath: `migrations/${date}-042-add-user-profiles.down.sql`,
    },
  });
  expect(existsSync(project.path(String(data["path"])))).toBe(true);
  expect((await project.veza("migrate new second")).stdout.split("\n")[0]).toBe(
    `migrations/${date}-043-second.sql`,
  );
  expect(readdirSync(project.path("migrations"))).toHaveLength(4);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toEqual(["2024-01-01-041", `${date}-042`, `${date}-043`]);
});

test("new needs no database, makes the folder, and refuses names of nothing", async () => {
  await using project = await migrationProject(undefined, {});
  expect(await project.veza("migrate new first")).toMatchObject({ code: 0 });
  expect(readdirSync(project.path("migrations"))).toEqual([expect.stringMatching(/-001-first\.sql$/)]);
  for (const name of ["---", "🎵", " "]) {
    expect([name, (await project.veza(["migrate", "new", "--", name])).code]).toEqual([name, 2]);
  }
  expect((await project.veza("migrate new")).code).toBe(2);
  await project.write("in-the-way", "");
  const blocked = await project.veza("migrate new x --dir in-the-way/migrations --json");
  expect(blocked.error()).toMatchObject({ code: "migrate.file-unwritable", exitCode: 3 });
  const long = await project.veza(["migrate", "new", "x".repeat(300), "--json"]);
  expect(long.error()).toMatchObject({ code: "migrate.bad-name", exitCode: 2 });
});

test("reading commands change nothing, whatever state things are in", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    ...files,
    "2024-01-04-004-bad.sql": "-- veza: no-transaction\nSELECT 1; SELECT 1/0;",
  });
  await project.veza("migrate");
  await project.write("migrations/2024-01-01-001-one.sql", "changed");
  await project.write("migrations/2024-01-01-002-late.sql", "SELECT 1;");
  const before = await everythingOf(database.sql);
  const codes: Record<string, number> = {};
  for (const command of ["status", "status --check", "verify", "plan", "history", "--dry-run"]) {
    codes[command] = (await project.veza(`migrate ${command}`, readOnly)).code;
  }
  expect(codes).toEqual({ status: 0, "status --check": 1, verify: 1, plan: 4, history: 0, "--dry-run": 4 });
  expect(await everythingOf(database.sql)).toEqual(before);
});
