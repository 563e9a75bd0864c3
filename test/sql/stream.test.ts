/** Scripts for psql, read piece by piece: the pieces are those that psql would see, and its own commands are refused. */
import { describe, expect, test } from "vitest";
import { streamScript } from "../../src/sql/stream.ts";

async function piecesOf(text: string | Uint8Array, size: number): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* cut(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: string[] = [];
  for await (const piece of streamScript(cut())) {
    const last = found.at(-1);
    if (piece.kind !== "rows") found.push(`${piece.kind}: ${piece.sql}`);
    else if (last?.startsWith("rows: ") === true) found[found.length - 1] = last + latin1(piece.bytes);
    else found.push(`rows: ${latin1(piece.bytes)}`);
  }
  return found;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

const script = `--
-- PostgreSQL database dump
--

\\restrict abcDEF123

SET standard_conforming_strings = on;
SET client_encoding = 'UTF8';
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN '\\!; $x$'; END $body$;
CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
COPY public.t (id, name) FROM stdin;
1\ta\\\\.b
2\t\\\\.
\\N\tx;\\!
\\.


COPY empty FROM stdin;
\\.
INSERT INTO t VALUES (E'it\\'s \\\\', 'C:\\');
SELECT 1

\\unrestrict abcDEF123
`;

describe("pieces", () => {
  const expected = [
    "statement: SET standard_conforming_strings = on",
    "statement: SET client_encoding = 'UTF8'",
    "statement: CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN '\\!; $x$'; END $body$",
    "statement: CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
    "copy: COPY public.t (id, name) FROM stdin",
    "rows: 1\ta\\\\.b\n2\t\\\\.\n\\N\tx;\\!\n\\.\n",
    "copy: COPY empty FROM stdin",
    "rows: \\.\n",
    "statement: INSERT INTO t VALUES (E'it\\'s \\\\', 'C:\\')",
  ];

  test.each([1, 2, 3, 7, 64, 100_000])("of a dump that comes %i bytes at a time", async (size) => {
    const text = script.replace("SELECT 1\n\n", "");
    expect(await piecesOf(text, size)).toEqual(expected);
  });

  test("a last statement without its semicolon", async () => {
    expect(await piecesOf("SELECT 1; SELECT 2 -- end", 3)).toEqual([
      "statement: SELECT 1",
      "statement: SELECT 2",
    ]);
  });

  test("bytes that are no UTF-8 stay as they are", async () => {
    const bytes = Buffer.concat([Buffer.from("SELECT '"), Buffer.from([0xe9, 0xff]), Buffer.from("';")]);
    expect(await piecesOf(bytes, 4)).toEqual(["statement: SELECT 'éÿ'"]);
  });
});

describe("refused", () => {
  test.each([
    ["a command", "SELECT 1;\n\\! id\n", "sql.script-command"],
    ["in the middle of a statement", "SELECT 1 \\g |id\n", "sql.script-command"],
    ["on the line of a COPY, after it", "COPY t FROM stdin; \\! id\n1\n\\.\n", "sql.script-command"],
    ["a statement on the line of a COPY", "COPY t FROM stdin; SELECT 1;\n1\n\\.\n", "sql.script-command"],
    ["after the end of the rows", "COPY t FROM stdin;\n1\n\\.\n\\! id\n", "sql.script-command"],
    ["another database", "\\connect other\n", "sql.script-command"],
    ["restrict with a backquote", "\\restrict `id`\n", "sql.script-command"],
    ["unrestrict with more behind it", "\\unrestrict abc \\! id\n", "sql.script-command"],
    [
      "COPY within a body, by which rows would seem to begin",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC\nCOPY t FROM stdin;\n\\! id\n\\.\nEND;",
      "sql.script-command",
    ],
    ["rows that do not end", "COPY t FROM stdin;\n1\n2\n", "sql.script-cut"],
    ["a string that does not end", "SELECT 'x", "sql.script-cut"],
    ["no rows at all", "COPY t FROM stdin;", "sql.script-cut"],
    [
      "other strings",
      "SET standard_conforming_strings = off; SELECT 'a\\'; \\! id';",
      "sql.script-unreadable",
    ],
    [
      "other strings by a function",
      "SELECT set_config('standard_conforming_strings', 'off', false);",
      "sql.script-unreadable",
    ],
    ["an encoding with backslashes in letters", "SET client_encoding = 'SJIS';", "sql.script-unreadable"],
    ["the same, otherwise", "SET NAMES 'BIG5';", "sql.script-unreadable"],
    ["NUL", "SELECT 1;\0", "sql.script-unreadable"],
  ])("%s", async (_name, text, code) => {
    for (const size of [1, 5, 100_000])
      await expect(piecesOf(text, size)).rejects.toMatchObject({ code, exitCode: 4 });
  });
});
