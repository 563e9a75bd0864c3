/** How often the tool waits for the network: counted, not timed. */
import { createDatabase, expect, test } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { appliedIds } from "./support/state.ts";
import { migrationProject } from "./support/veza.ts";

/** Enough for answers to come back after everything that can be sent ahead of them was sent. */
const latencyMs = 15;

async function roundTrips(files: Readonly<Record<string, string>>, args = "migrate"): Promise<number> {
  await using database = await createDatabase();
  await using proxy = await proxyTo(database.url, { latencyMs });
  await using project = await migrationProject(proxy.through(database.url), files);
  expect(await project.veza(args)).toMatchObject({ code: 0 });
  expect(await appliedIds(database.sql)).toHaveLength(
    Object.keys(files).filter((name) => !name.includes(".down.")).length,
  );
  return proxy.roundTrips;
}

function plainFiles(count: number, statements = 2): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `2024-01-01-${String(index + 1).padStart(3, "0")}-t.sql`,
      `CREATE TABLE t${index} (id int);\n${"SELECT 1;\n".repeat(statements - 1)}`,
    ]),
  );
}

test("a plain migration costs one round trip, its row of the history included", async () => {
  const [few, many] = [await roundTrips(plainFiles(5)), await roundTrips(plainFiles(25))];
  expect(many - few).toBe(20);
});

test("the number of statements does not matter, nor do settings, temporary tables and a .down.sql", async () => {
  const plain = await roundTrips(plainFiles(10));
  expect(await roundTrips(plainFiles(10, 40))).toBe(plain);
  const rich = Object.fromEntries(
    Object.entries(plainFiles(10)).flatMap(([name, text]) => [
      [
        name,
        `-- veza: lock-timeout=1s\nSET search_path = public; CREATE TEMP TABLE x (); PREPARE p AS SELECT 1;\n${text}`,
      ],
      [name.replace(".sql", ".down.sql"), "DROP TABLE t;"],
    ]),
  );
  expect(await roundTrips(rich)).toBe(plain);
});

test("all that comes before the first migration and after the last stays as it is", async () => {
  // Login and what is asked of the server, the lock, the history table, the lock given back: this number only goes down.
  expect(await roundTrips(plainFiles(1))).toBeLessThanOrEqual(16);
});

test("with nothing pending: the login and one look at the history", async () => {
  await using database = await createDatabase();
  await using proxy = await proxyTo(database.url, { latencyMs });
  await using project = await migrationProject(database.url, plainFiles(3));
  await project.veza("migrate");
  const result = await project.veza(`migrate --url ${proxy.through(database.url)}`);
  expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing is pending") });
  expect(proxy.roundTrips).toBeLessThanOrEqual(5);
});
