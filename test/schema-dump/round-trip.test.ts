/** What is written loads into an empty database and makes the same schema again, and is written again in the same bytes. */
import { readFileSync } from "node:fs";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { dumpSchema } from "../../src/schema/dump.ts";
import { schemaFiles } from "../../src/schema/files.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, createMigratedDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

const torture = readFileSync(new URL("torture.sql", import.meta.url), "utf8");

async function expectRoundTrip(database: TestDatabase): Promise<void> {
  const before = await readSchema(database.url);
  const text = dumpSchema(before);
  await using copy = await createDatabase();
  await copy.sql.unsafe(text);
  const after = await readSchema(copy.url);
  expect(compareCatalogs(before, after)).toEqual([]);
  expect(dumpSchema(after)).toBe(text);
  await using again = await createDatabase();
  const [index, ...files] = schemaFiles(before);
  const byPath = new Map(files.map((file) => [file.path, file.text]));
  // As psql reads the index: its own statements, and each file where it is named.
  const whole = (index?.text ?? "").replaceAll(
    /^\\ir '?(.*?)'?$/gm,
    (_, path: string) => byPath.get(path) ?? "missing",
  );
  await again.sql.unsafe(whole);
  expect(compareCatalogs(before, await readSchema(again.url))).toEqual([]);
}

test("the platform's own schema", async () => {
  await using database = await createMigratedDatabase();
  await expectRoundTrip(database);
});

test("a schema with everything in it", async ({ database }) => {
  await database.sql.unsafe(torture);
  const catalog = await readSchema(database.url);
  expect(catalog.unmodelled).toEqual([]);
  await expectRoundTrip(database);
});
