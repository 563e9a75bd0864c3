import { describe, expect, test } from "vitest";
import { splitStatements } from "../../src/sql/split.ts";

function texts(text: string): string[] {
  return Array.from(splitStatements(text), ({ sql }) => sql);
}

/** Each text, and the statements that it holds; without them, the text is one statement as it stands. */
const cases: [name: string, text: string, statements?: string[]][] = [
  ["nothing", "", []],
  ["spaces alone", " \t\r\n\f\v\n", []],
  ["comments alone", "-- a;\n/* b; /* c */ ; */ -- d;", []],
  ["semicolons alone", ";; ;\n-- x\n;", []],
  ["one without a semicolon", "select 1"],
  ["one with", "select 1;", ["select 1"]],
  ["two on a line", "select 1;select 2", ["select 1", "select 2"]],
  ["empty ones between", ";select 1;;\n;select 2;;", ["select 1", "select 2"]],
  ["comments around, not inside", "/* a */ select /* b; */ 1 -- c\n; -- d", ["select /* b; */ 1"]],
  ["a comment that ends the file", "select 1 -- the end;", ["select 1"]],
  ["a comment before the semicolon", "select 1 /* c */ -- d\n ; select 2", ["select 1", "select 2"]],

  ["a string", "select 'a;b'"],
  ["a doubled quote", "select 'it''s;', ''';'"],
  ["a backslash that is no escape", "select '\\'; select '\\;'", ["select '\\'", "select '\\;'"]],
  ["E'' with an escaped quote", "select E'\\';'"],
  ["e'' in lower case", "select e'\\';'"],
  ["E'' with an escaped backslash", "select E'\\\\'; select 2", ["select E'\\\\'", "select 2"]],
  ["E'' with a doubled quote", "select E''';'"],
  ["E'' over a backslash and a line break", "select E'\\\n;'"],
  ["no E'' where a word ends with e", "select date'\\'; select 2", ["select date'\\'", "select 2"]],
  ["no E'' after a space", "select e '\\'; select 2", ["select e '\\'", "select 2"]],
  ["a continued string", "select 'a;'\n';b'"],
  ["a continued string after CR", "select 'a;'\r  ';b'"],
  ["a continued E'' stays E''", "select E'a'\n'\\';'"],
  ["a continued E'' over empty lines", "select E'a' \t\r\n\f\n '\\';'\n'\\';'"],
  ["a continued E'' over a comment", "select E'a' -- it's;\n -- more\n'\\';'"],
  ["no continuation on the same line", "select E'a' '\\'; select 2", ["select E'a' '\\'", "select 2"]],
  [
    "no continuation over a block comment",
    "select E'a' /* \n */ '\\'; x",
    ["select E'a' /* \n */ '\\'", "x"],
  ],
  ["no E'' by continuation alone", "select 'a'\n'\\'; select 2", ["select 'a'\n'\\'", "select 2"]],
  ["U&''", "select U&'\\0441;', u&'d!0061;' uescape '!'"],
  ["U&'' has no backslash quotes", "select U&'\\'; select 2", ["select U&'\\'", "select 2"]],
  ["B'', X'' and N''", "select B'01;', x'1F;', n';'"],

  ["a quoted identifier", 'select "a;""b;", "it\'s"'],
  ['U&""', 'select U&"d\\0061;", u&"a;"'],
  ["a quoted identifier that looks like a comment", 'select "--;", "/*;"'],

  ["dollar quotes", "do $$ ; ' \" -- /* $$"],
  ["a tag", "do $a$ $$;$$ $b$;$b$ $A$ $a$"],
  ["a tag with digits and underscores", "do $_1$;$_1$"],
  [
    "a tag that is not ASCII",
    "do $é$;$é$; do $函数😀$;$函数$;$函数😀$",
    ["do $é$;$é$", "do $函数😀$;$函数$;$函数😀$"],
  ],
  ["a tag's own dollar begins the closing one", "do $a$;$b$a$"],
  ["parameters are no tags", "select $1; select $2$$;$$", ["select $1", "select $2$$;$$"]],
  ["dollars in an identifier", "select a$b$;select c$b$", ["select a$b$", "select c$b$"]],
  ["a dollar quote after a number", "select 1$$;$$"],
  ["a dollar alone", "select $ ; select $a ;", ["select $", "select $a"]],

  ["a nested comment", "select 1 /* /* ; */ ; */ + 2"],
  ["the shortest comment", "select 1 /**/; select 2", ["select 1", "select 2"]],
  ["stars and slashes", "select /***/ 1 /*/ ; */ + /* **/ 2; x", ["select /***/ 1 /*/ ; */ + /* **/ 2", "x"]],
  ["a slash before a nested comment", "select 1 /* //* ; */ */ + 2"],
  ["a line comment inside a block one", "select /* -- */ 1"],
  ["a block comment inside a line one", "select 1 -- /* \n; select 2", ["select 1", "select 2"]],
  ["a line comment ended by CR", "select 1 -- ;\r; select 2", ["select 1", "select 2"]],
  ["a line comment ended by CRLF", "select 1 -- ;\r\n+ 2"],
  ["no line end at U+2028 or form feed", "select 1 --\u2028;\f;\n + 2"],
  ["an operator cut by dashes", "select 1 @--;\n 2"],
  ["an operator cut by a comment", "select 1 @/*;*/ 2"],
  ["a minus and a comment", "select 1 ---;\n2"],
  ["single dashes", "select 1 - - 2 -> '-;-'"],
  ["a star before a comment", "select */*;*/ from t"],

  [
    "parentheses",
    "create rule r as on insert to t do also (select 1; select ')'; select (2); ); x",
    ["create rule r as on insert to t do also (select 1; select ')'; select (2); )", "x"],
  ],
  [
    "a parenthesis never closed goes to the server with all that follows",
    "select 1; create table t (a int;\nselect 2;",
    ["select 1", "create table t (a int;\nselect 2;"],
  ],
  ["a closing parenthesis too many", "select 1); select 2", ["select 1)", "select 2"]],
  [
    "CREATE SCHEMA with its elements",
    "create schema s create table t (a int) create view v as select 1; x",
    ["create schema s create table t (a int) create view v as select 1", "x"],
  ],

  ["BEGIN alone", "begin; select 1; end; x", ["begin", "select 1", "end", "x"]],
  [
    "BEGIN ATOMIC",
    "create function f() returns int begin atomic select 1; select 2; end; x",
    ["create function f() returns int begin atomic select 1; select 2; end", "x"],
  ],
  [
    "an empty body",
    "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC END; x",
    ["CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC END", "x"],
  ],
  [
    "CASE in a body",
    "create function f() begin atomic select case when a then case b when 1 then 2 end end; end; x",
    ["create function f() begin atomic select case when a then case b when 1 then 2 end end; end", "x"],
  ],
  [
    "columns and labels named end",
    "create function f() begin atomic select t.end as end, 1 end; select 2 as case; end; x",
    ["create function f() begin atomic select t.end as end, 1 end; select 2 as case; end", "x"],
  ],
  [
    "a quoted end",
    'create function f() begin atomic; "end"; end; x',
    ['create function f() begin atomic; "end"; end', "x"],
  ],
  [
    "comments in the head",
    "create/**/or--\nreplace/**/function f() begin--;\natomic/*;*/select 1;/**/end; x",
    ["create/**/or--\nreplace/**/function f() begin--;\natomic/*;*/select 1;/**/end", "x"],
  ],
  [
    "a type named begin",
    "create function f(begin atomic) returns begin begin atomic; end; x",
    ["create function f(begin atomic) returns begin begin atomic; end", "x"],
  ],
  [
    "a nested body",
    "create function f() begin atomic create function g() begin atomic; end; end; x",
    ["create function f() begin atomic create function g() begin atomic; end; end", "x"],
  ],
  [
    "a rule in a body",
    "create function f() begin atomic create rule r as on insert to t do (a; end; b); end; x",
    ["create function f() begin atomic create rule r as on insert to t do (a; end; b); end", "x"],
  ],
  [
    "begin atomic that opens nothing",
    "create function f() begin atomic select begin atomic; end; select begin atomic; x",
    ["create function f() begin atomic select begin atomic; end", "select begin atomic", "x"],
  ],
  [
    "no body outside CREATE FUNCTION",
    "create view v as select begin atomic; end; x",
    ["create view v as select begin atomic", "end", "x"],
  ],
  ["no body without CREATE", "function f() begin atomic; end; x", ["function f() begin atomic", "end", "x"]],
  [
    "a body in quotes",
    "create function f() returns int language plpgsql as $$ begin atomic; end $$; x",
    ["create function f() returns int language plpgsql as $$ begin atomic; end $$", "x"],
  ],

  [
    "letters past ASCII",
    "select имя, été from таблица; select '😀;'",
    ["select имя, été from таблица", "select '😀;'"],
  ],
  ["a no-break space is a letter", "select\u00a0; x", ["select\u00a0", "x"]],
  ["a cast, a slice, an assignment", "select a::text, b[1:2], c := 1"],
];

describe("splitStatements finds", () => {
  test.each(cases.map(([name, text, statements = [text]]) => ({ name, text, statements })))(
    "$name",
    ({ text, statements }) => {
      expect(texts(text)).toEqual(statements);
    },
  );
});

test("gives the place of each statement's first token, in characters", () => {
  const text = "\n-- é\r\n  select '😀\r';\r select 1; /* 漢\n😀*/ select 2;\n\n\tselect 3";
  expect(Array.from(splitStatements(text), ({ sql, line, column }) => `${line}:${column} ${sql}`)).toEqual([
    "3:3 select '😀\r'",
    "5:2 select 1",
    "6:5 select 2",
    "8:2 select 3",
  ]);
  for (const { sql, offset } of splitStatements(text)) expect(text.startsWith(sql, offset)).toBe(true);
});

test("counts on, however many statements share one line", () => {
  const statements = Array.from(splitStatements("select '😀';".repeat(20_000)));
  expect(statements).toHaveLength(20_000);
  expect(statements.at(-1)).toMatchObject({ line: 1, column: 19_999 * 12 - 19_999 + 1 });
});

test("reads a statement only when it is asked for", () => {
  const statements = splitStatements("select 1; select '");
  expect(statements.next()).toMatchObject({ value: { sql: "select 1" } });
  expect(() => statements.next()).toThrow("is never closed");
});

test("is quick on what makes careless scanners slow", () => {
  const hostile = [
    "-- c\n".repeat(100_000),
    "'a'\n-- c\n".repeat(50_000),
    "$a $b ".repeat(100_000),
    `${"(".repeat(100_000)}${")".repeat(100_000)}`,
    `${"/*".repeat(100_000)}${"*/".repeat(100_000)}`,
    "e'\\''".repeat(100_000),
    ";".repeat(500_000),
    "-".repeat(500_000),
    "create function f() begin atomic ".repeat(20_000) + "end; ".repeat(20_000),
  ];
  const began = performance.now();
  for (const text of hostile) texts(text);
  expect(performance.now() - began).toBeLessThan(3000);
});
