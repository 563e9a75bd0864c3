/** A table that somebody changes while it is being converted: nothing of that is lost without a word. */
import { createDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { schemaOf } from "../migrate/support/state.ts";
import { month, policyProject } from "./support/project.ts";
import type { PolicyProject } from "./support/project.ts";

const convert = ["convert", "notes", "--by", "at", "--yes", "--json", "--lock-wait", "300ms"];

async function createNotes({ sql }: TestDatabase): Promise<void> {
  await sql.unsafe(`CREATE TABLE other (id int PRIMARY KEY);
    CREATE TABLE notes (id bigint, at timestamptz, body text DEFAULT 'x', PRIMARY KEY (id, at));
    INSERT INTO notes SELECT n, '${month(0)}'::timestamptz - n * interval '9 hours', 'note ' || n FROM generate_series(1, 200) n`);
}

/** Starts, and stops before the swap, since somebody keeps an old snapshot. */
async function startAndStop({ sql }: TestDatabase, project: PolicyProject): Promise<void> {
  const reader = await sql.reserve();
  try {
    await reader`BEGIN ISOLATION LEVEL REPEATABLE READ`;
    await reader`SELECT count(*) FROM other`;
    const stopped = await project.partition(convert);
    expect(stopped.error()).toMatchObject({ code: "partition.old-snapshot", phase: "swap" });
  } finally {
    await reader`ROLLBACK`;
    reader.release();
  }
}

const changes: readonly [string, string, string, string][] = [
  [
    "a column",
    "ALTER TABLE notes ADD COLUMN extra int DEFAULT 7",
    "new: column extra integer DEFAULT 7",
    "ALTER TABLE notes DROP COLUMN extra",
  ],
  [
    "a check",
    "ALTER TABLE notes ADD CONSTRAINT short CHECK (length(body) < 99)",
    "new: constraint short CHECK ((length(body) < 99))",
    "ALTER TABLE notes DROP CONSTRAINT short",
  ],
  [
    "an index",
    "CREATE INDEX notes_body ON notes (body)",
    "new: index CREATE INDEX notes_body ON ",
    "DROP INDEX notes_body",
  ],
  [
    "a default",
    "ALTER TABLE notes ALTER body SET DEFAULT 'y'",
    "gone: column body text DEFAULT 'x'::text\nnew: column body text DEFAULT 'y'::text",
    "ALTER TABLE notes ALTER body SET DEFAULT 'x'",
  ],
  [
    "row security",
    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
    "new: row security enabled",
    "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
  ],
];

test.each(changes)(
  "before the swap, %s: refused, named; taken back, it goes on",
  async (_, change, told, back) => {
    await using database = await createDatabase();
    await createNotes(database);
    await using project = await policyProject(database.url, {});
    await startAndStop(database, project);
    await database.sql.unsafe(change);
    const refused = await project.partition("convert notes --resume --yes --json");
    expect(refused.error(), refused.stdout).toMatchObject({
      code: "partition.table-changed",
      exitCode: 4,
      phase: "swap",
      hint: expect.stringContaining("--resume"),
    });
    expect(String(refused.error()["detail"]).replace("ON ONLY", "ON")).toContain(told);
    expect(await database.sql`SELECT FROM notes`).toHaveLength(200);
    await database.sql.unsafe(back);
    const resumed = await project.partition("convert notes --resume --yes --json");
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(await database.sql`SELECT FROM notes`).toHaveLength(200);
  },
);

test("a column added meanwhile is kept by --abort", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  await using project = await policyProject(database.url, {});
  await startAndStop(database, project);
  await database.sql`ALTER TABLE notes ADD COLUMN extra int`;
  await database.sql`UPDATE notes SET extra = id WHERE id < 4`;
  const aborted = await project.partition("convert notes --abort --yes --json");
  expect(aborted.code, aborted.stderr).toBe(0);
  expect(await database.sql`SELECT FROM notes WHERE extra = id`).toHaveLength(3);
});

test("what --abort would lose is refused until it is taken back", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, {});
  await startAndStop(database, project);
  await sql`CREATE POLICY own ON notes USING (true)`;
  const refused = await project.partition("convert notes --abort --yes --json");
  expect(refused.error(), refused.stdout).toMatchObject({
    code: "partition.table-changed",
    detail: "new: policy own FOR * TO {-} USING (true) WITH CHECK ()",
    hint: expect.stringContaining("--abort"),
  });
  await sql`DROP POLICY own ON notes`;
  expect((await project.partition("convert notes --abort --yes --json")).code).toBe(0);
});

test("before the cut-over: an index made while the table was waited for is not lost", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, {});
  const reader = await sql.reserve();
  await reader`BEGIN`;
  await reader`SELECT count(*) FROM notes`;
  const stopped = await project.partition(convert);
  await reader`ROLLBACK`;
  reader.release();
  expect(stopped.error(), stopped.stdout).toMatchObject({ code: "locks.blocked", phase: "cutover" });
  await sql`CREATE INDEX notes_body ON notes (body)`;
  await sql`CREATE VIEW bodies AS SELECT body FROM notes`;
  const before = await schemaOf(sql);
  const refused = await project.partition("convert notes --resume --yes --json");
  expect(refused.error(), refused.stdout).toMatchObject({
    code: "partition.table-changed",
    detail: "new: index CREATE INDEX notes_body ON public.notes USING btree (body)\nnew: view public.bodies",
    phase: "cutover",
  });
  expect(await schemaOf(sql)).toEqual(before);
  expect((await project.partition("convert notes --abort --yes --json")).code).toBe(0);
  expect((await project.partition("convert notes --by at --yes --json")).code).toBe(0);
  expect(
    await sql`SELECT FROM pg_indexes WHERE tablename = 'notes' AND indexname = 'notes_body'`,
  ).toHaveLength(1);
});

test("after the swap: a column with rows that --rollback would lose is refused", async () => {
  await using database = await createDatabase();
  await createNotes(database);
  const { sql } = database;
  await using project = await policyProject(database.url, {});
  expect((await project.partition("convert notes --by at --yes --json")).code).toBe(0);
  await sql`ALTER TABLE notes ADD COLUMN extra int`;
  await sql`UPDATE notes SET extra = id WHERE id < 4`;
  const refused = await project.partition("convert notes --rollback --yes --json");
  expect(refused.error(), refused.stdout).toMatchObject({
    code: "partition.table-changed",
    detail: "new: column extra integer",
    hint: expect.stringContaining("veza-db partition undo notes"),
  });
  expect(await sql`SELECT FROM notes WHERE extra = id`).toHaveLength(3);
  await using forUndo = await policyProject(database.url, {});
  const undone = await forUndo.partition("undo notes --yes --json");
  expect(undone.code, undone.stderr).toBe(0);
  expect(await sql`SELECT FROM notes WHERE extra = id`).toHaveLength(3);
});
