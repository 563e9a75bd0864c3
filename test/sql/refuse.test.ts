import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { splitStatements } from "../../src/sql/split.ts";

function refusal(text: string, source?: string): VezaError {
  try {
    Array.from(splitStatements(text, source));
  } catch (error) {
    if (error instanceof VezaError) return error;
    throw error;
  }
  throw new Error(`Nothing is refused in ${text}`);
}

describe("a text that ends too early names what is open, and where", () => {
  test.each([
    ["select 1;\n select 'a;\n", "string", 2, 9],
    ["select E'a\\'", "string", 1, 8],
    ["select 'a'\n'b", "string", 1, 8],
    ["select u&'a", "string", 1, 8],
    ["select b'0", "string", 1, 8],
    ['select "a', "quoted identifier", 1, 8],
    ['select U&"a""', "quoted identifier", 1, 8],
    ["do $a$ $b$ $A$", "dollar-quoted string $a$", 1, 4],
    ["do $$ $", "dollar-quoted string $$", 1, 4],
    ["select 1; /* a /* b */", "block comment", 1, 11],
    ["/*/", "block comment", 1, 1],
    ["é😀 /*", "block comment", 1, 4],
  ])("%j: the %s", (text, what, line, column) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "sql.unterminated", ending: "usage", facts: { line, column } });
    expect(error.message).toBe(`The ${what} that begins at line ${line}, column ${column} is never closed`);
    expect(error.hint).toMatch(/\.$/);
  });
});

describe("a psql command is refused with its line", () => {
  test.each([
    ["\\set x 1", "\\set", 1, 1],
    ["select 1;\r\n  \\copy t from 'f'\n", "\\copy", 2, 3],
    ["select 1 \\gexec", "\\gexec", 1, 10],
    ["select 1\\; select 2;", "\\;", 1, 9],
    ["select 1 \\", "\\", 1, 10],
    ["\\echo it's not a string", "\\echo", 1, 1],
    ["\\! rm -rf /", "\\!", 1, 1],
    ["\\.", "\\.", 1, 1],
    ["\\restrict aGk3x\n", "\\restrict", 1, 1],
    ["create function f() begin atomic \\x end", "\\x", 1, 34],
  ])("%j", (text, command, line, column) => {
    const error = refusal(text, "migrations/a.sql");
    expect(error).toMatchObject({
      code: "sql.psql-command",
      ending: "usage",
      message: `${command} at migrations/a.sql:${line}:${column} is a psql command, not SQL`,
      facts: { file: "migrations/a.sql", line, column },
    });
    expect(error.hint).toBeTruthy();
  });

  test.each([
    "select '\\d'",
    'select "\\d"',
    "-- \\d\nselect 1",
    "/* \\d */ select 1",
    "do $$ \\d $$",
    "select E'\\\\d'",
  ])("but not in %j", (text) => {
    expect(Array.from(splitStatements(text))).toHaveLength(1);
  });
});

describe("COPY through the client is refused before its data is read", () => {
  test.each([
    ["COPY t FROM STDIN;\n1\tit's\n\\.\n", "from", 1],
    ['select 1;\ncopy public.t (a, "b;") from stdin with (format csv);\n"\n\\.', "from", 2],
    ["COPY binary_t FROM stdin BINARY", "from", 1],
    ['copy "from" /* to stdout */ from -- program\n stdin', "from", 1],
    ["copy s.from from stdin", "from", 1],
    ["copy t from stdout", "from", 1],
    ["COPY t TO STDOUT", "to", 1],
    ["copy t to stdin", "to", 1],
    ["copy (select a from t where b in ('from', 'stdin')) to stdout (format csv)", "to", 1],
  ])("%j", (text, direction, line) => {
    const code = direction === "from" ? "sql.copy-from-stdin" : "sql.copy-to-stdout";
    expect(refusal(text)).toMatchObject({ code, ending: "usage", facts: { line, column: 1 } });
  });

  test.each([
    "copy t from '/stdin'",
    "copy t from program 'cat stdin'",
    "copy stdin from '/f'",
    "copy (select 1 as stdin) to '/f'",
    "copy t (stdin) to program 'x'",
    "comment on table t is 'copy t from stdin'",
    "create table copy (stdin int)",
    "select copy from stdin",
  ])("but not %j", (text) => {
    expect(Array.from(splitStatements(text))).toHaveLength(1);
  });
});

test("a NUL character is refused, wherever it stands", () => {
  expect(refusal("select 1;\nselect 'a\0b'")).toMatchObject({
    code: "sql.nul-character",
    ending: "usage",
    facts: { line: 2, column: 10 },
  });
});

describe("strings that end elsewhere are refused", () => {
  test.each([
    "set standard_conforming_strings = off",
    "SET LOCAL standard_conforming_strings TO 'off'",
    "set session standard_conforming_strings=false",
  ])("%s", (text) => {
    expect(refusal(text).code).toBe("sql.nonstandard-strings");
  });

  test.each(["set standard_conforming_strings = on", "set standard_conforming_strings to default"])(
    "but not %s",
    (text) => {
      expect(Array.from(splitStatements(text))).toHaveLength(1);
    },
  );
});

test("a refusal shows the line with a caret", () => {
  expect(refusal("select 1;\n\tselect 漢, 'x\n").detail).toBe("    select 漢, 'x\n               ^");
});
