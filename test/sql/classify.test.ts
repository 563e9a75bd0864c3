import { readFileSync } from "node:fs";
import { loadModule, parseSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../src/sql/classify.ts";
import { readBlockCases } from "./support/block-cases.ts";

beforeAll(loadModule);

describe("the command", () => {
  test.each([
    ["select 1", "SELECT"],
    ["insert into t values (1)", "INSERT"],
    ["(select 1)", "("],
    ["create table t (a int)", "CREATE TABLE"],
    ["CREATE OR REPLACE FUNCTION f() RETURNS int RETURN 1", "CREATE FUNCTION"],
    ["create /* a */ unlogged -- b\n table t ()", "CREATE TABLE"],
    ["create unique index i on t (a)", "CREATE INDEX"],
    ["create materialized view v as select 1", "CREATE MATERIALIZED VIEW"],
    ["alter default privileges grant select on tables to public", "ALTER DEFAULT PRIVILEGES"],
    ["create foreign data wrapper w", "CREATE FOREIGN DATA WRAPPER"],
    ["create foreign table t () server s", "CREATE FOREIGN TABLE"],
    ["alter text search configuration c rename to d", "ALTER TEXT SEARCH CONFIGURATION"],
    ["create operator class c for type int using btree as storage int", "CREATE OPERATOR CLASS"],
    ["create operator @@ (function = f)", "CREATE OPERATOR"],
    ["drop event trigger e", "DROP EVENT TRIGGER"],
    ["create constraint trigger c after insert on t execute function f()", "CREATE TRIGGER"],
    ["create or replace trusted procedural language l", "CREATE LANGUAGE"],
    ["drop constructor x", "DROP CONSTRUCTOR"],
    ["create", "CREATE"],
    ["", ""],
  ])("%j", (sql, command) => {
    expect(classify(sql)).toEqual({ command });
  });
});

describe("transaction control", () => {
  test.each([
    ["begin", "BEGIN"],
    ["BEGIN WORK ISOLATION LEVEL SERIALIZABLE", "BEGIN"],
    ["start transaction read only", "START TRANSACTION"],
    ["start /* x */ transaction", "START TRANSACTION"],
    ["commit", "COMMIT"],
    ["Commit Transaction And Chain", "COMMIT"],
    ["end", "END"],
    ["end work", "END"],
    ["rollback", "ROLLBACK"],
    ["rollback work and no chain", "ROLLBACK"],
    ["abort", "ABORT"],
    ["prepare transaction 'x'", "PREPARE TRANSACTION"],
    ["prepare transaction E'x'", "PREPARE TRANSACTION"],
    ["commit prepared 'x'", "COMMIT PREPARED"],
    ["rollback prepared 'x'", "ROLLBACK PREPARED"],
  ])("%s", (sql, control) => {
    expect(classify(sql)).toEqual({ command: control, transactionControl: control });
  });

  test.each([
    ["savepoint commit", "SAVEPOINT"],
    ["release savepoint a", "RELEASE"],
    ["rollback to a", "ROLLBACK"],
    ["rollback to savepoint a", "ROLLBACK"],
    ["rollback transaction to savepoint a", "ROLLBACK"],
    ["prepare transaction as select 1", "PREPARE"],
    ["prepare transaction (int) as select 1", "PREPARE"],
    ["set transaction isolation level serializable", "SET"],
    ['"commit"', '"COMMIT"'],
    ["do $$ begin commit; end $$", "DO"],
  ])("but not %s", (sql, command) => {
    expect(classify(sql)).toEqual({ command });
  });
});

describe("what cannot run in a transaction", () => {
  test.each(readBlockCases())("$sql", ({ sql, subject }) => {
    expect(classify(sql).cannotRunInTransaction ?? null).toBe(subject);
  });
});

describe("concurrent index statements", () => {
  test.each([
    [
      "create index concurrently i on t (a)",
      { kind: "create", index: { name: "i" }, table: { name: "t" }, ifExists: false },
    ],
    [
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I;""x" ON ONLY App."T" USING btree (a)',
      { kind: "create", index: { name: 'I;"x' }, table: { schema: "app", name: "T" }, ifExists: true },
    ],
    ["create index concurrently on t (a)", { kind: "create", table: { name: "t" }, ifExists: false }],
    [
      "create index concurrently if on only (db.s.t) (a)",
      { kind: "create", index: { name: "if" }, table: { schema: "s", name: "t" }, ifExists: false },
    ],
    ["drop index concurrently s.i", { kind: "drop", index: { schema: "s", name: "i" }, ifExists: false }],
    ["drop index concurrently if exists I cascade", { kind: "drop", index: { name: "i" }, ifExists: true }],
    ["drop index concurrently if", { kind: "drop", index: { name: "if" }, ifExists: false }],
    [
      "reindex index concurrently s.i",
      { kind: "reindex", index: { schema: "s", name: "i" }, ifExists: false },
    ],
    ["reindex (concurrently, verbose) table t", { kind: "reindex", table: { name: "t" }, ifExists: false }],
    ["reindex schema concurrently s", { kind: "reindex", ifExists: false }],
    ["reindex database concurrently", { kind: "reindex", ifExists: false }],
  ])("%s", (sql, expected) => {
    expect(classify(sql).concurrentIndex).toEqual(expected);
  });

  test.each(["create index i on t (a)", "drop index i", "reindex (concurrently off) table t"])(
    "but not %s",
    (sql) => {
      expect(classify(sql).concurrentIndex).toBeUndefined();
    },
  );
});

test("names are what PostgreSQL makes of them", () => {
  const names: readonly string[] = JSON.parse(
    readFileSync(new URL("../cases/sql/names.json", import.meta.url), "utf8"),
  );
  const ours: unknown[] = [];
  const theirs: unknown[] = [];
  for (const name of names) {
    const sql = `create index concurrently ${name} on ${name}/* ; */. -- x\n${name} (a)`;
    const { index, table } = classify(sql).concurrentIndex ?? {};
    ours.push({ name, index: index?.name, schema: table?.schema, table: table?.name });
    const statement = parseSync(sql).stmts?.[0]?.stmt;
    if (statement === undefined || !("IndexStmt" in statement)) throw new Error(`${sql} is no IndexStmt`);
    const { idxname, relation } = statement.IndexStmt;
    theirs.push({ name, index: idxname, schema: relation?.schemaname, table: relation?.relname });
  }
  expect(ours).toEqual(theirs);
});
