import { describe, expect, test } from "vitest";
import { locateError, renderExcerpt } from "../../src/sql/excerpt.ts";
import { formatPlace, locate, offsetOfPosition } from "../../src/sql/position.ts";
import { splitStatements } from "../../src/sql/split.ts";

describe("locate", () => {
  test.each([
    ["", 0, 1, 1, ""],
    ["ab", 1, 1, 2, "ab"],
    ["ab", 2, 1, 3, "ab"],
    ["ab", 99, 1, 3, "ab"],
    ["ab", -1, 1, 1, "ab"],
    ["a\nb", 1, 1, 2, "a"],
    ["a\nb", 2, 2, 1, "b"],
    ["a\n", 2, 2, 1, ""],
    ["a\r\nb\r\nc", 3, 2, 1, "b"],
    ["a\r\nb", 1, 1, 2, "a"],
    ["a\r\nb", 2, 1, 3, "a"],
    ["a\rb\r\rc", 2, 2, 1, "b"],
    ["a\rb\r\rc", 5, 4, 1, "c"],
    ["é😀x", 3, 1, 3, "é😀x"],
    ["\n😀😀\n", 5, 2, 3, "😀😀"],
  ])("%j at %i", (text, offset, line, column, lineText) => {
    expect(locate(text, offset)).toEqual({ line, column, lineText });
  });
});

test("places are written as editors and people read them", () => {
  expect(formatPlace({ line: 3, column: 5 }, "a.sql")).toBe("a.sql:3:5");
  expect(formatPlace({ line: 3, column: 5 })).toBe("line 3, column 5");
});

test("an error's position counts characters from the statement's beginning", () => {
  const text = "select 1;\r\n  select '😀',\r\n\té + x";
  const [, statement] = Array.from(splitStatements(text));
  const offset = statement?.offset ?? 0;
  // select '😀',␍␊␉é + x: the x is the 19th character.
  expect(text[offsetOfPosition(text, offset, 19)]).toBe("x");
  expect(locateError(text, { offset }, 19)).toEqual({
    line: 3,
    column: 6,
    lineText: "\té + x",
    excerpt: "    é + x\n        ^",
  });
  expect(locateError(text, { offset })).toMatchObject({ line: 2, column: 3 });
  expect(locateError(text, { offset }, 10_000)).toMatchObject({ line: 3, column: 7 });
});

describe("renderExcerpt puts the caret under the character", () => {
  test.each([
    ["select x", 8, "select x\n       ^"],
    ["select", 7, "select\n      ^"],
    ["", 1, "\n^"],
    ["a\tb", 3, "a   b\n    ^"],
    ["\t\tb", 2, "        b\n    ^"],
    ["漢字x", 3, "漢字x\n    ^"],
    ["😀x", 2, "😀x\n  ^"],
    ["e\u0301x", 3, "e\u0301x\n ^"],
    ["\u001b[31mx", 6, "\ufffd[31mx\n     ^"],
    ["\u202ex", 2, "\ufffdx\n ^"],
  ])("%j, %i", (line, column, excerpt) => {
    expect(renderExcerpt(line, column)).toBe(excerpt);
  });

  test.each([
    ["the beginning of a long line", 3, /^0123.*…\n {2}\^$/],
    ["its middle", 1000, /^….*…\n +\^$/],
    ["its end", 2001, /^….*789\n +\^$/],
  ])("%s", (_, column, shape) => {
    const line = "0123456789".repeat(200);
    const excerpt = renderExcerpt(line, column, { width: 60 });
    const [source = "", caret = ""] = excerpt.split("\n");
    expect(excerpt).toMatch(shape);
    expect(source.length).toBeLessThanOrEqual(60);
    expect(caret.length).toBeLessThanOrEqual(61);
    expect(source[caret.length - 1]).toBe(line[column - 1]);
  });
});
