/** Texts that the server words in one way at first, and in another when it has read them again. */
import { expect, test } from "vitest";
import { settle } from "../../src/catalog/expressions.ts";

test.each([
  // x BETWEEN 1 AND 2 AND c
  ["(((x >= 1) AND (x <= 2)) AND (c > 0))", "((x >= 1) AND (x <= 2) AND (c > 0))"],
  ["((a AND b) AND c)", "(a AND b AND c)"],
  ["(((a AND b) AND c) AND d)", "(a AND b AND c AND d)"],
  // x NOT BETWEEN 1 AND 2 OR c
  ["CHECK ((((x < 1) OR (x > 2)) OR (c > 3)))", "CHECK (((x < 1) OR (x > 2) OR (c > 3)))"],
  // What is mixed, or does not stand first, is read as it is written.
  ["((a AND b) OR c)", "((a AND b) OR c)"],
  ["(c AND (a AND b))", "(c AND (a AND b))"],
  ["((NOT (a AND b)) AND c)", "((NOT (a AND b)) AND c)"],
  ["(((a OR b)) AND c)", "(((a OR b)) AND c)"],
  // Broken over lines, as views are.
  [
    "  WHERE (((x >= ( SELECT 1))\n AND (x <= 2))\n AND c)",
    "  WHERE ((x >= ( SELECT 1))\n AND (x <= 2)\n AND c)",
  ],
  // Brackets in texts and names are none.
  [`((("(" = '((a AND') AND b) AND c)`, `(("(" = '((a AND') AND b AND c)`],
  ["((a = ANY (ARRAY[1])) AND b)", "((a = ANY (ARRAY[1])) AND b)"],
  ["((1 + 2) * 3)", "((1 + 2) * 3)"],
])("%s", (text, settled) => {
  expect(settle(text)).toBe(settled);
  expect(settle(settled)).toBe(settled);
});
