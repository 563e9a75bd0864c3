/** Texts for parameters, judged by the declared type before the server is asked; the server agrees with every verdict. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Db } from "../../src/postgres/connect.ts";
import { valueTypeOf } from "../../src/query/value-types.ts";
import { createDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectTo } from "./support/platform.ts";

const table: readonly (readonly [type: string, good: readonly string[], bad: readonly string[]])[] = [
  ["smallint", ["0", "-32768", "32767", " 7 ", "+3"], ["32768", "-32769", "1.5", "", "abc", "1e3"]],
  ["integer", ["2147483647", "-2147483648"], ["2147483648", "-2147483649", "9".repeat(50), "١"]],
  ["int4", ["1"], ["x"]],
  ["bigint", ["9223372036854775807", "-9223372036854775808", "007"], ["9223372036854775808", "-9223372036854775809", "9.0"]],
  ["numeric", ["1.5", "-.5", "1e10", "NaN", "9".repeat(100)], ["1,5", "", "one", "1.5.5", "--1"]],
  ["numeric(5,2)", ["999.99", "-999.99", "1.239"], ["1000", "-1000.00"]],
  ["real", ["1.5", "3e38", "-infinity"], ["1e39", "x"]],
  ["double precision", ["1e308", "NaN"], ["1e400", ""]],
  ["boolean", ["true", "F", "yes", "off", "1"], ["2", "maybe", ""]],
  ["text", ["", "a'b", "🎵", "x".repeat(10_000)], []],
  ["character varying(3)", ["abc", "🎵🎵🎵"], ["abcd", "🎵🎵🎵🎵"]],
  ["uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"], ["a0eebc99", "", "zzeebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
  ["jsonb", ['{"a": 1}', "null", "[]"], ["{a: 1}", "", "{'a': 1}"]],
  ["date", ["2024-02-29", "infinity", "today"], ["2023-02-29", "2024-13-01", "2024-00-10", "yesterday's", ""]],
  ["timestamptz", ["2024-01-01", "2024-01-01T10:00:00Z", "2024-01-01 10:00:00.123456+05:30", "2024-01-01T10:00+02", "-infinity", "now"], ["2024-02-30", "2024-01-01T25:00", "2024-01-01T10:61", "tomorrowish", "10:00", ""]],
  ["timestamp with time zone", ["2024-01-01T24:00:00Z"], ["2024-01-01T24:00:01Z"]],
  ["time", ["10:00", "23:59:59.999999"], ["24:00:01", "10"]],
  ["bigint[]", ["1,2,3", "", "{1,2}", "-5"], ["1,,2", "a"]],
  ["text[]", ['a,b "quoted",c\\d', "{x,y}"], []],
]; // prettier-ignore

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

describe.each(table)("%s", (type, good, bad) => {
  test.each(good)("takes %j", async (text) => {
    const value = valueTypeOf(type).parse(text);
    expect(value).toBeDefined();
    await expect(db.queryText(`SELECT $1::${type}`, [value ?? null])).resolves.toBeDefined();
  });

  if (bad.length > 0) {
    test.each(bad)("refuses %j", (text) => {
      expect(valueTypeOf(type).parse(text)).toBeUndefined();
      expect(valueTypeOf(type).expects).not.toBe("");
    });
  }
});

test("a zone that the type has no room for is refused, not dropped", () => {
  expect(valueTypeOf("timestamp").parse("2024-01-01T00:00:00+05:00")).toBeUndefined();
  expect(valueTypeOf("timestamp").parse("2024-01-01T00:00:00")).toBe("2024-01-01T00:00:00");
});

test("a range holds at both ends", () => {
  const type = valueTypeOf("integer", { min: 0, max: 100 });
  expect(type.expects).toBe("a whole number from 0 to 100");
  expect([type.parse("0"), type.parse("100"), type.parse("-1"), type.parse("101")]).toEqual([
    "0",
    "100",
    undefined,
    undefined,
  ]);
  expect(valueTypeOf("numeric", { min: 0.5 }).parse("0.4")).toBeUndefined();
  expect(valueTypeOf("numeric", { min: 0.5 }).parse("NaN")).toBeUndefined();
});

test("a type that is not known here is the server's to judge", () => {
  expect(valueTypeOf("mood").parse("anything")).toBe("anything");
});
