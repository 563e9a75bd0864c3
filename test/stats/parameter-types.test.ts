/** Types for what pg_stat_statements has put in the place of literals. */
import { expect, test } from "./support/fixtures.ts";
import { placeWithout, untypedParameters, withGuesses } from "../../src/stats/parameter-types.ts";
import { stats } from "./support/stats.ts";

test("casts stand where something is guessed, and nowhere within names, texts and comments", () => {
  const query = `SELECT $1, $12, '$1', "$1", a$1 -- $1\n/* $1 */ FROM t WHERE ($2)::int = $3`;
  expect(withGuesses(query, new Map([[1, "integer" as const]]))).toBe(
    `SELECT ($1)::integer, $12, '$1', "$1", a$1 -- $1\n/* $1 */ FROM t WHERE ($2)::int = $3`,
  );
  expect(untypedParameters(query)).toEqual([1, 12, 3]);
  expect(untypedParameters("SELECT CAST ($1 AS int), $2::text, (($3)) :: date, $4")).toEqual([4]);
});

test("a place is told without the casts before it", () => {
  const guesses = new Map([[1, "text" as const]]);
  const sent = withGuesses("SELECT $1 = y", guesses);
  expect(placeWithout(sent.indexOf("y") + 1, "SELECT $1 = y", guesses)).toBe(
    "SELECT $1 = y".indexOf("y") + 1,
  );
  expect(placeWithout(3, "SELECT $1 = y", guesses)).toBe(3);
});

test("plans of statements whose literals had types that the text does not say", async ({ database }) => {
  const { sql, url, name } = database;
  await sql`CREATE EXTENSION pg_stat_statements`;
  const statements = [
    `SELECT r.rank AS a1 FROM (VALUES (1), (2)) AS r (rank) WHERE CASE r.rank WHEN 2::integer THEN true END`,
    `SELECT 'x' COLLATE "C" AS a2 UNION ALL SELECT 'y' AS "b '$1"`,
    `SELECT count(*) AS a3 FROM generate_series(1, 1000)`,
    `SELECT 'a' || 'b' AS a4, lower('X'), 3 + 4`,
  ];
  for (const statement of statements) await sql.unsafe(statement);
  const rows = (await stats(url, `slow-queries --db ${name} --json --limit 1000`)).rows();
  for (const alias of ["a1", "a2", "a3", "a4"]) {
    const id = String(rows.find(({ query }) => String(query).includes(`AS ${alias}`))?.["queryid"]);
    const explained = await stats(url, ["explain", "--json", "--", id]);
    expect(explained.code, `${alias}: ${explained.stderr}`).toBe(0);
    expect(JSON.stringify(explained.rows())).toContain("cost=");
  }
  // What cannot be mended by types fails as before, and leaves nothing behind.
  await sql`CREATE TABLE gone (a int)`;
  await sql`SELECT a AS "a5" FROM gone WHERE a = ${1}`;
  const later = (await stats(url, `slow-queries --db ${name} --json --limit 1000`)).rows();
  const id = String(later.find(({ query }) => String(query).includes('AS "a5"'))?.["queryid"]);
  await sql`DROP TABLE gone`;
  expect((await stats(url, ["explain", "--json", "--", id])).error()).toMatchObject({
    code: "stats.cannot-explain",
  });
});
