/** The servers under test, tested. */
import { createDatabase, expect, onServer, test } from "./database.ts";

test("a test's database is empty, its own, and gone afterwards", async ({ database }) => {
  await database.sql`CREATE TABLE one (id int)`;
  let other: string;
  {
    await using second = await createDatabase();
    other = second.name;
    const [row] = await second.sql`SELECT to_regclass('one') AS found`;
    expect(row?.["found"]).toBeNull();
    expect(other).not.toBe(database.name);
  }
  const left = await onServer((admin) => admin`SELECT FROM pg_database WHERE datname = ${other}`);
  expect(left).toHaveLength(0);
});

test("a migrated database holds the platform's tables, and changes stay in one copy", async ({
  migratedDatabase,
}) => {
  const { sql } = migratedDatabase;
  await sql`CREATE TABLE only_here (id int)`;
  await using another = await createDatabase();
  const [row] = await sql`SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'`;
  expect(row?.["tables"]).toBeGreaterThan(10);
  const [none] = await another.sql`SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'public'`;
  expect(none?.["tables"]).toBe(0);
});
