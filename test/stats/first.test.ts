/** A first walk through every layer: three reports for people, spreadsheets and programs. */
import { expect, test } from "../support/database.ts";
import { stats } from "./support/stats.ts";

test("slow-queries ranks what was run, without the tool's own statements", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql`SELECT count(*) AS "the needle" FROM generate_series(1, 100000)`;
  await stats(url, "slow-queries");
  const said = await stats(url, `slow-queries --db ${name} --json`);
  expect(said.code).toBe(0);
  const needle = said.rows().find(({ query }) => String(query).includes("the needle"));
  expect(needle).toMatchObject({ user: "postgres", database: name, calls: 1, rows: 1 });
  expect(needle?.["queryid"]).toMatch(/^-?\d+$/);
  expect(said.stdout).not.toContain("veza-db stats */");
});

test("tables shows sizes for people and raw ones in CSV", async ({ database }) => {
  await database.sql`CREATE TABLE "odd ""name" AS SELECT g FROM generate_series(1, 20000) AS g`;
  const people = await stats(database.url, "tables");
  expect(people.stdout).toMatch(/public +odd "name +[\d.]+ [kM]B/);
  const csv = await stats(database.url, "tables -o csv");
  expect(csv.stdout).toMatch(/^schema,table,totalBytes,.*\r\npublic,"odd ""name",\d{6,7},/);
});

test("connections counts everybody but the tool", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`SELECT 1`;
  const said = await stats(url, "connections --json");
  expect(said.rows().filter((row) => row["database"] === name)).toMatchObject([
    { state: "idle", connections: 1 },
  ]);
});
