import { describe, expect, test } from "vitest";
import { VezaError } from "../../src/kernel/error.ts";
import { readDirectives } from "../../src/sql/directives.ts";
import { splitStatements } from "../../src/sql/split.ts";

const none = { transaction: true };

describe("readDirectives reads", () => {
  test.each([
    ["", none],
    ["select 1", none],
    ["-- a comment\nselect 1", none],
    ["-- Veza: the platform's first tables\nselect 1", none],
    ["-- veza: no-transaction\nselect 1", { transaction: false }],
    ["--veza:no-transaction", { transaction: false }],
    [
      "-- veza:  no-transaction,lock-timeout=2s , statement-timeout = 5min\r\n",
      { transaction: false, lockTimeoutMs: 2000, statementTimeoutMs: 300_000 },
    ],
    [
      "-- veza: lock-timeout=500ms statement-timeout=0\nselect 1",
      { ...none, lockTimeoutMs: 500, statementTimeoutMs: 0 },
    ],
    [
      "/* head /* nested */ */\n\n-- about\n-- veza: lock-timeout=1.5s\n-- more\n-- veza: no-transaction\n",
      { transaction: false, lockTimeoutMs: 1500 },
    ],
    [
      "-- veza: no-transaction\n-- veza: no-transaction\n-- veza: lock-timeout=1s, lock-timeout=1000ms",
      { transaction: false, lockTimeoutMs: 1000 },
    ],
    [";;-- veza: no-transaction\nselect 1", { transaction: false }],
    ["/* -- veza: no-transaction\n*/ select 1", none],
    ["-- not -- veza: no-transaction\nselect 1", none],
    [
      "select '\n-- veza: no-transaction\n', $$\n-- veza: nonsense\n$$, \"\n-- veza: no-transaction\n\"",
      none,
    ],
  ])("%j", (text, directives) => {
    expect(readDirectives(text)).toEqual(directives);
  });
});

describe("readDirectives refuses", () => {
  test.each([
    ["-- veza: no-transactoin", "sql.unknown-directive", "Did you mean no-transaction?"],
    ["\n-- veza: locktimeout=2s", "sql.unknown-directive", "Did you mean lock-timeout?"],
    [
      "-- veza: banana",
      "sql.unknown-directive",
      "The directives are: no-transaction, lock-timeout, statement-timeout.",
    ],
    ["-- veza: No-Transaction", "sql.unknown-directive", "Did you mean no-transaction?"],
    ["-- veza:", "sql.malformed-directive"],
    ["-- veza: ,", "sql.malformed-directive"],
    ["-- veza: no-transaction=true", "sql.malformed-directive"],
    ["-- veza: lock-timeout", "sql.malformed-directive"],
    ["-- veza: lock-timeout=", "sql.malformed-directive"],
    ["-- veza: lock-timeout=2", "sql.malformed-directive"],
    ["-- veza: lock-timeout=-2s", "sql.malformed-directive"],
    ["-- veza: lock-timeout=2s=3s", "sql.malformed-directive"],
    ["-- veza: lock-timeout=0.1ms", "sql.malformed-directive"],
    ["-- veza: statement-timeout=25d", "sql.malformed-directive"],
    ["-- VEZA: no-transaction", "sql.malformed-directive"],
    ["-- veza no-transaction", "sql.malformed-directive"],
    ["-- veza: lock-timeout=2s\n-- veza: lock-timeout=3s", "sql.conflicting-directive"],
  ])("%j", (text, code, hint = "") => {
    const error = thrown(() => readDirectives(`-- first\n${text}\nselect 1`, "m/a.sql"));
    const line = text.split("\n").length + 1;
    expect(error).toMatchObject({ code, ending: "usage", facts: { file: "m/a.sql", line, column: 1 } });
    expect(error.message).toContain(`m/a.sql:${line}:1`);
    expect(error.hint).toContain(hint);
  });
});

describe("a directive after the first statement is refused", () => {
  test.each([
    ["select 1;\n-- veza: no-transaction\nselect 2", 2, 1],
    ["select 1\n -- veza: lock-timeout=2s\n", 2, 2],
    ["select (\n--veza:x\n1)", 2, 1],
    ["create function f() begin atomic -- veza: no-transaction\n end", 1, 34],
  ])("%j", (text, line, column) => {
    expect(thrown(() => Array.from(splitStatements(text)))).toMatchObject({
      code: "sql.misplaced-directive",
      ending: "usage",
      facts: { line, column },
    });
  });

  test.each([
    "select 1; -- about veza: it",
    "select 1; /* -- veza: no-transaction */",
    "select $$\n-- veza: no-transaction\n$$, '\n-- veza: no-transaction\n'",
    ";;-- veza: no-transaction\nselect 1",
  ])("but not %j", (text) => {
    expect(Array.from(splitStatements(text))).toHaveLength(1);
  });
});

function thrown(work: () => unknown): VezaError {
  try {
    work();
  } catch (error) {
    if (error instanceof VezaError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown");
}
