import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { fillIdentifiers, loadSql } from "../../src/sql/load.ts";
import { quoteIdentifier, quoteQualified } from "../../src/sql/quote.ts";

const folder = mkdtempSync(join(tmpdir(), "veza-load-"));
const here = pathToFileURL(join(folder, "reader.ts")).href;
afterAll(() => rmSync(folder, { recursive: true }));

test("loadSql reads a file once, without the comments ahead of the statement", () => {
  const file = join(folder, "one.sql");
  writeFileSync(file, "-- What it reads.\n-- And why.\n\nSELECT 1 -- kept\n+ 1;\n");
  expect(loadSql(here, "./one.sql")).toBe("SELECT 1 -- kept\n+ 1;");
  writeFileSync(file, "changed");
  expect(loadSql(here, "one.sql")).toBe("SELECT 1 -- kept\n+ 1;");
});

test("loadSql names the file that is missing", () => {
  expect(() => loadSql(here, "none.sql")).toThrow("none.sql");
});

test("fillIdentifiers replaces each placeholder, and no cast", () => {
  const identifiers = { history: quoteQualified("s", "$& m"), id: quoteIdentifier('i"d') };
  const sql = 'SELECT :"id", :"id"::text, relkind::"char" FROM :"history"';
  expect(fillIdentifiers(sql, identifiers)).toBe(
    'SELECT "i""d", "i""d"::text, relkind::"char" FROM "s"."$& m"',
  );
});

test("fillIdentifiers throws on a placeholder or an identifier too many", () => {
  const a = quoteIdentifier("a");
  expect(() => fillIdentifiers('SELECT :"b"', { a })).toThrow(':"b"');
  expect(() => fillIdentifiers("SELECT 1", { a })).toThrow(':"a"');
  expect(() => fillIdentifiers('SELECT :"toString"', {})).toThrow(':"toString"');
});
