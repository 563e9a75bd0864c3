/** Query files: what a header and a statement may be, and the place of what is wrong in them. */
import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { placeOf } from "../../src/query/place.ts";
import { readQueryText } from "../../src/query/read-file.ts";
import type { Query } from "../../src/query/model.ts";

function read(text: string): Query {
  return readQueryText("area.name", "queries/area/name.sql", text);
}

function failureOf(text: string): VezaError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof VezaError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("a header and a statement", () => {
  const query = read(`-- What it answers.
--
-- param: user_id bigint  the owner
-- param: limit integer 0..100 = 20  rows at most
-- param: since timestamp with time zone = null
-- param: names text[] = '{a,b c}'  with a quote: it''s
-- cursor: limit, since
-- column: total numeric(10,2) not null  all of it
-- column: "Odd Name" text
--
-- Rows: one.
--   Indented.

SELECT :user_id, :limit, :since, :names;
`);
  expect(query.summary).toBe("What it answers.");
  expect(query.notes).toEqual(["Rows: one.", "  Indented."]);
  expect(query.parameters).toMatchObject([
    { name: "user_id", type: "bigint", fallback: undefined, summary: "the owner", line: 3 },
    { name: "limit", type: "integer", fallback: "20", min: 0, max: 100, summary: "rows at most" },
    { name: "since", type: "timestamp with time zone", fallback: null },
    { name: "names", type: "text[]", fallback: "{a,b c}", summary: "with a quote: it''s" },
  ]);
  expect(query.cursors).toEqual([["limit", "since"]]);
  expect(query.columns).toMatchObject([
    { name: "total", type: "numeric(10,2)", isNullable: false, summary: "all of it" },
    { name: "Odd Name", type: "text", isNullable: true },
  ]);
  expect(query.statement.sql).toBe(
    "SELECT ($1::bigint), ($2::integer), ($3::timestamp with time zone), ($4::text[])",
  );
});

test("a statement without a header is a query too", () => {
  expect(read("SELECT 1")).toMatchObject({ summary: "", parameters: [], statement: { sql: "SELECT 1" } });
  expect(read("\r\n-- Only this.\r\nSELECT 1\r\n")).toMatchObject({ summary: "Only this." });
});

describe("what is no parameter", () => {
  const untouched = [
    "SELECT 'a :name b'",
    "SELECT E'\\':name'",
    "SELECT $$ :name $$, $tag$ :name $tag$",
    'SELECT 1 AS ":name"',
    "SELECT 1 -- :name\n, 2",
    "SELECT 1 /* :name /* :name */ :name */, 2",
    "SELECT '1'::bigint, 1 :: text",
    "SELECT a[1:2], a[1 : 2]",
    "SELECT f(a := 1)",
    "SELECT U&'\\0041 :name'",
  ];
  test.each(untouched)("%s", (sql) => {
    expect(read(sql).statement.sql).toBe(sql);
  });
});

test.each([
  ["SELECT :n::text", "SELECT ($1::bigint)::text"],
  ["SELECT -:n", "SELECT -($1::bigint)"],
  ["SELECT :n+:n", "SELECT ($1::bigint)+($1::bigint)"],
  ["SELECT ':n', :n", "SELECT ':n', ($1::bigint)"],
  ["SELECT a[:n]", "SELECT a[($1::bigint)]"],
  ["SELECT/**/:n/* :n */, 2", "SELECT/**/($1::bigint)/* :n */, 2"],
])("%s", (sql, sent) => {
  expect(read(`-- param: n bigint\n${sql}`).statement.sql).toBe(sent);
});

describe("what is wrong has its place", () => {
  const cases: readonly (readonly [about: string, text: string, code: string, line: number, says: string])[] = [
    ["two statements", "-- x\nSELECT 1;\nSELECT 2;", "query.two-statements", 3, "name.sql:3:1"],
    ["no statement", "-- x\n", "query.no-statement", 2, "no statement"],
    ["COMMIT", "-- x\nCOMMIT;", "query.transaction-control", 2, "COMMIT"],
    ["an undeclared parameter", "-- param: a_b int\nSELECT :a_b, :ab", "query.undeclared-parameter", 2, "name.sql:2:14"],
    ["an unused one", "-- param: a int\n-- param: b int\nSELECT :a", "query.unused-parameter", 2, "name.sql:2:1"],
    ["one declared twice", "-- param: a int\n-- param: a int\nSELECT :a", "query.bad-header", 2, "second time"],
    ["no type", "-- param: a\nSELECT :a", "query.bad-header", 1, "not written as a parameter is"],
    ["capitals", "-- param: userId int\nSELECT :userId", "query.bad-header", 1, "capitals"],
    ["a default that is none", "-- param: a int = x\nSELECT :a", "query.bad-header", 1, "default of a"],
    ["a default out of its range", "-- param: a int 1.. = 0\nSELECT :a", "query.bad-header", 1, "default of a"],
    ["a range without ends", "-- param: a int ..\nSELECT :a", "query.bad-header", 1, "range without an end"],
    ["a range that holds nothing", "-- param: a int 3..1\nSELECT :a", "query.bad-header", 1, "holds nothing"],
    ["a misspelt keyword", "-- parm: a int\nSELECT 1", "query.bad-header", 1, "parm:"],
    ["a plural", "-- params: a int\nSELECT 1", "query.bad-header", 1, "params:"],
    ["a cursor of one", "-- param: a int = null\n-- cursor: a\nSELECT :a", "query.bad-header", 2, "fewer than two"],
    ["a cursor of strangers", "-- cursor: a, b\nSELECT 1", "query.bad-header", 1, "no line above"],
    ["a cursor that must be", "-- param: a int\n-- param: b int\n-- cursor: a, b\nSELECT :a, :b", "query.bad-header", 3, "may not be left out"],
    ["a number", "-- param: a int\nSELECT :a, $1", "query.numbered-parameter", 2, "$1"],
    ["psql's quotes", "-- param: a text\nSELECT :'a'", "query.quoted-parameter", 2, "quotes"],
    ["an open string", "SELECT 'abc", "sql.unterminated", 1, "never closed"],
    ["psql's commands", "\\set x 1\nSELECT 1", "sql.psql-command", 1, "\\set"],
  ]; // prettier-ignore
  test.each(cases)("%s", (_about, text, code, line, says) => {
    const failure = failureOf(text);
    expect(failure).toMatchObject({ code, ending: "usage" });
    expect(failure.facts).toMatchObject({ file: "queries/area/name.sql", line });
    expect(failure.message).toContain(says);
    expect(failure.hint).toBeDefined();
  });

  test("with the word that was meant", () => {
    expect(failureOf("-- param: user_id int\nSELECT :user_di").hint).toBe("Did you mean :user_id?");
    expect(failureOf("-- parm: a int\nSELECT 1").hint).toBe("Did you mean param: ?");
    expect(failureOf("SELECT a[1:n]").hint).toContain("slice");
  });
});

test("an error's position is found again in the file, behind parameters and wide characters", () => {
  const query = read("-- é\n-- param: n bigint\n\nSELECT '🎵', :n,\n  :n + oops\n");
  const sent = [...query.statement.sql].join("");
  const position = [...sent.slice(0, sent.indexOf("oops"))].length + 1;
  expect(placeOf(query, position)).toMatchObject({ line: 5, column: 8, parameter: undefined });
  const parameter = [...sent.slice(0, sent.lastIndexOf("$1"))].length + 1;
  expect(placeOf(query, parameter)).toMatchObject({ line: 5, column: 3, parameter: "n" });
});
