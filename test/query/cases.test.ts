/** The platform's queries on rows whose answers were worked out by hand: test/cases/queries/<query>/<case>.sql and .json. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Db } from "../../src/postgres/connect.ts";
import { createMigratedDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { answer, connectTo, platform, platformQuery } from "./support/platform.ts";
import type { JsonRow } from "./support/platform.ts";

interface Call {
  readonly about: string;
  readonly params: Readonly<Record<string, string>>;
  /** Columns that a row does not name are not looked at. */
  readonly rows: readonly JsonRow[];
}

const root = fileURLToPath(new URL("../cases/queries", import.meta.url));

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createMigratedDatabase();
  db = await connectTo(database.url);
});

afterAll(async () => {
  await db.close();
  await database[Symbol.asyncDispose]();
});

test("every query has cases, and every case has a query", () => {
  expect(readdirSync(root).toSorted()).toEqual(platform.files.map(({ name }) => name));
});

describe.each(platform.files.map(({ name }) => name))("%s", (name) => {
  const query = platformQuery(name);
  const folder = join(root, name);

  test("has the columns of the document, in their order", async () => {
    const { columns } = await db.describe(query.statement.sql);
    expect(columns.map((column) => column.name)).toEqual(JSON.parse(read(folder, "columns.json")));
  });

  const cases = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  test.each(cases)("%s", async (file) => {
    await db.send("BEGIN");
    try {
      await db.send(read(folder, file));
      const calls: readonly Call[] = JSON.parse(read(folder, file.replace(/\.sql$/, ".json")));
      for (const { about, params, rows } of calls) {
        const found = await answer(db, query, params);
        expect(
          found.map((row, at) => only(row, Object.keys(rows[at] ?? {}))),
          about,
        ).toEqual(rows);
      }
    } finally {
      await db.send("ROLLBACK");
    }
  });
});

function only(row: JsonRow, names: readonly string[]): JsonRow {
  return names.length === 0 ? row : Object.fromEntries(names.map((column) => [column, row[column] ?? null]));
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}
