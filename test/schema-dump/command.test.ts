/** `veza-db schema dump` as a command. */
import { runCli, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { dumpSchema } from "../../src/schema/dump.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, expect, test } from "../support/database.ts";

test("writes to stdout, a file or a folder, and tells when what was written is stale", async ({
  database,
}) => {
  await database.sql.unsafe("CREATE TABLE one (id int PRIMARY KEY); COMMENT ON TABLE one IS 'a\tb'");
  await using project = await temporaryProject();
  const run = (...args: string[]): Promise<CliResult> =>
    runCli(["schema", "dump", ...args], { cwd: project.folder, env: { VEZA_DB_URL: database.url } });
  const { stdout, code } = await run();
  expect(code).toBe(0);
  await using copy = await createDatabase();
  await copy.sql.unsafe(stdout);
  expect((await run("schema.sql")).code).toBe(0);
  expect(await project.read("schema.sql")).toBe(stdout);
  await run("--dir", "parts");
  expect(await project.read("parts/tables/public.one.sql")).toContain("CREATE TABLE public.one");
  expect([(await run("schema.sql", "--check")).code, (await run("--dir", "parts", "--check")).code]).toEqual([
    0, 0,
  ]);
  await database.sql.unsafe("CREATE INDEX later ON one (id)");
  const stale = await run("schema.sql", "--check");
  expect([stale.code, stale.stdout]).toEqual([1, expect.stringContaining("+ CREATE INDEX later")]);
  expect((await run("--dir", "parts", "--check")).code).toBe(1);
  expect((await run("--check")).code).toBe(2);

  // The flag that writes it names it under --check, too, and the file stays as it is.
  const byFlag = await run("--check", "--file", "schema.sql");
  expect([byFlag.code, byFlag.stdout]).toEqual([1, expect.stringContaining("+ CREATE INDEX later")]);
  expect(await project.read("schema.sql")).toBe(stdout);
  await run("--file", "schema.sql");
  expect((await run("--check", "--file", "schema.sql")).code).toBe(0);
});

test("options of storage keep the order of the catalog, and their order is no difference", async ({
  database,
}) => {
  await using copy = await createDatabase();
  await database.sql.unsafe("CREATE TABLE t (a int) WITH (fillfactor = 70, autovacuum_enabled = false)");
  await copy.sql.unsafe("CREATE TABLE t (a int) WITH (autovacuum_enabled = false, fillfactor = 70)");
  const [one, two] = [await readSchema(database.url), await readSchema(copy.url)];
  expect(compareCatalogs(one, two)).toEqual([]);
  expect([dumpSchema(one), dumpSchema(two)].map((sql) => /WITH \((\w+)/.exec(sql)?.[1])).toEqual([
    "fillfactor",
    "autovacuum_enabled",
  ]);
});

test("migrate keeps the dump current where the setting names a file", async ({ database }) => {
  await using project = await temporaryProject({
    "veza-db.config.json": JSON.stringify({ migrations: { dump: "db/schema.sql" } }),
    "migrations/2024-01-01-001-one.sql": "CREATE TABLE one (id int);",
  });
  const env = { VEZA_DB_URL: database.url };
  const migrated = await runCli(["migrate", "--yes"], { cwd: project.folder, env });
  expect([migrated.code, migrated.stderr]).toEqual([0, expect.stringContaining("db/schema.sql")]);
  expect(await project.read("db/schema.sql")).toContain("CREATE TABLE public.one");
  const check = ["schema", "dump", "--check", "db/schema.sql"];
  expect((await runCli(check, { cwd: project.folder, env })).code).toBe(0);
});
