/** Texts of more than a million characters, which reach the history in pieces. */
import { expect, test } from "../support/database.ts";
import { historyOf } from "./support/state.ts";
import { migrationProject } from "./support/veza.ts";

// Two UTF-16 units, at odd and even places, so that a piece must end in the middle of one.
const filling = `${"\u{1f3b5}\t\\.\\N\\n\\\\ it's \r.".repeat(100)}\n`;
const long = `x${filling.repeat(Math.ceil(1_100_000 / filling.length))}`;
const file = "2024-01-01-001-long.sql";

test("a long text and the long text that undoes it are stored as they stand", async ({ database }) => {
  const up = `/* ${long} */ CREATE TABLE users (id bigint);\n`;
  const down = `DROP TABLE users; -- ${long.replaceAll(/[\r\n]/g, " ")}\n`;
  await using project = await migrationProject(database.url, {
    [file]: up,
    "2024-01-01-001-long.down.sql": down,
  });
  expect(await project.veza("migrate")).toMatchObject({ code: 0 });
  const [row] = await database.sql`SELECT * FROM migrations`;
  expect(row).toMatchObject({ status: "applied", statements_done: 1, statements_total: 1 });
  expect(row?.["sql_content"] === up).toBe(true);
  expect(row?.["down_sql"] === down).toBe(true);
  expect(Number(row?.["duration_ms"])).toBeGreaterThan(0);
  expect(await project.veza("migrate verify")).toMatchObject({ code: 0 });
  expect(await project.veza(`migrate down --confirm ${database.name}`)).toMatchObject({ code: 0 });
  expect(await historyOf(database.sql)).toEqual([]);
});

test("a long text whose row the history refuses is rolled back with its row", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    "2024-01-01-000-first.sql": "SELECT 1;\n",
    [file]: `CREATE TABLE users (id bigint); /* ${long} */\n`,
  });
  expect(await project.veza("migrate --to 2024-01-01-000")).toMatchObject({ code: 0 });
  await database.sql`ALTER TABLE migrations ADD CHECK (name <> 'long')`;
  const run = await project.veza("migrate --json");
  expect(run).toMatchObject({ code: 5, stdout: "" });
  expect(run.stderr).toContain("migrations_name_check");
  expect(await historyOf(database.sql)).toHaveLength(1);
  expect(await database.sql`SELECT to_regclass('users') AS users`).toEqual([{ users: null }]);
});

test("a long text that fails at COMMIT leaves neither table nor row", async ({ database }) => {
  await using project = await migrationProject(database.url, {
    [file]: `CREATE TABLE users (id bigint PRIMARY KEY, friend bigint REFERENCES users DEFERRABLE INITIALLY DEFERRED);
INSERT INTO users VALUES (1, 2); /* ${long} */\n`,
  });
  const run = await project.veza("migrate");
  expect(run).toMatchObject({ code: 5 });
  expect(run.stderr).toContain("users_friend_fkey");
  expect(run.stderr).toContain("the database is unchanged");
  expect(await historyOf(database.sql)).toEqual([]);
});
