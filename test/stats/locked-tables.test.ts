/** Each report ends, soon, while somebody holds a table ACCESS EXCLUSIVE and somebody else queues for another. */
import { createFilledDatabase, expect, test } from "./support/fixtures.ts";
import { hold, holdWaiting, reports, stats } from "./support/stats.ts";

/** The locks are held without end: whoever waited for one would take longer. A busy machine takes more than the 2 s of an idle one. */
const patienceMs = 10_000;

test("a catalog that is locked: the report gives way at once, and says to whom", async () => {
  await using database = await createFilledDatabase();
  const { sql, url } = database;
  await stats(url, "overview"); // the first session of a database reads its catalogs, whatever it asks
  await using _holder = await hold(sql, "LOCK TABLE pg_statistic IN ACCESS EXCLUSIVE MODE");
  for (const report of ["locks", "tables", "overview"]) {
    const began = performance.now();
    const said = await stats(url, `${report} --json`);
    expect(performance.now() - began, report).toBeLessThan(patienceMs);
    expect([said.code, said.error()["code"]], report).toEqual([3, "stats.gave-way"]);
    expect(said.error()["hint"]).toContain("AccessExclusiveLock");
  }
});

test("a statement on a locked table is not explained now, and the hint says who holds it", async () => {
  await using database = await createFilledDatabase();
  const { sql, url, name } = database;
  await sql`SELECT count(*) AS "to be explained" FROM notes WHERE a = ${5}`;
  const rows = (await stats(url, `slow-queries --db ${name} --limit 1000 --json`)).rows();
  const id = String(rows.find(({ query }) => String(query).includes("to be explained"))?.["queryid"]);
  await using _holder = await hold(sql, "LOCK TABLE notes IN ACCESS EXCLUSIVE MODE");
  const said = await stats(url, ["explain", "--json", "--", id]);
  expect([said.code, said.error()["code"]]).toEqual([3, "stats.gave-way"]);
  expect(said.error()["hint"]).toContain("stats locks --tree");
});

test("a table that is held, and one that is queued for, are left out and named", async () => {
  await using database = await createFilledDatabase();
  const { sql, url } = database;
  await sql`CREATE TABLE queued (id serial PRIMARY KEY, note text)`;
  await sql`INSERT INTO queued SELECT g, repeat('x', 100) FROM generate_series(1, 1000) AS g`;
  await sql`CREATE INDEX queued_again ON queued (id)`;
  await sql`ANALYZE queued`;
  await using _reader = await hold(sql, "SELECT count(*) FROM queued");
  await using _writer = await holdWaiting(sql, [], "LOCK TABLE queued IN ACCESS EXCLUSIVE MODE");
  await using _holder = await hold(sql, "LOCK TABLE notes IN ACCESS EXCLUSIVE MODE", [
    "ALTER TABLE notes ADD COLUMN more int",
    'TRUNCATE "odd ""name"',
  ]);
  await stats(url, "overview"); // what is loaded the first time is no part of what is measured
  for (const report of [...reports, "check"]) {
    const began = performance.now();
    const said = await stats(url, `${report} --json`);
    expect(performance.now() - began, report).toBeLessThan(patienceMs);
    expect(said.stderr, report).toBe("");
    if (["tables", "indexes", "sequences"].includes(report)) {
      expect(said.notes(), report).toContain("public.notes is locked ACCESS EXCLUSIVE");
      expect(said.notes(), report).toContain("public.queued is waited for by an ACCESS EXCLUSIVE lock");
    }
  }
  const tables = (await stats(url, "tables --json")).rows();
  const of = (name: string): unknown => tables.find(({ table }) => table === name)?.["exactness"];
  expect([of("notes"), of("queued"), of('odd "name'), of("events")]).toEqual([
    "estimate",
    "estimate",
    "estimate",
    "exact",
  ]);
});
