/** What pg_stat_statements counts, wherever it lies and whatever is in it. */
import { createDatabase, expect, inject, test } from "./support/fixtures.ts";
import { eventually } from "../migrate/support/veza.ts";
import { createRole } from "../migrate/support/role.ts";
import { listOf, stats } from "./support/stats.ts";
import { startOwnServer } from "./support/servers.ts";
import { rankings } from "../../src/stats/statements/rank.ts";

test("the extension may lie in any schema", async ({ database }) => {
  await database.sql`CREATE SCHEMA "odd ""place"`;
  await database.sql`CREATE EXTENSION pg_stat_statements SCHEMA "odd ""place"`;
  // Before 15 the extension does not count JIT.
  for (const by of rankings.filter((ranking) => ranking !== "jit" || inject("server").major >= 15)) {
    const said = await stats(database.url, `slow-queries --by ${by} --json`);
    expect(said.code, said.stderr).toBe(0);
  }
});

test.each(["1.6", "1.7", "1.8", "1.9"])("the extension may be as old as %s", async (version) => {
  await using database = await createDatabase();
  await database.sql.unsafe(`CREATE EXTENSION pg_stat_statements VERSION '${version}'`);
  await database.sql`SELECT 'old and slow' AS "an old needle"`;
  const said = await stats(database.url, `slow-queries --json --limit 1000 --db ${database.name}`);
  expect(said.code, said.stderr).toBe(0);
  expect(said.rows().find(({ query }) => String(query).includes("an old needle"))).toMatchObject({
    calls: 1,
  });
  if (version !== "1.9") expect(said.notes()).toContain("ALTER EXTENSION pg_stat_statements UPDATE");
  const jit = await stats(database.url, "slow-queries --by jit --json");
  expect(jit.code).toBe(3);
  expect(jit.error()).toMatchObject({
    code: "stats.not-counted",
    hint: expect.stringContaining("ALTER EXTENSION"),
  });
});

test("without the extension it ends with 3 and says how to get it; other reports go on", async ({
  database,
}) => {
  const said = await stats(database.url, "slow-queries --json");
  expect(said.code).toBe(3);
  expect(said.error()).toMatchObject({
    code: "stats.no-statements",
    // The server has it loaded: there is nothing to restart.
    hint: expect.stringMatching(/^psql .*-c 'CREATE EXTENSION pg_stat_statements'$/),
  });
  const overview = await stats(database.url, "overview --json");
  expect(overview.code).toBe(0);
  expect(overview.notes()).toContain("CREATE EXTENSION pg_stat_statements");
});

test("not preloaded, without I/O times: it says so and how to mend it", async () => {
  await using server = await startOwnServer({ shared_preload_libraries: "", track_io_timing: "off" });
  await server.sql`CREATE EXTENSION pg_stat_statements`;
  const said = await stats(server.url, "slow-queries --json");
  expect(said.code).toBe(3);
  expect(said.error()).toMatchObject({ hint: expect.stringContaining("shared_preload_libraries") });
  const cache = await stats(server.url, "cache --json");
  expect(cache.notes()).toContain("track_io_timing is off");
  expect(listOf(cache.data()["databases"])[0]).toMatchObject({ readMs: null });
  expect((await stats(server.url, "snapshot --json --to unloaded.json")).code).toBe(0);
});

test("two users with the same query are two rows, and one hides from the other", async ({ database }) => {
  const { sql, url } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await using role = await createRole(database);
  const same = 'SELECT 1 AS "two users, one query"';
  await sql.unsafe(same);
  const { default: postgres } = await import("postgres");
  const other = postgres(role.url, { max: 1, onnotice: () => {} });
  await other.unsafe(same);
  await other.end();
  const rows = (await stats(url, `slow-queries --json --limit 1000 --db ${database.name}`)).rows();
  const found = rows.filter(({ query }) => String(query).includes("two users, one query"));
  expect(new Set(found.map(({ user }) => user))).toEqual(new Set(["postgres", role.name]));
  expect(new Set(found.map(({ queryid }) => queryid)).size).toBe(1);
  const own = await stats(role.url, "slow-queries --json --limit 1000");
  expect(own.rows().every(({ user }) => user === role.name)).toBe(true);
  expect(own.notes()).toMatch(/\d+ statements are hidden from the role/);
});

test("a text of a megabyte, escape sequences, quotes and secrets", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql.unsafe(`SELECT 1 AS "${"é\u001b[2J'\\ ".repeat(3)}" /* ${"long ".repeat(200_000)} */`);
  await sql.unsafe(`CREATE ROLE r_${name.slice(-12)} PASSWORD 'hunter2hunter2'`);
  await sql.unsafe(`DROP ROLE r_${name.slice(-12)}`);
  const said = await stats(url, `slow-queries --json --limit 1000 --db ${name}`);
  const long = said.rows().find(({ query }) => String(query).includes("\u001b[2J"));
  expect(String(long?.["query"]).length).toBe(10_000);
  expect(long?.["queryLength"]).toBeGreaterThan(1_000_000);
  expect(said.stdout).not.toContain("hunter2");
  for (const form of ["human", "csv", "markdown"]) {
    const { stdout } = await stats(url, `slow-queries --limit 1000 --db ${name} -o ${form}`);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("hunter2");
  }
  const full = await stats(url, `slow-queries --full --limit 1000 --db ${name}`);
  expect(full.stdout.length).toBeGreaterThan(1_000_000);
});

test("--window counts what happens meanwhile, by second; --since what happened since a snapshot", async ({
  database,
}) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  const needle = 'SELECT 1 AS "within the window"';
  await sql.unsafe(needle);
  await stats(url, "snapshot --to since.json");
  const looking = stats(url, `slow-queries --window 1s --json --limit 1000 --db ${name}`);
  let counted = 0;
  for (const end = performance.now() + 700; performance.now() < end; counted++) await sql.unsafe(needle);
  const found = (
    rows: readonly Readonly<Record<string, unknown>>[],
  ): Readonly<Record<string, unknown>> | undefined =>
    rows.find(({ query }) => String(query).includes("within the window"));
  const said = await looking;
  const row = found(said.rows());
  expect(row).toMatchObject({ stddevMs: null, maxMs: null, mark: "grown" });
  expect(row?.["calls"]).toBeGreaterThan(0);
  expect(row?.["calls"]).toBeLessThanOrEqual(counted);
  expect(said.stdout).not.toContain("veza-db stats */");
  const since = await stats(url, `slow-queries --since since.json --json --limit 1000 --db ${name}`);
  expect(found(since.rows())?.["calls"]).toBe(counted);
});

test("filters by user, database and calls", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  for (let i = 0; i < 5; i++) await sql.unsafe('SELECT 5 AS "five times"');
  const rows = (await stats(url, `slow-queries --db ${name} --user postgres --min-calls 5 --json`)).rows();
  expect(rows.length).toBeGreaterThan(0);
  expect(
    rows.every(({ database: db, user, calls }) => db === name && user === "postgres" && Number(calls) >= 5),
  ).toBe(true);
  expect((await stats(url, "slow-queries --user nobody-here --json")).rows()).toEqual([]);
});

test("explain shows a plan, generic where parameters are not known", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql`CREATE TABLE "odd ""name" (id int PRIMARY KEY, note text)`;
  await sql`SELECT note AS "with a parameter" FROM "odd ""name" WHERE id = ${7}`;
  await sql`SELECT count(*) AS "without one" FROM "odd ""name"`;
  await sql`INSERT INTO "odd ""name" VALUES (${1}, 'x')`;
  const rows = (await stats(url, `slow-queries --db ${name} --json --limit 1000`)).rows();
  const idOf = (words: string): string =>
    String(rows.find(({ query }) => String(query).includes(words))?.["queryid"]);
  const explain = async (id: string): ReturnType<typeof stats> => stats(url, ["explain", "--json", "--", id]);
  const generic = await explain(idOf("with a parameter"));
  expect(generic.code, generic.stderr).toBe(0);
  expect(generic.data()).toMatchObject({ plan: "generic", queryid: idOf("with a parameter") });
  expect(JSON.stringify(generic.rows())).toContain("Index Cond");
  expect((await explain(idOf("without one"))).data()).toMatchObject({ plan: "exact" });
  const insert = await explain(idOf("INSERT INTO"));
  expect(insert.code, insert.stderr).toBe(0);
  expect((await sql`SELECT FROM "odd ""name"`).length).toBe(1);
  const after = (await stats(url, `slow-queries --db ${name} --json --limit 1000`)).rows();
  expect(after.filter(({ query }) => /EXPLAIN|veza_explain/.test(String(query)))).toEqual([]);
  const utility = await explain(idOf("CREATE TABLE"));
  expect(utility.code).toBe(2);
  expect(utility.error()).toMatchObject({ code: "stats.no-plan" });
  expect((await explain("1")).error()).toMatchObject({ code: "stats.unknown-query" });
  expect((await explain("99999999999999999999")).error()).toMatchObject({ code: "stats.bad-queryid" });
});

test("texts are gathered without a temporary file", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql.unsafe(`SELECT 1 AS "a long text" /* ${"long ".repeat(200_000)} */`);
  await sql.unsafe(`ALTER DATABASE "${name}" SET work_mem = '64kB'`);
  const { default: postgres } = await import("postgres");
  const filesAfterBare = async (least: number): Promise<unknown> => {
    const bare = postgres(url, { max: 1, onnotice: () => {} });
    await bare`SELECT max(length(query)) FROM pg_stat_statements`;
    await bare.end();
    const [row] = await eventually(
      () =>
        sql<
          { files: number }[]
        >`SELECT temp_files::int AS files FROM pg_stat_database WHERE datname = ${name}`,
      ([found]) => (found?.files ?? 0) >= least,
      "the counter of temporary files",
    );
    return row?.files;
  };
  expect(await filesAfterBare(1)).toBe(1);
  expect((await stats(url, "slow-queries --json")).code).toBe(0);
  expect(await filesAfterBare(2)).toBe(2);
});

test("snapshots leave the tool's own statements out, however little they take", async () => {
  // Of a server that thousands of tests share, a snapshot keeps the texts of those that took most.
  await using server = await startOwnServer({});
  const { sql, url } = server;
  const [{ name } = { name: "" }] = await sql<{ name: string }[]>`SELECT current_database() AS name`;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await stats(url, "snapshot --to first.json");
  for (const report of ["overview", "tables", "slow-queries"]) await stats(url, report);
  await sql`SELECT 1 AS "somebody else"`;
  const taken = await stats(url, "snapshot --to second.json --json");
  expect(taken.code, taken.stderr).toBe(0);
  const diff = await stats(url, "diff first.json second.json --json");
  const queries = listOf(diff.data()["statements"])
    .filter((row) => row["database"] === name)
    .map(({ query }) => String(query));
  expect(queries).toContain('SELECT $1 AS "somebody else"');
  expect(queries.filter((query) => /veza-db stats|veza_part|neither snapshot/.test(query))).toEqual([]);
});

test("the next step names a statement that has a plan here", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql.unsafe("DO $$ BEGIN PERFORM pg_sleep(0.2); END $$");
  await sql`SELECT pg_sleep(0.05) AS "not the slowest"`;
  const said = await stats(url, `slow-queries --db ${name} --json`);
  const [first] = said.rows();
  expect(first?.["query"]).toContain("DO $$");
  const row = said.rows().find(({ query }) => String(query).includes("not the slowest"));
  const [next] = listOf([{ next: said.data()["next"] }]).map(({ next: steps }) => String(steps));
  expect(next).toMatch(new RegExp(`stats explain .*${String(row?.["queryid"])}$`));
});

test("--watch tells how the counters grew; a window is none of its own", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql`SELECT 1 AS "before the first frame"`;
  const watched = await stats(url, `slow-queries --db ${name} --watch 50ms --times 2 --json`);
  expect(watched.rows().some((row) => row["perSecond"] !== undefined)).toBe(true);
  const windows = await stats(url, `slow-queries --window 50ms --watch 10ms --times 2 --json`);
  expect(windows.code, windows.stderr).toBe(0);
  expect(windows.rows().every((row) => row["perSecond"] === undefined)).toBe(true);
});

test("queryids are texts, negative ones too", async ({ database }) => {
  await database.sql`CREATE EXTENSION pg_stat_statements`;
  for (let i = 0; i < 8; i++) await database.sql.unsafe(`SELECT ${"1,".repeat(i)} 1`);
  const rows = (await stats(database.url, `slow-queries --json --limit 1000 --db ${database.name}`)).rows();
  expect(rows.every(({ queryid }) => typeof queryid === "string" && BigInt(queryid) !== 0n)).toBe(true);
  expect(rows.some(({ queryid }) => String(queryid).startsWith("-"))).toBe(true);
  expect(inject("server").major).toBeGreaterThanOrEqual(14);
});

test("the same query called by a function is a row of its own, and people see which is which", async ({
  database,
}) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql.begin(async (transaction) => {
    await transaction`SET LOCAL pg_stat_statements.track = 'all'`;
    await transaction.unsafe("DO 'BEGIN PERFORM count(*) AS deep FROM pg_class WHERE oid = 7; END'");
    await transaction.unsafe("SELECT count(*) AS deep FROM pg_class WHERE oid = 7");
  });
  const said = await stats(url, `slow-queries --db ${name} --limit 1000`);
  const lines = said.stdout
    .split("\n")
    .filter((line) => /count\(\*\) AS deep FROM pg_class WHERE oid = \$1/.test(line));
  expect(lines.map((line) => / (top|nested) /.exec(line)?.[1] ?? "").toSorted()).toEqual(["nested", "top"]);
});

test("explain shows people no million characters", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  await sql.unsafe(`SELECT oid /* ${"long ".repeat(200_000)} */ FROM pg_class WHERE oid = 8`);
  const rows = (await stats(url, `slow-queries --db ${name} --limit 1000 --json`)).rows();
  const id = String(rows.find(({ query }) => String(query).startsWith("SELECT oid /* long"))?.["queryid"]);
  const said = await stats(url, ["explain", "--", id]);
  expect(said.code, said.stderr).toBe(0);
  expect(said.stdout.length).toBeLessThan(20_000);
  expect(said.stdout).toMatch(/1,000,\d{3} characters in all/);
  const whole = await stats(url, ["explain", "--json", "--", id]);
  expect(String(whole.data()["query"]).length).toBeGreaterThan(1_000_000);
});
