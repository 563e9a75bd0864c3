/** GRANT and REVOKE while a table is converted, and after: whatever takes its place has what the table has. */
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { month, policyProject } from "./support/project.ts";
import type { PolicyProject } from "./support/project.ts";

const policy = { notes: { table: "notes", column: "at", interval: "month", premake: 6 } };

async function createNotes({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(`CREATE TABLE other (id int PRIMARY KEY);
    CREATE TABLE notes (id bigint, at timestamptz, body text, PRIMARY KEY (id, at));
    INSERT INTO notes SELECT n, '${month(0)}'::timestamptz - n * interval '9 hours', 'note ' || n FROM generate_series(1, 200) n;
    GRANT SELECT ON notes TO pg_monitor; GRANT UPDATE (body) ON notes TO pg_monitor`);
}

const change = `REVOKE ALL ON notes FROM pg_monitor;
  GRANT SELECT, INSERT ON notes TO pg_read_all_stats WITH GRANT OPTION; GRANT SELECT (at) ON notes TO PUBLIC`;

/** What each table may be used for by others than its owner. */
async function heldOn({ sql }: TestDatabase, names: string): Promise<string[]> {
  const rows = await sql<{ held: string }[]>`
    SELECT DISTINCT concat(regexp_replace(c.relacl::text, '[a-z]+=[a-zA-Z]+/[a-z]+,?', ''), ' ', (SELECT string_agg(a.attname || ' ' || a.attacl::text, ' ') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL)) AS held
      FROM pg_class c WHERE relname ~ ${names} AND relkind IN ('r', 'p')`;
  return rows.map(({ held }) => held);
}

/** Starts, and stops before a phase: somebody keeps the table, or an old snapshot. */
async function startAndStop(
  { sql }: TestDatabase,
  project: PolicyProject,
  phase: "cutover" | "swap",
): Promise<void> {
  const reader = await sql.reserve();
  try {
    await reader`BEGIN ISOLATION LEVEL REPEATABLE READ`;
    await reader.unsafe(`SELECT count(*) FROM ${phase === "cutover" ? "notes" : "other"}`);
    const stopped = await project.partition("convert notes --by at --yes --json --lock-wait 300ms");
    expect(stopped.error()).toMatchObject({ phase });
  } finally {
    await reader`ROLLBACK`;
    reader.release();
  }
}

test.each(["cutover", "swap"] as const)("changed before the %s", async (phase) => {
  await using database = await createDatabase();
  await createNotes(database);
  await using project = await policyProject(database.url, policy);
  await startAndStop(database, project, phase);
  await database.sql.unsafe(change);
  const wanted = await heldOn(database, "^notes$");
  const resumed = await project.partition("convert notes --resume --yes --json");
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await heldOn(database, "^notes(_p.*)?$")).toEqual(wanted);
  expect((await project.partition("verify --json")).data()["problems"]).toEqual([]);
});

test("changed after the swap, a rollback takes it along; nothing that was revoked comes back", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  await using project = await policyProject(database.url, policy);
  expect((await project.partition("convert notes --by at --yes --json")).code).toBe(0);
  await database.sql.unsafe(change);
  const wanted = await heldOn(database, "^notes$");
  const back = await project.partition("convert notes --rollback --yes --json");
  expect(back.code, back.stderr).toBe(0);
  expect(await heldOn(database, "^notes$")).toEqual(wanted);
});

test("changed before the swap, an abort takes it along", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  await using project = await policyProject(database.url, policy);
  await startAndStop(database, project, "swap");
  await database.sql.unsafe(change);
  const wanted = await heldOn(database, "^notes$");
  const back = await project.partition("convert notes --abort --yes --json");
  expect(back.code, back.stderr).toBe(0);
  expect(await heldOn(database, "^notes$")).toEqual(wanted);
});

test("changed while it is made plain again", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  await using project = await policyProject(database.url, policy);
  expect((await project.partition("convert notes --by at --yes --json")).code).toBe(0);
  const reader = await database.sql.reserve();
  await reader`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  await reader`SELECT count(*) FROM other`;
  const stopped = await project.partition("undo notes --yes --json --lock-wait 300ms");
  await reader`ROLLBACK`;
  reader.release();
  expect(stopped.error()).toMatchObject({ phase: "swap" });
  await database.sql.unsafe(change);
  const wanted = await heldOn(database, "^notes$");
  expect((await project.partition("undo notes --resume --json")).code).toBe(0);
  expect(await heldOn(database, "^notes$")).toEqual(wanted);
});
