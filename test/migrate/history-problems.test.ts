/** Files that do not match the history: refused, explained, and the way out works. */
import { rm } from "node:fs/promises";
import { createDatabase, expect, test, type TestDatabase } from "../support/database.ts";
import { appliedIds, everythingOf } from "./support/state.ts";
import { migrationProject, type Project } from "./support/veza.ts";

const one = "2024-01-01-001-one.sql";
const two = "2024-01-02-002-two.sql";
const files = { [one]: "CREATE TABLE one (\n  id int\n);\n", [two]: "CREATE TABLE two ();\n" };

async function migrated(): Promise<
  AsyncDisposable & { readonly database: TestDatabase; readonly project: Project }
> {
  const database = await createDatabase();
  const project = await migrationProject(database.url, files);
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  return {
    database,
    project,
    [Symbol.asyncDispose]: async () => {
      await project[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

test("an edited file is refused with a diff against what was applied", async () => {
  await using place = await migrated();
  const { database, project } = place;
  await project.write(`migrations/${one}`, "CREATE TABLE one (\n  id bigint\n);\n");
  await project.write("migrations/2024-01-03-003-three.sql", "CREATE TABLE three ();");
  const before = await everythingOf(database.sql);
  const result = await project.veza("migrate");
  expect(result).toMatchObject({ code: 4, stdout: "" });
  expect(result.stderr).toBe(
    [
      "error: The files do not match the history: 2024-01-01-001-one.sql was changed after it was applied.",
      "detail:",
      "2024-01-01-001-one.sql, as applied (-) and as it is now (+):",
      "  CREATE TABLE one (",
      "-   id int",
      "+   id bigint",
      "  );",
      "  ",
      "hint: Put the file back as it was applied (git checkout) and write a new migration; or accept the edit by name: veza-db migrate repair 2024-01-01-001",
      "Nothing was changed.",
      "",
    ].join("\n"),
  );
  for (const command of [
    "migrate --json",
    "migrate --dry-run --json",
    "migrate plan --json",
    "migrate --out-of-order --json",
  ]) {
    const refused = await project.veza(command);
    expect(refused.error()).toMatchObject({
      code: "migrate.checksum-mismatch",
      exitCode: 4,
      problems: [{ kind: "changed", id: "2024-01-01-001" }],
    });
  }
  expect(await everythingOf(database.sql)).toEqual(before);

  const status = await project.veza("migrate status --check --json");
  expect([status.code, status.data()["problems"]]).toEqual([
    1,
    [expect.objectContaining({ kind: "changed", id: "2024-01-01-001" })],
  ]);
  expect((await project.veza("migrate verify")).code).toBe(1);
  expect((await project.veza("migrate status")).code).toBe(0);

  // One way out: accept it by name.
  expect(await project.veza("migrate repair 2024-01-01-001")).toMatchObject({
    code: 4,
    stderr: expect.stringContaining("--yes"),
  });
  const repaired = await project.veza("migrate repair 2024-01-01-001 --yes --json");
  expect(repaired.json()).toMatchObject({
    schema: "veza-db/migrate.repair@1",
    data: { accepted: ["2024-01-01-001"], restored: [] },
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT action, outcome FROM migrations_log WHERE action = 'repair'`).toEqual([
    { action: "repair", outcome: "done" },
  ]);
});

test("a blank that was added is an edit too", async () => {
  await using place = await migrated();
  await place.project.write(`migrations/${two}`, "CREATE TABLE two (); \n");
  expect(await place.project.veza("migrate")).toMatchObject({ code: 4 });
});

test("a missing file is refused, and can be written out again", async () => {
  await using place = await migrated();
  const { project } = place;
  await rm(project.path(`migrations/${one}`));
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code: "migrate.missing",
    exitCode: 4,
    message: "The files do not match the history: 2024-01-01-001 is applied, but its file is not there.",
    hint: expect.stringContaining("veza-db migrate repair 2024-01-01-001 --restore-file"),
  });
  const restored = await project.veza("migrate repair 2024-01-01-001 --restore-file --json");
  expect(restored.data()).toMatchObject({ accepted: [], restored: [`migrations/${one}`] });
  expect(await project.read(`migrations/${one}`)).toBe(files[one]);
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  // Never over a file that is there.
  const again = await project.veza("migrate repair 2024-01-01-001 --restore-file --json");
  expect(again.error()).toMatchObject({ code: "migrate.file-exists", exitCode: 2 });
});

test("the file comes back with its .down.sql, and under a name that nobody could type", async () => {
  await using database = await createDatabase();
  const odd = "2024-01-01-001-größe 'x' \"y\".sql";
  await using project = await migrationProject(database.url, {
    [odd]: "CREATE TABLE one ();",
    [odd.replace(".sql", ".down.sql")]: "DROP TABLE one;",
  });
  await project.veza("migrate");
  await rm(project.path("migrations"), { recursive: true });
  expect(await project.veza("migrate repair 2024-01-01-001 --restore-file")).toMatchObject({ code: 2 });
  await project.write("migrations/.keep", "");
  expect(await project.veza("migrate repair 2024-01-01-001 --restore-file")).toMatchObject({ code: 0 });
  expect(await project.read(`migrations/${odd.replace(".sql", ".down.sql")}`)).toBe("DROP TABLE one;");
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
});

test("a late file is refused, unless --out-of-order wants it", async () => {
  await using place = await migrated();
  const { database, project } = place;
  await project.write("migrations/2024-01-01-002-late.sql", "CREATE TABLE late ();");
  await project.write("migrations/2024-01-03-003-three.sql", "CREATE TABLE three ();");
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    code: "migrate.late",
    exitCode: 4,
    message:
      "The files do not match the history: 2024-01-01-002-late.sql sorts before 2024-01-02-002, which is applied already.",
    hint: expect.stringContaining("veza-db migrate --out-of-order"),
    problems: [{ kind: "late", id: "2024-01-01-002" }],
  });
  expect(await appliedIds(database.sql)).toHaveLength(2);
  const plan = await project.veza("migrate plan --out-of-order --json");
  expect(plan.data()["steps"]).toMatchObject([{ id: "2024-01-01-002" }, { id: "2024-01-03-003" }]);
  const applied = await project.veza("migrate --out-of-order --json");
  expect(applied.data()["applied"]).toMatchObject([{ id: "2024-01-01-002" }, { id: "2024-01-03-003" }]);
  expect(await project.veza("migrate status --check")).toMatchObject({ code: 0 });
});

test("several problems are told together, each with its way out", async () => {
  await using place = await migrated();
  const { project } = place;
  await rm(project.path(`migrations/${one}`));
  await project.write(`migrations/${two}`, "CREATE TABLE changed ();\n");
  await project.write("migrations/2023-12-31-001-late.sql", "SELECT 1;");
  const result = await project.veza("migrate --json");
  expect(result.error()).toMatchObject({
    exitCode: 4,
    message: "The files do not match the history: 3 problems.",
    problems: [{ kind: "late" }, { kind: "missing" }, { kind: "changed" }],
  });
  for (const way of ["--out-of-order", "--restore-file", "migrate repair 2024-01-02-002"])
    expect(result.error()["hint"]).toContain(way);
});

test("repair wants an id that has a file and a row", async () => {
  await using place = await migrated();
  const { project } = place;
  await project.write("migrations/2024-01-03-003-three.sql", "SELECT 1;");
  for (const args of [
    "2024-01-09-009 --yes",
    "2024-01-03-003 --yes",
    "2024-01-09-009 --restore-file",
    "--yes",
  ]) {
    expect([args, (await project.veza(`migrate repair ${args}`)).code]).toEqual([args, 2]);
  }
});

test("the document's own migrator is recognised by its table, explained, and not touched", async ({
  database,
}) => {
  await database.sql.unsafe(`
    CREATE TABLE migrations (id VARCHAR(255) PRIMARY KEY, name VARCHAR(255) NOT NULL, sql_content TEXT NOT NULL,
                             applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    INSERT INTO migrations VALUES ('2024', '01-01-001-initial-schema.sql', 'CREATE TABLE users ();');
    CREATE TABLE users ()`);
  const before = await everythingOf(database.sql);
  await using project = await migrationProject(database.url, files);
  for (const command of [
    "migrate",
    "migrate --dry-run",
    "migrate status",
    "migrate plan",
    "migrate verify",
    `migrate down --confirm ${database.name}`,
    "migrate baseline 2024-01-01-001 --force --yes",
    "migrate repair 2024-01-01-001 --yes",
    "migrate resolve 2024-01-01-001 --applied --yes",
  ]) {
    const result = await project.veza(`${command} --json`);
    expect([command, result.error()]).toEqual([
      command,
      expect.objectContaining({
        code: "migrate.document-migrator",
        exitCode: 4,
        message: expect.stringContaining("the migrator of the Veza document"),
        detail: expect.stringContaining('id "2024", name "01-01-001-initial-schema.sql"'),
        stateText: "Nothing was changed.",
      }),
    ]);
  }
  expect(await everythingOf(database.sql)).toEqual(before);
  // The way out that the hint names.
  const hint = String((await project.veza("migrate --json")).error()["hint"]);
  await database.sql.unsafe(/ALTER TABLE .*;/.exec(hint)?.[0] ?? "");
  expect(await project.veza("migrate baseline 2024-01-01-001 --force --yes")).toMatchObject({ code: 0 });
});

test.each([
  ["golang-migrate", "version bigint PRIMARY KEY, dirty boolean NOT NULL"],
  ["node-pg-migrate", "id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL"],
  ["knex", "id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz"],
  ["an application", "id bigint, sql_content text, checksum text, status text, statements_done int"],
])("a table of %s under our name is refused, with its columns, and not touched", async (_, columns) => {
  await using database = await createDatabase();
  await database.sql.unsafe(`CREATE TABLE migrations (${columns})`);
  const before = await everythingOf(database.sql);
  await using project = await migrationProject(database.url, files);
  for (const command of ["migrate", "migrate status", "migrate baseline 2024-01-01-001 --force --yes"]) {
    const result = await project.veza(`${command} --json`);
    expect([command, result.error()]).toEqual([
      command,
      expect.objectContaining({
        code: "migrate.foreign-table",
        exitCode: 4,
        detail: expect.stringContaining(columns.split(" ")[0] ?? ""),
        hint: expect.stringContaining("VEZA_DB_MIGRATIONS_TABLE"),
      }),
    ]);
  }
  expect(await everythingOf(database.sql)).toEqual(before);
  expect(
    await project.veza("migrate", { env: { VEZA_DB_MIGRATIONS_TABLE: "veza_migrations" } }),
  ).toMatchObject({ code: 0 });
});

test("status and verify say the way out of each problem", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE one ();",
  });
  await project.veza("migrate");
  await project.write("migrations/2024-01-01-001-one.sql", "CREATE TABLE uno ();");
  for (const command of ["migrate status", "migrate verify"]) {
    expect((await project.veza(command)).stdout).toContain("veza-db migrate repair 2024-01-01-001");
  }
});

test("a refusal tells a program that nothing was applied", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-001-one.sql": "CREATE TABLE one ();",
  });
  await project.veza("migrate");
  await project.write("migrations/2024-01-01-001-one.sql", "CREATE TABLE uno ();");
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    exitCode: 4,
    applied: [],
    state: "unchanged",
  });
  await project.write("migrations/2024-01-01-001-one.sql", "CREATE TABLE one ();");
  await project.write("migrations/2024-01-02-002-two.sql", "COMMIT;");
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    exitCode: 4,
    file: "migrations/2024-01-02-002-two.sql",
    applied: [],
    state: "unchanged",
  });
});
