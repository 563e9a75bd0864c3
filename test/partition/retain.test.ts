/** Archived, read back and only then dropped; what stays and why; rows that expire. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { inject } from "vitest";
import postgres from "postgres";
import { createDatabase, createMigratedDatabase, expect, test } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { findClients } from "../../src/cli/partition-programs.ts";
import { skipUnless } from "../support/skip.ts";
import { createEvents, eventsPolicy, month, monthName, policyProject } from "./support/project.ts";
import type { PolicyProject } from "./support/project.ts";

const { major } = inject("server");
const clients = await findClients(major).catch(() => undefined);
const canDump = skipUnless(clients !== undefined, `pg_dump ${major} is not on this machine`);

const old = monthName("events", -6);
const policy = { ...eventsPolicy, retain: "3 months", archive: "kept", grace: "0 days" };

async function withDetached(
  work: (database: TestDatabase, project: PolicyProject) => Promise<void>,
  over: object = {},
): Promise<void> {
  await using database = await createDatabase();
  await createEvents(database, [-6, 0, 1, 2]);
  await database.sql.unsafe(`CREATE TABLE users (id bigint PRIMARY KEY); INSERT INTO users VALUES (1);
    ALTER TABLE events ADD user_id bigint REFERENCES users;
    INSERT INTO events (at, body, user_id) SELECT '${month(-6)}'::timestamptz + n * interval '1 hour', E'line\\n\\\\.\\t' || n, 1 FROM generate_series(1, 500) n`);
  await using project = await policyProject(database.url, { events: { ...policy, ...over } });
  const run = await project.partition("maintain --json");
  expect(run.data()["detached"], run.stderr).toEqual([old]);
  await work(database, project);
}

async function isThere({ sql }: TestDatabase, name: string): Promise<boolean> {
  const [row] = await sql<{ there: boolean }[]>`SELECT to_regclass(${name}) IS NOT NULL AS there`;
  return row?.there === true;
}

test.runIf(canDump)("dumped, read back, recorded, dropped; the dump brings it back", () =>
  withDetached(async (database, project) => {
    const dry = await project.partition("retain --dry-run --json");
    expect(dry.data()).toMatchObject({
      steps: [
        { sql: expect.stringContaining("pg_dump") },
        {
          sql: `DROP TABLE "public"."${old}";`,
          lock: `ACCESS EXCLUSIVE on public.${old}, ACCESS EXCLUSIVE on public.users`,
        },
      ],
      dropped: [],
      archived: [],
    });
    expect(await isThere(database, old)).toBe(true);
    const refused = await project.partition("retain --yes --json");
    expect(refused.code).toBe(4);
    expect(refused.error()).toMatchObject({
      code: "cli.not-confirmed",
      hint: `Add --confirm ${database.name} to the command.`,
    });
    const run = await project.partition(`retain --confirm ${database.name} --json`);
    expect(run.code, run.stderr).toBe(0);
    expect(run.data()).toMatchObject({
      dropped: [old],
      archived: [{ partition: `public.${old}`, rows: 500 }],
    });
    const [{ file, sha256 }] = run.data()["archived"] as [{ file: string; sha256: string }];
    expect(file.startsWith(`${project.folder}/kept/events/${old}`)).toBe(true);
    expect(createHash("sha256").update(readFileSync(file)).digest("hex")).toBe(sha256);
    expect(await isThere(database, old)).toBe(false);
    expect(
      await database.sql`SELECT rows::int, sha256, dropped_at IS NOT NULL AS gone FROM partition_archive`,
    ).toMatchObject([{ rows: 500, sha256, gone: true }]);
    execFileSync(clients?.pgRestore ?? "", ["--no-owner", "--dbname", database.url, file], { stdio: "pipe" });
    const [back] = await database.sql.unsafe<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${old}`);
    expect(back?.n).toBe(500);
    const again = await project.partition(`retain --confirm ${database.name} --json`);
    expect(again.data()).toMatchObject({ steps: [], dropped: [] });
  }),
);

test.runIf(canDump)("within its grace it is archived and stays", () =>
  withDetached(
    async (database, project) => {
      const run = await project.partition(`retain --confirm ${database.name} --json`);
      expect(run.data()).toMatchObject({
        dropped: [],
        archived: [{ rows: 500 }],
        notes: [expect.stringContaining("time of grace (7 days)")],
      });
      expect((await project.partition("retain --json")).data()["steps"]).toEqual([]);
      await database.sql`UPDATE partition_archive SET detached_at = now() - interval '7 days 1 minute'`;
      // Somebody writes there by its name: what is archived is not all any more.
      await database.sql.unsafe(`DELETE FROM ${old} WHERE at = (SELECT max(at) FROM ${old})`);
      const changed = await project.partition(`retain --confirm ${database.name} --json`);
      expect(changed.code).toBe(4);
      expect(changed.error()).toMatchObject({ code: "partition.changed-since" });
      expect(await isThere(database, old)).toBe(true);
    },
    { grace: "7 days" },
  ),
);

test("without a folder for archives nothing is dropped", () =>
  withDetached(
    async (database, project) => {
      const run = await project.partition(`retain --confirm ${database.name} --json`);
      expect(run.code, run.stderr).toBe(0);
      expect(run.data()).toMatchObject({
        steps: [],
        dropped: [],
        notes: [expect.stringContaining('names no folder to archive it in ("archive")')],
      });
      expect(await isThere(database, old)).toBe(true);
    },
    { archive: undefined },
  ));

test.runIf(canDump)("refused when a foreign key points in", () =>
  withDetached(async (database, project) => {
    await database.sql.unsafe(
      `CREATE TABLE quotes (id bigint, at timestamptz, CONSTRAINT quotes_of FOREIGN KEY (id, at) REFERENCES ${old} (id, at))`,
    );
    const run = await project.partition(`retain --confirm ${database.name} --json`);
    expect(run.code).toBe(4);
    expect(run.error()).toMatchObject({ code: "partition.referenced", detail: "quotes_of of quotes" });
    expect(await isThere(database, old)).toBe(true);
  }),
);

test.runIf(canDump)("an archive that cannot be written: 3, nothing dropped, nothing half left", () =>
  withDetached(
    async (database, project) => {
      await project.write("kept/file", "");
      const run = await project.partition(`retain --confirm ${database.name} --json`);
      expect(run.code).toBe(3);
      expect(run.error()).toMatchObject({ code: "partition.archive-unwritable" });
      expect(await isThere(database, old)).toBe(true);
    },
    { archive: "kept/file" },
  ),
);

test.runIf(canDump)("who holds a table that a drop locks is named; the archive stays", () =>
  withDetached(async (database, project) => {
    const other = postgres(database.url, { max: 1, connection: { application_name: "a reader of users" } });
    const held = await other.reserve();
    await held`BEGIN`;
    await held`SELECT FROM users`;
    const run = await project.partition(`retain --confirm ${database.name} --lock-wait 300ms --json`);
    expect(run.code).toBe(5);
    expect(run.error()).toMatchObject({
      code: "locks.blocked",
      detail: expect.stringContaining("a reader of users"),
    });
    await held`ROLLBACK`;
    held.release();
    await other.end();
    const second = await project.partition(`retain --confirm ${database.name} --json`);
    expect(second.data()).toMatchObject({ dropped: [old], archived: [] });
    const [row] = await database.sql<{ file: string }[]>`SELECT file FROM partition_archive`;
    expect(existsSync(row?.file ?? "")).toBe(true);
  }),
);

test("expired sessions are deleted in batches; those that somebody holds are left for the next run", async () => {
  await using database = await createMigratedDatabase();
  const { sql } = database;
  await sql`INSERT INTO users (username, email, password_hash) VALUES ('u', 'u@example.org', 'x')`;
  await sql`INSERT INTO sessions (id, user_id, created_at, expires_at)
    SELECT 's' || n, (SELECT id FROM users), now() - interval '2 days', now() + (n - 150) * interval '1 minute' FROM generate_series(1, 200) n`;
  await using project = await policyProject(database.url, {
    sessions: { table: "sessions", column: "expires_at", purge: "0 days", batch: 20 },
  });
  const other = postgres(database.url, { max: 1 });
  const held = await other.reserve();
  await held`BEGIN`;
  await held`SELECT FROM sessions WHERE id = 's7' FOR UPDATE`;
  const run = await project.partition(`retain --confirm ${database.name} --json`);
  expect(run.code, run.stderr).toBe(0);
  expect(run.data()["purged"]).toEqual([{ table: "public.sessions", rows: 149 }]);
  await held`COMMIT`;
  held.release();
  await other.end();
  const second = await project.partition(`retain --confirm ${database.name} --json`);
  expect(second.data()["purged"]).toEqual([{ table: "public.sessions", rows: 1 }]);
  const [left] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM sessions`;
  expect(left?.n).toBe(50);
});
