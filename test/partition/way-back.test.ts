/** While triggers write to both tables, nothing that is done to either of them may fail a writer. */
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { month, policyProject } from "./support/project.ts";
import type { PolicyProject } from "./support/project.ts";

const policy = { notes: { table: "notes", column: "at", interval: "month", premake: 2 } };
const convert = "convert notes --by at --yes --json";

async function createNotes({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(`CREATE TABLE rooms (id int PRIMARY KEY); INSERT INTO rooms SELECT generate_series(1, 20);
    CREATE TABLE notes (id bigint, at timestamptz, body text CHECK (length(body) < 20), size int, room int REFERENCES rooms, PRIMARY KEY (id, at));
    INSERT INTO notes SELECT n, '${month(0)}'::timestamptz - n * interval '9 hours', 'note ' || n, n, 1 + n % 10 FROM generate_series(1, 200) n`);
}

const write = [
  "INSERT INTO notes (id, at) VALUES (1001, now()), (1002, now())",
  "UPDATE notes SET at = at + interval '40 days' WHERE id = 1",
  "DELETE FROM notes WHERE id = 2",
];

const changes: readonly [string, string, string][] = [
  ["a column dropped", "ALTER TABLE notes DROP COLUMN size", "size"],
  ["a column renamed", "ALTER TABLE notes RENAME COLUMN size TO length", "size"],
  [
    "a type made wider, and a number that needs it",
    "ALTER TABLE notes ALTER COLUMN size TYPE bigint; UPDATE notes SET size = 5000000000 WHERE id = 3",
    "integer out of range",
  ],
  [
    "a check dropped, and a row that it would have refused",
    "ALTER TABLE notes DROP CONSTRAINT notes_body_check; UPDATE notes SET body = 'much longer than it might have been' WHERE id = 3",
    "notes_body_check",
  ],
  ["the old table dropped", "DROP TABLE notes_legacy", "notes_legacy"],
  ["the old table renamed", "ALTER TABLE notes_legacy RENAME TO notes_old", "notes_legacy"],
  [
    "a column of the old table that wants a value",
    "ALTER TABLE notes_legacy ADD COLUMN why text; ALTER TABLE notes_legacy ADD CHECK (why IS NOT NULL) NOT VALID",
    "notes_legacy",
  ],
  [
    "the column of another schema's type",
    "ALTER TABLE notes ALTER COLUMN size TYPE text USING 'size ' || size",
    "size",
  ],
];

test.each(changes)(
  "after the swap, %s: writers go on, the way back is closed and says why",
  async (_, change, why) => {
    await using database = await createDatabase();
    await createNotes(database);
    const { sql } = database;
    await using project = await policyProject(database.url, policy);
    expect((await project.partition(convert)).code).toBe(0);
    await sql.unsafe(change);
    for (const statement of write) await sql.unsafe(statement);
    expect(await sql`SELECT FROM notes WHERE id IN (1001, 1002, 2)`).toHaveLength(2);
    await expectClosed(project, why);
    // And for good: nobody writes there any more once the trigger has been taken away, as it says.
    const [fix] = await problems(project);
    await sql.unsafe(String(fix?.["fix"]));
    expect(
      await sql`SELECT FROM pg_trigger WHERE tgname LIKE 'zzz_veza%' AND tgrelid = 'notes'::regclass`,
    ).toHaveLength(0);
    expect(await problems(project)).toEqual([]);
  },
);

async function problems(project: PolicyProject): Promise<Record<string, unknown>[]> {
  const { data } = await project.partition("verify --json");
  return (data()["problems"] as Record<string, unknown>[]).filter(({ kind }) => kind === "way-back");
}

async function expectClosed(project: PolicyProject, why: string): Promise<void> {
  expect(await problems(project)).toMatchObject([
    { kind: "way-back", message: expect.stringContaining(why) },
  ]);
  const status = await project.partition("convert notes --status --json");
  expect(status.data()["conversion"]).toMatchObject({
    wayBack: { isOpen: false, reason: expect.stringContaining(why) },
  });
  const back = await project.partition("convert notes --rollback --yes --json");
  expect(back.error(), back.stdout).toMatchObject({
    code: "partition.way-back-closed",
    exitCode: 4,
    detail: expect.stringContaining(why),
    hint: expect.stringContaining("veza-db partition undo notes"),
  });
  const undo = await project.partition("undo notes --dry-run --json");
  expect(undo.code, undo.stderr).toBe(0);
  expect(undo.stdout).toContain("the way back");
}

test("a column that comes with NOT NULL after the swap is no matter for writers; a rollback would lose it", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  expect((await project.partition(convert)).code).toBe(0);
  await sql`ALTER TABLE notes ADD COLUMN extra int NOT NULL DEFAULT 7`;
  for (const statement of write) await sql.unsafe(statement);
  expect((await project.partition("convert notes --rollback --yes --json")).error()).toMatchObject({
    code: "partition.table-changed",
    detail: expect.stringContaining("extra"),
  });
});

test("what the old table refers to can be deleted, once the table itself does not refer to it", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  expect((await project.partition(convert)).code).toBe(0);
  await sql`ALTER TABLE notes DROP CONSTRAINT notes_room_fkey`;
  await sql`DELETE FROM rooms WHERE id = 3`;
  await sql`INSERT INTO notes (id, at, room) VALUES (1001, now(), 4711)`;
  expect(await sql`SELECT FROM notes_legacy WHERE room = 4711`).toHaveLength(1);
});

test("a rollback brings the foreign keys back, checked; killed before that, it is done by the next call", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  expect((await project.partition(convert)).code).toBe(0);
  expect((await project.partition("convert notes --rollback --yes --json")).code).toBe(0);
  const keys = () =>
    sql`SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'notes'::regclass AND contype = 'f'`;
  expect(await keys()).toMatchObject([{ conname: "notes_room_fkey", convalidated: true }]);
  await sql`ALTER TABLE notes DROP CONSTRAINT notes_room_fkey`;
  await sql`ALTER TABLE notes ADD CONSTRAINT notes_room_fkey FOREIGN KEY (room) REFERENCES rooms NOT VALID`;
  const again = await project.partition("convert notes --rollback --yes --json");
  expect(again.code, again.stderr).toBe(0);
  expect(await keys()).toMatchObject([{ convalidated: true }]);
});

test("a default partition that was emptied meanwhile bars no way back; one that is being emptied is named", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, {
    notes: { ...policy.notes, default: true },
  });
  expect((await project.partition(convert)).code).toBe(0);
  expect((await project.partition("maintain --json")).code).toBe(0);
  await sql`INSERT INTO notes (id, at, room) SELECT 2000 + g, '2044-02-01'::timestamptz + g * interval '10 days', 1 FROM generate_series(1, 12) g`;
  const reader = await sql.reserve();
  await reader`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  await reader`SELECT count(*) FROM rooms`;
  expect((await project.partition("maintain --json --lock-wait 300ms")).error()).toMatchObject({
    phase: "swap",
  });
  expect((await project.partition("convert notes --rollback --yes --json")).error()).toMatchObject({
    code: "partition.no-conversion",
    exitCode: 4,
    hint: expect.stringContaining("partition maintain"),
  });
  await reader`ROLLBACK`;
  reader.release();
  const drained = await project.partition("maintain --json");
  expect(drained.code, drained.stderr).toBe(0);
  expect((await project.partition("convert notes --status --json")).data()).toMatchObject({
    conversion: { status: "done", wayBack: { isOpen: true } },
    detached: ["notes_legacy"],
  });
  await sql`UPDATE notes SET at = at + interval '40 days' WHERE id = 2003`;
  await sql`DELETE FROM notes WHERE id = 2004`;
  const rows = () => sql`SELECT * FROM notes ORDER BY id`;
  const before = await rows();
  const back = await project.partition("convert notes --rollback --yes --json");
  expect(back.code, back.stderr).toBe(0);
  expect(back.data()).toMatchObject({ conversion: { status: "rolled back" } });
  expect(await rows()).toEqual(before);
  expect(await sql`SELECT relkind::text FROM pg_class WHERE oid = 'notes'::regclass`).toEqual([
    { relkind: "r" },
  ]);
});

test("rows that were written past the triggers are missed before a rollback would lose them", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  expect((await project.partition(convert)).code).toBe(0);
  await sql`ALTER TABLE notes DISABLE TRIGGER USER`;
  await sql.unsafe(write[0] ?? "");
  await sql`ALTER TABLE notes ENABLE ALWAYS TRIGGER zzz_veza_back`;
  const back = await project.partition("convert notes --rollback --yes --json");
  expect(back.error(), back.stdout).toMatchObject({
    code: "partition.way-back-closed",
    detail: expect.stringContaining("2 rows"),
  });
  expect(await sql`SELECT FROM notes WHERE id IN (1001, 1002)`).toHaveLength(2);
});

test("before the swap, a column dropped: writers go on, the conversion says that its copy has stopped", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  const reader = await sql.reserve();
  try {
    await reader`BEGIN ISOLATION LEVEL REPEATABLE READ`;
    await reader`SELECT count(*) FROM pg_description`;
    const stopped = await project.partition(`${convert} --lock-wait 300ms`);
    expect(stopped.error()).toMatchObject({ code: "partition.old-snapshot", phase: "swap" });
  } finally {
    await reader`ROLLBACK`;
    reader.release();
  }
  await sql`ALTER TABLE notes ALTER COLUMN size TYPE bigint`;
  await sql`UPDATE notes SET size = 5000000000 WHERE id = 3`;
  await sql`UPDATE notes SET size = 3 WHERE id = 3`;
  await sql`UPDATE notes SET size = 5000000000 WHERE id = 4`;
  await sql`DELETE FROM notes WHERE id = 4`;
  await sql`ALTER TABLE notes ALTER COLUMN size TYPE int`;
  for (const statement of write) await sql.unsafe(statement);
  const resumed = await project.partition("convert notes --resume --yes --json");
  expect(resumed.error(), resumed.stdout).toMatchObject({
    code: "partition.copy-stopped",
    exitCode: 4,
    detail: expect.stringContaining("integer out of range"),
    hint: expect.stringContaining("--abort"),
  });
  expect((await project.partition("convert notes --abort --yes --json")).code).toBe(0);
  const again = await project.partition(convert);
  expect(again.code, again.stderr).toBe(0);
  expect(await sql`SELECT FROM notes`).toHaveLength(200);
});

test("what is a writer's own affair is told to him: a deadlock, a cancelled statement", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, policy);
  expect((await project.partition(convert)).code).toBe(0);
  const blocker = await sql.reserve();
  try {
    await blocker`BEGIN`;
    await blocker`LOCK TABLE notes_legacy IN ACCESS EXCLUSIVE MODE`;
    await expect(
      sql.begin(async (writer) => {
        await writer`SET LOCAL statement_timeout = 200`;
        await writer`DELETE FROM notes WHERE id = 5`;
      }),
    ).rejects.toThrow("statement timeout");
    await expect(
      sql.begin(async (writer) => {
        await writer`SET LOCAL lock_timeout = 200`;
        await writer`DELETE FROM notes WHERE id = 5`;
      }),
    ).rejects.toThrow("lock timeout");
  } finally {
    await blocker`ROLLBACK`;
    blocker.release();
  }
  expect(await sql`SELECT FROM notes WHERE id = 5`).toHaveLength(1);
  expect(await problems(project)).toEqual([]);
});
