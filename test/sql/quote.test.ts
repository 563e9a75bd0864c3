import { describe, expect, test } from "vitest";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../src/sql/quote.ts";
import { Lexer, token } from "../../src/sql/scan.ts";
import { test as serverTest, expect as serverExpect } from "../support/database.ts";

const texts = [
  "a",
  "",
  "it's",
  "''",
  "back\\slash",
  "\\'",
  "\\",
  "line\nbreak",
  "é😀漢",
  '"',
  "$$",
  "--",
  "/*",
  ";",
  "%s $1",
];

describe("quoteIdentifier", () => {
  test.each([
    ["users", '"users"'],
    ["Order", '"Order"'],
    ['a"b', '"a""b"'],
    ["it's \\", '"it\'s \\"'],
    ["имя 😀", '"имя 😀"'],
  ])("%j", (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted);
  });

  test.each(["", "a\0b"])("refuses %j", (name) => {
    expect(() => quoteIdentifier(name)).toThrow("cannot be a name");
  });
});

test("quoteQualified", () => {
  expect(quoteQualified("app", 't"x')).toBe('"app"."t""x"');
  expect(quoteQualified(undefined, "t")).toBe('"t"');
});

describe("quoteLiteral", () => {
  test.each([
    ["a", "'a'"],
    ["", "''"],
    ["it's", "'it''s'"],
    ["a\\b", "E'a\\\\b'"],
    ["\\'", "E'\\\\'''"],
  ])("%j", (value, quoted) => {
    expect(quoteLiteral(value)).toBe(quoted);
  });

  test("is one token to the scanner, whatever is inside", () => {
    for (const text of texts) {
      const quoted = quoteLiteral(text);
      const lexer = new Lexer(quoted);
      expect([lexer.next(), lexer.end]).toEqual([token.string, quoted.length]);
    }
  });

  test("refuses a NUL", () => {
    expect(() => quoteLiteral("a\0")).toThrow("NUL");
  });

  test("takes 20 MB in its stride", () => {
    const began = performance.now();
    expect(quoteLiteral("it's \\ ".repeat(3_000_000))).toHaveLength(3_000_000 * 9 + 3);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

serverTest(
  "the server reads every literal back, with standard_conforming_strings on and off",
  async ({ database }) => {
    const { sql } = database;
    for (const setting of ["on", "off"]) {
      await sql.begin(async (transaction) => {
        await transaction.unsafe(`SET LOCAL standard_conforming_strings = ${setting}`);
        for (const text of texts) {
          const [row] = await transaction.unsafe(
            `SELECT ${quoteLiteral(text)} AS ${quoteIdentifier(`c ${text}`)}`,
          );
          serverExpect(row).toEqual({ [`c ${text}`]: text });
        }
      });
    }
  },
);
