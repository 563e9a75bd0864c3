/** `veza-db schema dump` as a command. */
import { runCli, temporaryProject } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
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
});
