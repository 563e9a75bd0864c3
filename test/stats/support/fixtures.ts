/** A database with something of everything that reports speak of. */
import { createDatabase, test as plain } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";

export { inject } from "vitest";
export { createDatabase, expect } from "../../support/database.ts";

export const test = plain.extend<{ filled: TestDatabase }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from this pattern that the fixture needs no other
  filled: async ({}, use) => {
    await using database = await createFilledDatabase();
    await use(database);
  },
});

export async function createFilledDatabase(): Promise<TestDatabase> {
  const database = await createDatabase();
  const { sql } = database;
  await sql.unsafe(`
    CREATE EXTENSION pg_stat_statements;
    CREATE TABLE "odd ""name" AS SELECT g AS id, repeat(md5(g::text), 100) AS "Text" FROM generate_series(1, 2000) AS g;
    CREATE INDEX odd_index ON "odd ""name" (id);
    CREATE TABLE notes (id serial, a int, "Parent Id" int);
    CREATE UNIQUE INDEX notes_id ON notes (id);
    CREATE INDEX notes_id_again ON notes (id);
    CREATE INDEX notes_a ON notes (a);
    CREATE INDEX notes_a_id ON notes (a, id);
    INSERT INTO notes (a) SELECT g FROM generate_series(1, 1000) AS g;
    CREATE TABLE parents (id int PRIMARY KEY);
    ALTER TABLE notes ADD FOREIGN KEY ("Parent Id") REFERENCES parents;
    CREATE TABLE events (at date NOT NULL, note text) PARTITION BY RANGE (at);
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE events_rest PARTITION OF events DEFAULT;
    INSERT INTO events SELECT '2024-01-01'::date + g, 'x' FROM generate_series(1, 900) AS g;
    ANALYZE;
    SET enable_seqscan = off;
  `);
  // Used once, so that it is none of those that are never scanned.
  await sql.begin(async (transaction) => {
    await transaction`SET LOCAL enable_seqscan = off`;
    await transaction`SET LOCAL enable_bitmapscan = off`;
    await transaction`SELECT a, id FROM notes WHERE a = 5 AND id = 5`;
  });
  await sql`CREATE UNIQUE INDEX CONCURRENTLY broken ON events_2024 (note)`.catch(() => {});
  return database;
}
