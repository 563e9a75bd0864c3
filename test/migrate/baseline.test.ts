/** `migrate baseline`: a database is adopted only where it is what the files make; `--write` makes the file of it. */
import { createDatabase, expect, test } from "../support/database.ts";
import { runCli, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";

const sql = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);";
const files = {
  "migrations/2024-01-01-001-users.sql": sql,
  "migrations/2024-01-02-002-later.sql": "CREATE TABLE later ();",
};

test("a schema that differs is refused with what differs, and adopted under --force", async ({
  database,
}) => {
  await using project = await temporaryProject(files);
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(["migrate", ...args], { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  await database.sql.unsafe(sql.replace(" NOT NULL", ""));
  const refused = await run("baseline", "2024-01-01-001", "--yes");
  expect(refused).toMatchObject({ code: 4, stdout: "" });
  expect(refused.stderr).toContain("column public.users.email: not null");
  expect(refused.stderr).toContain("migrate baseline 2024-01-01-001 --force");
  expect(await database.sql`SELECT to_regclass('migrations') AS history`).toEqual([{ history: null }]);
  await database.sql.unsafe("ALTER TABLE users ALTER email SET NOT NULL");
  expect(await run("baseline", "2024-01-01-001", "--yes")).toMatchObject({ code: 0 });
  expect(await run("--yes")).toMatchObject({ code: 0 });
  expect(await database.sql`SELECT id FROM migrations ORDER BY id`).toEqual([
    { id: "2024-01-01-001" },
    { id: "2024-01-02-002" },
  ]);
  await database.sql`DROP TABLE migrations, migrations_log, users`;
  expect(await run("baseline", "2024-01-02-002", "--yes")).toMatchObject({ code: 4 });
  expect(await run("baseline", "2024-01-02-002", "--force", "--yes")).toMatchObject({ code: 0 });
});

test("--write makes the first migration of a schema, which makes the same schema elsewhere", async ({
  database,
}) => {
  await using project = await temporaryProject();
  const run = (url: string, ...args: string[]): Promise<CliResult> =>
    runCli(args, { cwd: project.folder, env: { VEZA_DB_URL: url } });
  await database.sql.unsafe(`
    ${sql}
    CREATE SCHEMA app;
    CREATE TYPE app.mood AS ENUM ('good', 'bad');
    CREATE FUNCTION app.mood_of(bigint) RETURNS app.mood LANGUAGE sql AS $$ SELECT 'good'::app.mood $$;
    CREATE VIEW app.moods AS SELECT id, app.mood_of(id) FROM users;
    INSERT INTO users VALUES (1, 'a')`);
  const written = await run(
    database.url,
    "migrate",
    "baseline",
    "--write",
    "first schema",
    "--yes",
    "--json",
  );
  expect(written.code).toBe(0);
  expect(written.json()).toMatchObject({
    data: {
      recorded: [{ name: "first-schema" }],
      written: expect.stringMatching(/^migrations\/\d{4}-\d\d-\d\d-001-first-schema\.sql$/),
    },
  });
  expect(await run(database.url, "migrate", "verify")).toMatchObject({ code: 0 });
  expect(await run(database.url, "drift")).toMatchObject({ code: 0 });
  await using copy = await createDatabase();
  expect(await run(copy.url, "migrate", "--yes")).toMatchObject({ code: 0 });
  const dumps = await Promise.all([database, copy].map(({ url }) => run(url, "schema", "dump")));
  expect(dumps[0]?.stdout).toBe(dumps[1]?.stdout);
  const again = await run(copy.url, "migrate", "baseline", "--write", "x", "--yes", "--json");
  expect([again.code, again.stderr]).toEqual([4, expect.stringContaining("migrate.history-not-empty")]);
  await copy.sql`DROP TABLE migrations`;
  const full = await run(copy.url, "migrate", "baseline", "--write", "x", "--yes", "--json");
  expect([full.code, full.stderr]).toEqual([4, expect.stringContaining("migrate.folder-not-empty")]);
  expect(await run(copy.url, "migrate", "baseline", "--yes")).toMatchObject({ code: 2 });
});
