/** What is put off to run outside of transactions, and what has to wait for it. */
import { planDiff } from "../../src/diff/plan.ts";
import { partsOf } from "../../src/diff/text.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, expect, test } from "../support/database.ts";

test("an extension goes after the index of its operators, which goes concurrently", async ({ database }) => {
  await using to = await createDatabase();
  await database.sql.unsafe(`
    CREATE EXTENSION pg_trgm;
    CREATE TABLE words (word text);
    CREATE INDEX words_word ON words USING gin (word gin_trgm_ops)`);
  await to.sql.unsafe("CREATE TABLE words (word text)");
  const { statements } = planDiff(await readSchema(database.url), await readSchema(to.url));
  const parts = partsOf(statements, true);
  for (const part of parts) for (const { sql } of part.statements) await database.sql.unsafe(sql);
  expect(parts.flatMap((part) => part.statements.map(({ sql }) => sql))).toEqual([
    "DROP INDEX CONCURRENTLY public.words_word",
    "DROP EXTENSION pg_trgm",
  ]);
});
