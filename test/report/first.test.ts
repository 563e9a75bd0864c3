/** A first walk through every layer: the page, as text and for programs. */
import { expect, test } from "../support/database.ts";
import { runCli, temporaryProject } from "../support/cli.ts";

test("report writes one page, Markdown and JSON of the same content", async ({ migratedDatabase }) => {
  const { url, name, sql } = migratedDatabase;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql`SELECT count(*) AS "the needle" FROM generate_series(1, 1000)`;
  await using project = await temporaryProject();
  const run = async (...args: string[]): ReturnType<typeof runCli> =>
    runCli(["report", ...args, "--url", url], { cwd: project.folder });

  const page = await run("--file", "page.html");
  expect(page).toMatchObject({ code: 0, stdout: "" });
  const html = await project.read("page.html");
  expect(html).toContain("<!doctype html>");
  expect(html).toContain(`Database report: ${name}`);
  expect(Buffer.byteLength(html)).toBeLessThan(1_000_000);

  const text = await run("-o", "markdown");
  expect(text.stdout).toContain("## Verdict");
  const data = await run("--json");
  expect(data.json()).toMatchObject({
    schema: "veza-db/report@1",
    data: {
      kind: "report",
      server: { database: name },
      queries: { state: "read" },
      tables: { state: "read" },
    },
  });
});

test("snapshots make plots over time; older ones are deleted", async ({ database }) => {
  const { url, sql } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await using project = await temporaryProject();
  const run = async (...args: string[]): ReturnType<typeof runCli> =>
    runCli([...args, "--url", url], { cwd: project.folder });
  expect((await run("stats", "snapshot")).code).toBe(0);
  await sql`SELECT count(*) AS "the needle" FROM generate_series(1, 1000)`;
  // A second moment that is surely later.
  const { data } = (await run("report", "--json")).json() as {
    data: { period: { snapshots: number }; history: { sizes: { times: string[] } } };
  };
  expect(data.period.snapshots).toBe(1);
  await project.write(".veza/snapshots/20200101T000000Z.json", "{}");
  const pruned = await run("stats", "snapshot", "--json");
  expect(pruned.json()).toMatchObject({ data: { pruned: ["20200101T000000Z.json"] } });
});
