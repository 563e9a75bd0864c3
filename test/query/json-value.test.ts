/** Values on their way from the server's text to JSON: what the server says is what JSON says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Db } from "../../src/postgres/connect.ts";
import { isExact } from "../../src/query/json-value.ts";
import { Rows } from "../../src/query/rows.ts";
import { createDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectTo } from "./support/platform.ts";

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createDatabase();
  db = await connectTo(database.url);
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

const values: readonly (readonly [sql: string, value: unknown])[] = [
  ["1::int8", 1],
  ["9007199254740992::int8", 9007199254740992],
  ["9007199254740993::int8", "9007199254740993"],
  ["(-9223372036854775808)::int8", -9223372036854775808],
  ["9223372036854775807::int8", "9223372036854775807"],
  ["1.50::numeric", 1.5],
  ["0.1::numeric", "0.1"],
  ["'NaN'::numeric", "NaN"],
  ["180.0000000000000000::numeric", 180],
  ["1e300::numeric", "1" + "0".repeat(300)],
  ["0.1::float8", 0.1],
  ["'Infinity'::float8", "Infinity"],
  ["true", true],
  ["NULL::int", null],
  ["'é 🎵'::text", "é 🎵"],
  ["'2024-05-31 18:30:00.123456+02'::timestamptz", "2024-05-31T16:30:00.123456Z"],
  ["'2024-05-31 18:30:00'::timestamp", "2024-05-31T18:30:00"],
  ["'infinity'::timestamptz", "infinity"],
  ["'2024-05-31'::date", "2024-05-31"],
  [`'{"a": [1, null]}'::jsonb`, { a: [1, null] }],
  ["'null'::jsonb", null],
  ["ARRAY[1, NULL, 3]::int8[]", [1, null, 3]],
  ["ARRAY[[1, 2], [3, 4]]", [[1, 2], [3, 4]]],
  [`ARRAY['a,b', 'c"d', 'e\\f', NULL, 'NULL', '']`, ["a,b", 'c"d', "e\\f", null, "NULL", ""]],
  ["ARRAY[]::text[]", []],
  ["'[5:6]={1,2}'::int[]", [1, 2]],
  ["ARRAY['2024-05-31 18:30:00+00'::timestamptz]", ["2024-05-31T18:30:00Z"]],
  ["interval '1 day 2 hours'", "1 day 02:00:00"],
  ["'\\x00ff'::bytea", "\\x00ff"],
]; // prettier-ignore

test.each(values)("%s", async (sql, value) => {
  const rows = new Rows(await db.queryText(`SELECT ${sql} AS v`));
  expect(JSON.parse(JSON.stringify(rows))).toEqual([{ v: value }]);
});

test("columns of one name are told apart", async () => {
  const rows = new Rows(await db.queryText("SELECT 1 AS id, 2 AS id, 3 AS id_2, 4 AS __proto__"));
  expect(rows.columns.map(({ name }) => name)).toEqual(["id", "id_2", "id_2_2", "__proto__"]);
  expect(JSON.stringify(rows)).toBe('[{"id":1,"id_2":2,"id_2_2":3,"__proto__":4}]');
});

test.each([
  ["0", true],
  ["-0.5", true],
  ["0.3", false],
  ["1267650600228229401496703205376", true], // 2^100
  ["1267650600228229401496703205377", false],
  ["0.0000152587890625", true], // 2^-16
  ["", false],
  ["1e5", false],
])("a double holds %s exactly: %s", (text, isHeld) => {
  expect(isExact(text)).toBe(isHeld);
});
