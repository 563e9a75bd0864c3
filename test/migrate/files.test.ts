/** The folder and its files when something is wrong with them: refused before anything runs. */
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { call, migrationProject, type Called } from "./support/veza.ts";
import { historyOf } from "./support/state.ts";

const ok = "2024-01-01-001-ok.sql";

/** The same refusal from every command that reads the folder; the database stays empty. */
async function refused(
  database: { readonly url: string; readonly sql: Parameters<typeof historyOf>[0] },
  files: Readonly<Record<string, string | Uint8Array>>,
  expected: Readonly<Record<string, unknown>>,
): Promise<void> {
  await using project = await migrationProject(database.url, files);
  for (const command of ["migrate", "migrate --dry-run", "migrate plan", "migrate verify"]) {
    const result = await project.veza(`${command} --json`);
    expect([command, result.error()]).toEqual([command, expect.objectContaining(expected)]);
    expect(result.stdout).toBe("");
  }
  expect(await historyOf(database.sql)).toBeUndefined();
}

test.each([
  "2024-01-02-add-x.sql",
  "2024-01-02-2-add-x.sql",
  "2024-02-30-002-add-x.sql",
  "2024-13-01-002-add-x.sql",
  "2024-01-02-002.sql",
  "2024-01-02-002-.sql",
  "20240102_add_x.sql",
  "V2__add_x.sql",
  "2024-01-02-002-add-x.SQL",
  "readme.sql",
  "2024-01-02-002-add-x.up.sql.sql2.sql".replace("2024-01-02-002-", ""),
  "not-a-date.down.sql",
])("a file named %s is refused", async (name) => {
  const { createDatabase } = await import("../support/database.ts");
  await using database = await createDatabase();
  await refused(
    database,
    { [ok]: "SELECT 1;", [name]: "SELECT 2;" },
    {
      code: "migrate.bad-file-name",
      exitCode: 2,
      file: `migrations/${name}`,
      message: `migrations/${name} is not named as a migration is.`,
      hint: expect.stringContaining("veza-db migrate new"),
    },
  );
});

test("what is no .sql file, and what is hidden, is no concern", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [ok]: "SELECT 1;",
    "README.md": "",
    ".2024-01-01-009-swap.sql": "",
    ".sql": "",
    "2024-01-01-001-ok.sql.bak": "",
    "2024-01-01-001-ok.sql~": "",
  });
  expect((await project.veza("migrate --json")).data()["applied"]).toMatchObject([{ id: "2024-01-01-001" }]);
});

test.each([
  ["the same id twice", "2024-01-02-002-a.sql", "2024-01-02-002-b.sql"],
  ["ids that differ in leading zeros", "2024-01-02-002-a.sql", "2024-01-02-0002-b.sql"],
])("%s is refused, both files named", async (_, one, two) => {
  const { createDatabase } = await import("../support/database.ts");
  await using database = await createDatabase();
  await using project = await migrationProject(database.url, {
    [ok]: "SELECT 1;",
    [one]: "SELECT 2;",
    [two]: "SELECT 3;",
  });
  for (const command of [
    "migrate",
    "migrate --dry-run",
    "migrate plan",
    "migrate --out-of-order",
    "migrate baseline 2024-01-02-002 --force --yes",
    "migrate --to 2024-01-01-001",
  ]) {
    const result = await project.veza(`${command} --json`);
    expect([command, result.code]).toEqual([command, 2]);
    const error = result.error();
    expect(error["code"]).toBe("migrate.duplicate-id");
    for (const name of [one, two]) expect(error["message"]).toContain(name);
  }
  const status = await project.veza("migrate status --check --json");
  expect(status.code).toBe(1);
  expect(status.data()["problems"]).toMatchObject([{ kind: "duplicate" }]);
  expect((await project.veza("migrate verify")).code).toBe(1);
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("a missing folder, and a file in its place", async ({ database }) => {
  await using project = await migrationProject(database.url, {});
  for (const [args, message] of [
    ["migrate", "The migrations folder migrations does not exist."],
    ["migrate --dir elsewhere", "The migrations folder elsewhere does not exist."],
  ] as const) {
    const result = await project.veza(`${args} --json`);
    expect(result.error()).toMatchObject({ code: "migrate.folder-missing", exitCode: 2, message });
  }
  await project.write("migrations", "");
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.folder-missing",
    exitCode: 2,
    message: "migrations is not a folder.",
  });
});

test("a folder that cannot be read", async ({ database }) => {
  await using project = await migrationProject(database.url, {});
  await symlink("migrations", project.path("migrations")); // round and round: nobody can, not even root
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.folder-unreadable",
    exitCode: 3,
  });
});

test("files that cannot be read: a link into nothing, a folder named like a file", async ({ database }) => {
  await using project = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  const bad = project.path("migrations/2024-01-02-002-x.sql");
  await symlink("nowhere", bad);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.file-unreadable",
    exitCode: 3,
    message: "migrations/2024-01-02-002-x.sql cannot be read.",
  });
  await using second = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  await mkdir(second.path("migrations/2024-01-02-002-x.sql"));
  expect((await second.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.not-a-file",
    exitCode: 2,
    hint: "mv migrations/2024-01-02-002-x.sql migrations/2024-01-02-002-x",
  });
  expect(await historyOf(database.sql)).toBeUndefined();
});

test("a .down.sql that cannot be read is refused before anything runs", async ({ database }) => {
  await using project = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  const down = project.path("migrations/2024-01-01-001-ok.down.sql");
  await mkdir(down);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.not-a-file",
    exitCode: 2,
  });
  await using second = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  await symlink("nowhere", second.path("migrations/2024-01-01-001-ok.down.sql"));
  expect((await second.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.file-unreadable",
    exitCode: 3,
  });
  await using third = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  await writeFile(third.path("migrations/2024-01-01-001-ok.down.sql"), Buffer.from([0x41, 0xff]));
  expect((await third.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.invalid-utf8",
    exitCode: 2,
    file: "migrations/2024-01-01-001-ok.down.sql",
    byteOffset: 1,
  });
  expect(await historyOf(database.sql)).toBeUndefined();
});

test.runIf(
  skipUnless(process.getuid?.() !== 0, "root may read everything: files without permission are not tried"),
)("files and folders without permission", async ({ database }) => {
  await using project = await migrationProject(database.url, { [ok]: "SELECT 1;" });
  await chmod(project.path(`migrations/${ok}`), 0);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.file-unreadable",
    exitCode: 3,
  });
  await chmod(project.path("migrations"), 0);
  expect((await project.veza("migrate --json")).error()).toMatchObject({
    code: "migrate.folder-unreadable",
    exitCode: 3,
  });
  await chmod(project.path("migrations"), 0o755);
});

test("links to files and to a folder elsewhere are followed", async ({ database }) => {
  await using project = await migrationProject(database.url, {});
  await project.write(`elsewhere/${ok}`, "SELECT 1;");
  await project.write("shared/two.sql", "SELECT 2;");
  await symlink("../shared/two.sql", project.path("elsewhere/2024-01-02-002-two.sql"));
  await symlink("elsewhere", project.path("migrations"));
  expect((await project.veza("migrate --json")).data()["applied"]).toHaveLength(2);
});

test("invalid UTF-8 is refused with its byte offset", async ({ database }) => {
  const bytes = Buffer.concat([Buffer.from("-- ü\nSELECT '"), Buffer.from([0xe9]), Buffer.from("';")]);
  await refused(
    database,
    { [ok]: "CREATE TABLE a ();", "2024-01-02-002-latin.sql": bytes },
    {
      code: "migrate.invalid-utf8",
      exitCode: 2,
      file: "migrations/2024-01-02-002-latin.sql",
      byteOffset: 14,
      line: 2,
    },
  );
});

const unreadable: readonly (readonly [string, string, Readonly<Record<string, unknown>>])[] = [
  ["an unknown directive", "-- veza: no-transactions\nSELECT 1;", { code: "sql.unknown-directive", line: 1 }],
  [
    "a directive with a bad value",
    "-- veza: lock-timeout=soon\nSELECT 1;",
    { code: "sql.malformed-directive", line: 1 },
  ],
  [
    "a directive after the first statement",
    "SELECT 1;\n-- veza: no-transaction\n",
    { code: "sql.misplaced-directive", line: 2 },
  ],
  [
    "a string that is never closed",
    "SELECT 1;\nSELECT 'abc;\n",
    { code: "sql.unterminated", line: 2, column: 8 },
  ],
  [
    "a dollar quote that is never closed",
    "DO $x$ BEGIN END; $$;",
    { code: "sql.unterminated", line: 1, column: 4 },
  ],
  ["a comment that is never closed", "SELECT 1; /* /* */", { code: "sql.unterminated", line: 1, column: 11 }],
  ["a psql command", "SELECT 1;\n\\i other.sql\n", { code: "sql.psql-command", line: 2 }],
  [
    "COPY from the client",
    "CREATE TABLE a (n int);\nCOPY a FROM stdin;\n1\n\\.\n",
    { code: "sql.copy-from-stdin", line: 2 },
  ],
  ["a NUL character", "SELECT 1;\nSELECT 'a\0b';", { code: "sql.nul-character", line: 2 }],
];

test.each(unreadable)("%s is refused with its line, before anything runs", async (_, text, facts) => {
  const { createDatabase } = await import("../support/database.ts");
  await using database = await createDatabase();
  await using project = await migrationProject(database.url, {
    [ok]: "CREATE TABLE a ();",
    "2024-01-02-002-x.sql": text,
  });
  for (const command of ["migrate", "migrate plan"]) {
    const result = await project.veza(`${command} --json`);
    expect(result.error()).toMatchObject({ exitCode: 2, file: "migrations/2024-01-02-002-x.sql", ...facts });
  }
  expect(await historyOf(database.sql)).toBeUndefined();
});

test.each([
  "COMMIT",
  "commit work",
  "END",
  "BEGIN",
  "START TRANSACTION",
  "ROLLBACK",
  "abort",
  "COMMIT AND CHAIN",
  "PREPARE TRANSACTION 'x'",
  "COMMIT PREPARED 'x'",
  "ROLLBACK PREPARED 'x'",
  "/* x */ COMMIT",
])("%s inside a migration is refused, with and without a transaction; nothing has run", async (sql) => {
  const { createDatabase } = await import("../support/database.ts");
  await using database = await createDatabase();
  for (const directive of ["", "-- veza: no-transaction\n"]) {
    await using project = await migrationProject(database.url, {
      [ok]: "CREATE TABLE before ();",
      "2024-01-02-002-x.sql": `${directive}CREATE TABLE inside ();\n${sql};`,
    });
    const result = await project.veza("migrate --json");
    expect(result.code).toBe(4);
    expect(result.error()).toMatchObject({
      code: "migrate.transaction-control",
      file: "migrations/2024-01-02-002-x.sql",
      line: directive === "" ? 2 : 3,
      stateText: "Nothing was changed.",
    });
    expect((await project.veza("migrate --dry-run")).code).toBe(4);
    expect(await historyOf(database.sql)).toBeUndefined();
    expect(await database.sql`SELECT to_regclass('before') AS found`).toEqual([{ found: null }]);
  }
});

test("words that only look like it are none: strings, bodies, names, comments", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [ok]: `CREATE TABLE "commit" ("begin" text DEFAULT 'COMMIT;'); -- COMMIT;
      CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END; $$;
      CREATE FUNCTION g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
      DO $commit$ BEGIN PERFORM 'ROLLBACK'; END $commit$;
      SELECT CASE WHEN true THEN 1 END;
      INSERT INTO "commit" VALUES (E'it\\'s; COMMIT;'), (U&'\\0043OMMIT;'), ($$;
COMMIT;
$$);`,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT count(*)::int AS n FROM "commit"`).toEqual([{ n: 3 }]);
});

test("a file that changes or goes while the run waits is refused, not half believed", async ({
  database,
}) => {
  const { lockKeys } = await import("../../src/migrate/lock.ts");
  const { rm } = await import("node:fs/promises");
  const [first, second] = lockKeys({ schema: "public", table: "migrations" });
  for (const change of ["edited", "deleted"] as const) {
    await using project = await migrationProject(database.url, { [ok]: "SELECT 1;" });
    const holder = await database.sql.reserve();
    await holder`SELECT pg_advisory_lock(${first}::int, ${second}::int)`;
    let run: Promise<Called> | undefined;
    await new Promise<void>((resolve) => {
      run = call(project.folder, ["migrate"], {
        env: project.env,
        onStderr: (text) => text.includes("Waiting for another run") && resolve(),
      });
    });
    if (change === "edited") await project.write(`migrations/${ok}`, "SELECT 2;");
    else await rm(project.path(`migrations/${ok}`));
    await holder`SELECT pg_advisory_unlock(${first}::int, ${second}::int)`;
    holder.release();
    const result = await run;
    expect([change, result?.code]).toEqual([change, 4]);
    expect(result?.stderr).toContain("Nothing was changed.");
  }
  expect(await historyOf(database.sql)).toBeUndefined();
});
