/** veza-db query …, as people and programs call it: results, exit codes, and what it says of a call that is wrong. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, call, parse } from "../contract/support/call.ts";
import type { CallResult } from "../contract/support/call.ts";
import { temporaryProject } from "../support/cli.ts";
import type { TemporaryProject } from "../support/cli.ts";
import { createDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const files: Readonly<Record<string, string>> = {
  "queries/notes/by-id.sql": `-- One note.
--
-- param: id bigint  which
-- param: word character varying(5) = 'x'  a word
-- param: state mood = null  its state
SELECT id, title, :word AS word, amount, (:state)::text AS state, at FROM notes WHERE id = :id;
`,
  "queries/notes/page.sql": `-- Notes, by id.
--
-- param: limit integer 0.. = 2  rows at most
-- param: after_id bigint = null
-- param: after_at timestamptz = null
-- cursor: after_id, after_at
SELECT id, title FROM notes WHERE id > COALESCE(:after_id, 0) AND at >= COALESCE(:after_at, '-infinity') ORDER BY id LIMIT :limit;
`,
  "queries/notes/rename.sql": "-- param: id bigint\n-- param: title text\nUPDATE notes SET title = :title WHERE id = :id RETURNING id, title;\n",
  "queries/notes/sleep.sql": "SELECT pg_sleep(60);\n",
  "queries/notes/taken.sql": "-- param: timeout integer\n-- param: no_x integer\nSELECT :timeout + :no_x AS sum;\n",
  "queries/notes/zero.sql": "-- param: by integer\nSELECT 1 / :by AS x;\n",
  "queries/wide.sql": "SELECT 1 a, 2 b, 3 c, 4 d, 5 e, 6 f, 7 g, 8 h, 'i\nj,\"k' i;\n",
  "migrations/2024-01-01-001-notes.sql": `CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE notes (id bigint PRIMARY KEY, title text NOT NULL, amount numeric(10,2), at timestamptz NOT NULL);
INSERT INTO notes VALUES (1, 'one', 1.50, '2024-01-01 10:00:00.000001+00'), (2, 'two', 0.1, '2024-01-02'), (3, 'three', NULL, '2024-01-03');
`,
}; // prettier-ignore

let database: TestDatabase;
let project: TemporaryProject;

beforeAll(async () => {
  database = await createDatabase();
  project = await temporaryProject(files);
  expect((await run("migrate", "--yes")).code).toBe(0);
});

afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

function run(...words: readonly string[]): Promise<CallResult> {
  return call([...words, "--url", database.url], { cwd: project.folder });
}

function query(...words: readonly string[]): Promise<CallResult> {
  return run("query", ...words);
}

async function dataOf(...words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await query(...words, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return at(parse(stdout), "data");
}

async function failureOf(...words: readonly string[]): Promise<unknown> {
  const { stdout, stderr, code } = await query(...words, "--json");
  expect(stdout).toBe("");
  const error = at(parse(stderr), "error");
  expect(at(error, "exitCode")).toBe(code);
  return error;
}

describe("query run", () => {
  test("gives rows as JSON, with nothing lost", async () => {
    const data = await dataOf("run", "notes.by-id", "--id", "1", "--state", "good");
    expect(at(data, "rows")).toEqual([
      { id: 1, title: "one", word: "x", amount: 1.5, state: "good", at: "2024-01-01T10:00:00.000001Z" },
    ]);
    expect(typeof at(data, "durationMs")).toBe("number");
    const second = await dataOf("run", "notes.by-id", "--id=2", "--word=");
    expect(at(second, "rows", 0)).toMatchObject({ word: "", amount: "0.10", state: null });
  });

  test("takes its flags anywhere, the last one wins, and --param does the same", async () => {
    for (const words of [
      ["run", "--id", "3", "notes.by-id"],
      ["run", "notes.by-id", "--id", "1", "--id", "3"],
      ["run", "notes.by-id", "--param", "id=3"],
    ]) {
      expect(at(await dataOf(...words), "rows", 0, "title")).toBe("three");
    }
  });

  test("parameters whose flags the command has for itself come by --param", async () => {
    const data = await dataOf("run", "notes.taken", "--param", "timeout=1", "--param", "no_x=2");
    expect(at(data, "rows")).toEqual([{ sum: 3 }]);
  });

  test("prints CSV as it stands, with a header though there is no row", async () => {
    expect((await query("run", "notes.by-id", "--id", "1", "-o", "csv")).stdout).toBe(
      "id,title,word,amount,state,at\r\n1,one,x,1.50,,2024-01-01T10:00:00.000001Z\r\n",
    );
    expect((await query("run", "notes.page", "--limit", "0", "-o", "csv")).stdout).toBe("id,title\r\n");
    expect((await query("run", "wide", "-o", "csv")).stdout).toContain('"i\nj,""k"');
  });

  test("prints a table, a wide row downwards, and Markdown", async () => {
    expect((await query("run", "notes.page")).stdout).toMatch(/^id +title\n +1 +one\n +2 +two\n\n2 rows in /);
    expect((await query("run", "wide")).stdout).toMatch(/^a +1\nb +2\n/);
    expect((await query("run", "notes.page", "-o", "markdown")).stdout).toContain("| 1 | one |");
  });

  test("leaves nothing written without --write, and says so", async () => {
    const error = await failureOf("run", "notes.rename", "--id", "1", "--title", "new");
    expect(error).toMatchObject({ code: "query.writes", exitCode: 4, query: "notes.rename" });
    expect(await database.sql`SELECT title FROM notes WHERE id = 1`).toEqual([{ title: "one" }]);
  });

  test("writes and commits with --write", async () => {
    const data = await dataOf("run", "notes.rename", "--id", "3", "--title", "drei", "--write");
    expect(at(data, "rows")).toEqual([{ id: 3, title: "drei" }]);
    expect(await database.sql`SELECT title FROM notes WHERE id = 3`).toEqual([{ title: "drei" }]);
    await database.sql`UPDATE notes SET title = 'three' WHERE id = 3`;
  });

  test("is cancelled after --timeout", async () => {
    const error = await failureOf("run", "notes.sleep", "--timeout", "200ms");
    expect(error).toMatchObject({ code: "query.timeout", exitCode: 5 });
    expect(String(at(error, "message"))).toContain("200 ms");
  });

  test("stops at a signal", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("SIGINT"), 400);
    const result = await call(["query", "run", "notes.sleep", "--url", database.url], {
      cwd: project.folder,
      signal: controller.signal,
    });
    expect(result.code).toBe(130);
  });

  test("a query that fails while it runs names its place", async () => {
    expect(await failureOf("run", "notes.zero", "--by", "0")).toMatchObject({
      code: "query.failed",
      exitCode: 5,
      sqlstate: "22012",
    });
  });

  test("--help lists the parameters", async () => {
    const { stdout } = await call(["query", "run", "notes.by-id", "--help"], { cwd: project.folder });
    expect(stdout).toMatch(/--id <bigint> +which; required/);
    expect(stdout).toMatch(/--word <character-varying\(5\)> +a word \(default: x\)/);
    expect(stdout).toMatch(/--state <mood> +its state; may be left out|--state <mood>[\s\S]*may be left out/);
  });
});

describe("a call that is wrong ends with 2", () => {
  const cases: readonly (readonly [about: string, words: readonly string[], code: string, says: string])[] = [
    ["a parameter is missing", ["notes.by-id"], "query.missing-parameter", "needs --id"],
    ["of the wrong type", ["notes.by-id", "--id", "seven"], "query.bad-value", "--id takes a whole number"],
    ["out of range", ["notes.by-id", "--id", "9223372036854775808"], "query.bad-value", "9223372036854775807"],
    ["empty", ["notes.by-id", "--id", ""], "query.bad-value", "--id"],
    ["too long", ["notes.by-id", "--id", "1", "--word", "abcdef"], "query.bad-value", "at most 5 characters"],
    ["of a type that only the server knows", ["notes.by-id", "--id", "1", "--state", "so-so"], "query.bad-value", "--state"],
    ["a limit of -1", ["notes.page", "--limit", "-1"], "query.bad-value", "from 0"],
    ["a limit beyond integers", ["notes.page", "--limit", "2147483648"], "query.bad-value", "2147483647"],
    ["half a cursor", ["notes.page", "--after-id", "1"], "query.half-cursor", "--after-at"],
    ["a time that is none", ["notes.page", "--after-id", "1", "--after-at", "2024-02-30"], "query.bad-value", "--after-at"],
    ["an unknown flag", ["notes.by-id", "--di", "1"], "cli.unknown-flag", "--di"],
    ["an unknown name in --param", ["notes.by-id", "--param", "di=1"], "query.unknown-parameter", "di"],
    ["a --param without a value", ["notes.by-id", "--param", "id"], "cli.bad-value", "name=value"],
    ["an unknown query", ["notes.by-di", "--id", "1"], "query.unknown", "notes.by-di"],
    ["no query", [], "cli.missing-argument", "query"],
    ["two queries", ["notes.by-id", "notes.page", "--id", "1"], "cli.excess-arguments", "no more arguments"],
  ]; // prettier-ignore

  test.each(cases)("%s", async (_about, words, code, says) => {
    for (const command of ["run", "explain", "bench"]) {
      const error = await failureOf(command, ...words);
      expect(error, command).toMatchObject({ code, exitCode: 2 });
      expect(String(at(error, "message"))).toContain(says);
      expect(at(error, "hint")).toBeDefined();
    }
  });

  test("with the word that was meant", async () => {
    expect(at(await failureOf("run", "notes.by-di"), "hint")).toBe("Did you mean notes.by-id?");
    expect(at(await failureOf("run", "page"), "hint")).toBe("Did you mean notes.page?");
    expect(at(await failureOf("run", "notes.page", "--limti", "1"), "hint")).toBe("Did you mean --limit?");
    expect(at(await failureOf("run", "notes.page", "--jsno"), "hint")).toBe("Did you mean --json?");
    expect(at(await failureOf("run", "notes.page", "--param", "limti=1"), "hint")).toBe(
      "Did you mean limit?",
    );
  });

  test("no folder", async () => {
    expect(await failureOf("run", "x", "--dir", "nowhere")).toMatchObject({ code: "query.folder-missing" });
    expect(await failureOf("list", "--dir", "nowhere")).toMatchObject({ code: "query.folder-missing" });
  });

  test("files that are no queries, each with its line", async () => {
    await using other = await temporaryProject({
      "queries/two.sql": "SELECT 1;\nSELECT 2;\n",
      "queries/undeclared.sql": "-- x\nSELECT :y;\n",
      "queries/fine.sql": "SELECT 1;\n",
    });
    const inOther = (...words: readonly string[]): Promise<CallResult> =>
      call(["query", ...words, "--url", database.url, "--json"], { cwd: other.folder });
    expect(at(parse((await inOther("run", "two")).stderr), "error")).toMatchObject({
      code: "query.two-statements",
      line: 2,
      file: "queries/two.sql",
      exitCode: 2,
    });
    expect(at(parse((await inOther("run", "undeclared")).stderr), "error")).toMatchObject({
      code: "query.undeclared-parameter",
      line: 2,
      column: 8,
    });
    expect((await inOther("run", "fine")).code).toBe(0);
    const all = await inOther("list");
    expect(all.code).toBe(2);
    expect(String(at(parse(all.stderr), "error", "detail")).split("\n")).toHaveLength(2);
  });

  test("two files of one name, bytes that are no UTF-8, names that are none", async () => {
    await using other = await temporaryProject({ "queries/a.b.sql": "SELECT 1" });
    const code = async (): Promise<unknown> =>
      at(parse((await call(["query", "list", "--json"], { cwd: other.folder })).stderr), "error", "code");
    expect(await code()).toBe("query.bad-name");
    await using latin = await temporaryProject({
      "queries/a.sql": Buffer.from([0x2d, 0x2d, 0xe9, 0x0a, 0x53]),
    });
    const { stderr } = await call(["query", "list", "--json"], { cwd: latin.folder });
    expect(at(parse(stderr), "error", "code")).toBe("query.invalid-utf8");
  });
});

describe("query list and show", () => {
  test("list names parameters and columns, with types", async () => {
    const queries = at(await dataOf("list"), "queries");
    expect(queries).toHaveLength(7);
    expect(at(queries, 0)).toMatchObject({
      name: "notes.by-id",
      summary: "One note.",
      params: [
        { name: "id", type: "bigint" },
        { name: "word", default: "x" },
        { name: "state", required: false },
      ],
    });
    expect(at(queries, 0, "columns", 0)).toEqual({ name: "id", type: "bigint", nullable: false });
    expect(at(queries, 0, "columns", 3)).toEqual({ name: "amount", type: "numeric", nullable: true });
  });

  test("list does without a database, and says what it lacks", async () => {
    const { code, stdout } = await call(["query", "list", "--json"], { cwd: project.folder });
    expect(code).toBe(0);
    expect(at(parse(stdout), "data", "queries", 0, "params", 0)).toMatchObject({
      name: "id",
      type: "bigint",
    });
    expect(at(parse(stdout), "warnings", 0)).toContain("No database is named");
  });

  test("show gives the statement as drivers take it", async () => {
    expect((await query("show", "notes.zero", "-o", "sql")).stdout).toBe("SELECT 1 / ($1::integer) AS x;\n");
    expect(at(await dataOf("show", "notes.page"), "cursors")).toEqual([["after_id", "after_at"]]);
    expect((await query("show", "notes.page")).stdout).toContain("--after-at");
  });

  test("the folder is a setting", async () => {
    await using other = await temporaryProject({
      "veza-db.config.json": '{"queries": {"dir": "sql"}}',
      "sql/one.sql": "SELECT 1 AS n",
      "more/two.sql": "SELECT 2 AS n",
    });
    const names = async (...words: readonly string[]): Promise<unknown> =>
      at(
        parse((await call(["query", "list", "--json", ...words], { cwd: other.folder })).stdout),
        "data",
        "queries",
        0,
        "name",
      );
    expect(await names()).toBe("one");
    expect(await names("--dir", "more")).toBe("two");
    const rows = await call(["query", "run", "two", "--dir", "more", "--json", "--url", database.url], {
      cwd: other.folder,
    });
    expect(at(parse(rows.stdout), "data", "rows")).toEqual([{ n: 2 }]);
  });
});

describe("query explain", () => {
  test("shows the plan, and runs nothing", async () => {
    expect((await query("explain", "notes.sleep")).stdout).toContain("Result");
    expect(at(await dataOf("explain", "notes.page"), "plan", "Plan", "Node Type")).toBe("Limit");
    expect((await query("explain", "notes.by-id", "--id", "1", "--generic")).stdout).toContain("$1");
  });

  test("--analyze runs it and takes back what it wrote", async () => {
    const data = await dataOf("explain", "notes.rename", "--id", "1", "--title", "gone", "--analyze");
    expect(at(data, "plan", "Execution Time")).toBeGreaterThan(0);
    expect(at(data, "plan", "Plan", "Shared Hit Blocks")).toBeGreaterThan(0);
    expect(await database.sql`SELECT title FROM notes WHERE id = 1`).toEqual([{ title: "one" }]);
  });

  test("names the place in the file, whatever stands ahead of the statement", async () => {
    await using other = await temporaryProject({ "queries/bad.sql": "-- x\nSELECT\n  oops FROM notes\n" });
    for (const words of [["run"], ["explain"], ["explain", "--generic"], ["bench"]]) {
      const { code, stderr } = await call(["query", ...words, "bad", "--url", database.url, "--json"], {
        cwd: other.folder,
      });
      expect(code).toBe(5);
      expect(at(parse(stderr), "error"), words.join(" ")).toMatchObject({
        code: "query.broken",
        line: 3,
        column: 3,
      });
    }
  });
});

test("query bench measures", async () => {
  const data = await dataOf("bench", "notes.page", "--runs", "7");
  expect(data).toMatchObject({ query: "notes.page", runs: 7, rows: 2 });
  const [min, median, p95, max] = ["minMs", "medianMs", "p95Ms", "maxMs"].map((name) =>
    Number(at(data, name)),
  );
  expect([min, median, p95, max].toSorted((a = 0, b = 0) => a - b)).toEqual([min, median, p95, max]);
  expect(at(data, "buffersHit")).toBeGreaterThan(0);
  expect(await failureOf("bench", "notes.rename", "--id", "1", "--title", "x")).toMatchObject({
    code: "query.writes",
    exitCode: 4,
  });
});

describe("query check", () => {
  test("all fit: 0", async () => {
    const data = await dataOf("check");
    expect(at(data, "queries", 0)).toEqual({ name: "notes.by-id", ok: true });
  });

  test("names query, column and migration that broke it: 1", async () => {
    await using broken = await createDatabase();
    await using other = await temporaryProject({
      ...files,
      "queries/notes/wrong-note.sql": "-- column: id text\n-- column: gone text\nSELECT id FROM notes;\n",
      "migrations/2024-02-01-002-more.sql": "ALTER TABLE notes ADD COLUMN extra text;",
      "migrations/2024-03-01-003-drop.sql":
        "-- amount is not wanted\nALTER TABLE notes DROP COLUMN amount;\nALTER TABLE notes RENAME COLUMN title TO name;",
      "migrations/2024-04-01-004-speak.sql": "COMMENT ON TABLE notes IS 'amount and title are gone';",
    });
    const inOther = (...words: readonly string[]): Promise<CallResult> =>
      call([...words, "--url", broken.url, "--json"], { cwd: other.folder });
    expect((await inOther("migrate", "--yes")).code).toBe(0);
    const { code, stdout } = await inOther("query", "check");
    expect(code).toBe(1);
    const queries = at(parse(stdout), "data", "queries");
    expect(at(queries, 0)).toMatchObject({
      name: "notes.by-id",
      ok: false,
      file: "queries/notes/by-id.sql",
      line: 6,
      missing: "title",
    });
    expect(at(queries, 0, "migration")).toMatchObject({ id: "2024-03-01-003", name: "drop" });
    expect(at(queries, 0, "error")).toContain("2024-03-01-003");
    const wrong = Array.isArray(queries)
      ? queries.find((found) => at(found, "name") === "notes.wrong-note")
      : undefined;
    expect(at(wrong, "error")).toContain("the column id is bigint; the header says text");
    expect((await inOther("query", "check", "notes.sleep")).code).toBe(0);
  });

  test("files that are no queries do not keep the others from being checked: 1", async () => {
    await using other = await temporaryProject({
      "queries/a/two.sql": "SELECT 1;\nSELECT 2;\n",
      "queries/b/latin.sql": Buffer.from([0x2d, 0x2d, 0xe9, 0x0a, 0x53]),
      "queries/c/fine.sql": "SELECT 1 AS one;\n",
      "queries/d/broken.sql": "SELECT nothing FROM notes;\n",
    });
    const check = (...words: readonly string[]): Promise<CallResult> =>
      call(["query", "check", ...words, "--url", database.url], { cwd: other.folder });
    const { code, stdout, stderr } = await check("--json");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(at(parse(stdout), "data", "queries")).toMatchObject([
      {
        name: "a.two",
        ok: false,
        error: "A second statement begins at queries/a/two.sql:2:1",
        file: "queries/a/two.sql",
        line: 2,
        column: 1,
        code: "query.two-statements",
      },
      { name: "b.latin", ok: false, file: "queries/b/latin.sql", code: "query.invalid-utf8" },
      { name: "c.fine", ok: true },
      { name: "d.broken", ok: false, sqlstate: "42703" },
    ]);
    const shown = await check();
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain("Next: veza-db query show d.broken ");
    expect(shown.stdout).toContain("3 of 4 queries do not fit");
    expect(shown.stdout).toContain("a.two:\nSELECT 2;\n^\n");
    expect((await check("c.fine")).code).toBe(0);
    expect((await check("a.two")).code).toBe(1);
    expect((await check("c.fin")).code).toBe(2);
  });
});

test("query types writes declarations that TypeScript takes", async () => {
  const { code } = await query("types", "--file", "queries.d.ts");
  expect(code).toBe(0);
  const path = join(project.folder, "queries.d.ts");
  expect(existsSync(path)).toBe(true);
  const text = readFileSync(path, "utf8");
  expect(text).toContain('"notes.by-id": {');
  expect(text).toContain("id: ExactNumber;");
  expect(text).toContain("state?: string | null;");
  expect(text).toContain("amount: ExactNumber | null;");
  expect(text).toContain("title: string;");
});
