/** A database and its own dump restored never differ: pg_dump writes, psql loads, where the machine has both for this server. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { inject } from "vitest";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { createDatabase, createMigratedDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";

const torture = readFileSync(new URL("../schema-dump/torture.sql", import.meta.url), "utf8");

/** The programs of Debian's own layout, or none. */
function programs(): { readonly dump: string; readonly psql: string } | undefined {
  const folder = `/usr/lib/postgresql/${inject("server").major}/bin`;
  return existsSync(`${folder}/pg_dump`) ? { dump: `${folder}/pg_dump`, psql: `${folder}/psql` } : undefined;
}

async function expectSameAfterRestore(
  database: TestDatabase,
  { dump, psql }: { dump: string; psql: string },
): Promise<void> {
  await using copy = await createDatabase();
  const written = spawnSync(dump, ["-s", "--no-subscriptions", "-d", database.url], {
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  expect([written.status, written.stderr]).toEqual([0, ""]);
  const loaded = spawnSync(psql, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", copy.url], {
    input: written.stdout,
    encoding: "utf8",
  });
  expect([loaded.status, loaded.stderr.replace(/^.*WARNING: .*\n|^HINT: .*\n/gm, "")]).toEqual([0, ""]);
  const changes = compareCatalogs(await readSchema(database.url), await readSchema(copy.url));
  // What belongs to the database itself, pg_dump leaves to pg_dump --create.
  expect(changes.filter(({ kind }) => kind !== "database" && kind !== "setting")).toEqual([]);
}

const found = programs();
const here = test.runIf(skipUnless(found !== undefined, "no pg_dump of the server's major on this machine"));

here("the platform's own schema", async () => {
  await using database = await createMigratedDatabase();
  if (found !== undefined) await expectSameAfterRestore(database, found);
});

here("a schema with everything in it", async () => {
  await using database = await createDatabase();
  await database.sql.unsafe(torture);
  if (found !== undefined) await expectSameAfterRestore(database, found);
});
