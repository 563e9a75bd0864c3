/** Every report on a living server: it ends well, tells the same in every form, and says what it does not know. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { createDatabase, expect, inject, test } from "./support/fixtures.ts";
import { call as callContract, emptyFolder } from "../contract/support/call.ts";
import { createRole } from "../migrate/support/role.ts";
import { eventually } from "../migrate/support/veza.ts";
import { hold, holdWaiting, listOf, reports, stats } from "./support/stats.ts";

describe.each(reports)("stats %s", (report) => {
  test("ends with 0 in every form, with the fields that programs rely on", async ({ filled }) => {
    const json = await stats(filled.url, `${report} --json`);
    expect(json.code, json.stderr).toBe(0);
    expect(json.stderr).toBe("");
    expect(json.json()["schema"]).toBe(`veza-db/stats.${report}@1`);
    expect(json.data()).toMatchObject({
      server: { version: expect.stringContaining(String(inject("server").major)) },
    });
    json.rows();
    // A part that the server refuses is a fault of ours here: nothing is locked and the role may see everything.
    expect(json.notes()).not.toContain("SQLSTATE");
    for (const form of ["human", "csv", "markdown"]) {
      const said = await stats(filled.url, `${report} -o ${form}`);
      expect(said.code, said.stderr).toBe(0);
      expect(said.stderr).toBe("");
    }
  });

  test("leaves the server as it was: no transaction, no temporary file, nothing reset", async ({
    filled,
  }) => {
    const resetAt = async (): Promise<unknown> =>
      (await filled.sql`SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()`)[0];
    // The collector of 14 stamps a database when it first hears of it, which may be late: it is asked once it has.
    const before = await eventually(
      resetAt,
      (found) => inject("server").major > 14 || JSON.stringify(found) !== '{"stats_reset":null}',
      "the collector",
    );
    const { stderr } = await stats(filled.url, `${report} --echo`);
    expect(await resetAt()).toEqual(before);
    expect(stderr).toMatch(/BEGIN .*READ ONLY/);
    expect(stderr.replace(/'[^']*'/g, "''")).not.toMatch(
      /_reset\(|\b(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|TRUNCATE)\s/,
    );
  });

  test("ends well for a role that may see little, and says what is hidden", async ({ filled }) => {
    await using role = await createRole(filled);
    const said = await stats(role.url, `${report} --json`);
    expect(said.code, said.stderr).toBe(0);
    const hides = [
      "overview",
      "slow-queries",
      "connections",
      "transactions",
      "replication",
      "settings",
      "progress",
      "vacuum",
    ];
    if (hides.includes(report)) expect(said.notes()).toMatch(/hidden|pg_monitor/);
  });
});

test("a partitioned table counts once, with its partitions", async ({ filled }) => {
  const rows = (await stats(filled.url, "tables --json")).rows();
  const events = rows.find(({ table }) => table === "events");
  expect(events).toMatchObject({ partitions: 3, exactness: "exact" });
  const [truth] = await filled.sql`
    SELECT sum(pg_total_relation_size(relid))::float8 AS bytes FROM pg_partition_tree('events') WHERE isleaf`;
  expect(events?.["totalBytes"]).toBe(truth?.["bytes"]);
  const each = (await stats(filled.url, "tables --partitions --json")).rows();
  expect(each.filter(({ table }) => String(table).startsWith("events_2"))).toHaveLength(2);
});

test("sizes are the server's own, TOAST and indexes apart", async ({ filled }) => {
  const row = (await stats(filled.url, "tables --json")).rows().find(({ table }) => table === 'odd "name');
  const [truth] = await filled.sql`
    SELECT pg_total_relation_size(oid)::float8 AS total, pg_indexes_size(oid)::float8 AS indexes,
           pg_total_relation_size(reltoastrelid)::float8 AS toast FROM pg_class WHERE relname = 'odd "name'`;
  expect(row).toMatchObject({
    totalBytes: truth?.["total"],
    indexBytes: truth?.["indexes"],
    toastBytes: truth?.["toast"],
  });
});

test("indexes names each finding once, with the SQL that mends it and its inverse", async ({ filled }) => {
  const rows = (await stats(filled.url, "indexes --json")).rows();
  const of = (finding: string): readonly unknown[] =>
    rows.filter((row) => row["finding"] === finding).map(({ index }) => index);
  expect(of("invalid")).toEqual(["broken"]);
  expect(of("duplicate")).toEqual(["notes_id_again"]);
  expect(of("covered")).toEqual(["notes_a"]);
  expect(of("missing-fk")).toEqual(["notes_Parent Id_idx"]);
  expect(of("unused")).toContain("odd_index");
  // What is said to mend it does, and what is said to take it back does.
  for (const { finding, fix, undo, index } of rows) {
    if (finding === "invalid") continue;
    await filled.sql.unsafe(String(fix));
    await filled.sql.unsafe(String(undo));
    const there = await filled.sql`SELECT FROM pg_class WHERE relname = ${String(index)}`;
    expect(there).toHaveLength(finding === "missing-fk" ? 0 : 1);
  }
});

test("what serves a foreign key, or stands in for another index, is not called unused; names are free", async ({
  database,
}) => {
  await database.sql.unsafe(`
    CREATE TABLE keys (id int PRIMARY KEY);
    CREATE TABLE refs (id int, key_id int REFERENCES keys, other int REFERENCES keys, a int, b int);
    ALTER TABLE refs ADD FOREIGN KEY (other) REFERENCES keys;
    CREATE INDEX refs_key ON refs (key_id);
    CREATE INDEX refs_other_idx ON refs (id) WHERE other > 5;
    CREATE INDEX refs_a ON refs (a);
    INSERT INTO refs (id, a) SELECT g, g FROM generate_series(1, 5000) AS g;
    ANALYZE;
  `);
  await database.sql.begin(async (transaction) => {
    await transaction`SET LOCAL enable_seqscan = off`;
    await transaction`SET LOCAL enable_bitmapscan = off`;
    await transaction`SELECT id FROM refs WHERE a = 5`;
  });
  const scans = async (): Promise<number> => {
    const [row] =
      await database.sql`SELECT idx_scan::int AS n FROM pg_stat_user_indexes WHERE indexrelname = 'refs_a'`;
    return Number(row?.["n"]);
  };
  await expect.poll(scans).toBe(1);
  await database.sql`CREATE INDEX refs_a_b ON refs (a, b)`;
  const all = (await stats(database.url, "indexes --json")).rows();
  const found = all.map(({ finding, index }) => `${String(finding)} ${String(index)}`);
  expect(found.toSorted()).toEqual(["covered refs_a", "missing-fk refs_other_idx1", "unused refs_other_idx"]);
  const unused = (await stats(database.url, "indexes --unused --json")).rows();
  expect(unused.map(({ index }) => index)).toEqual(["refs_other_idx"]);
});

test("--unused, --duplicate, --invalid and --missing-fk show theirs alone", async ({ filled }) => {
  for (const [flag, findings] of [
    ["--unused", ["unused"]],
    ["--invalid", ["invalid"]],
    ["--missing-fk", ["missing-fk"]],
    ["--duplicate", ["duplicate", "covered"]],
  ] as const) {
    const found = (await stats(filled.url, `indexes ${flag} --json`)).rows().map(({ finding }) => finding);
    expect(found.length, flag).toBeGreaterThan(0);
    expect(findings, flag).toEqual(expect.arrayContaining(found));
  }
});

test("sequences know the end of the column they feed", async ({ filled }) => {
  await filled.sql`SELECT setval('notes_id_seq', 2000000000)`;
  const [first] = (await stats(filled.url, "sequences --json")).rows();
  expect(first).toMatchObject({ sequence: "notes_id_seq", limit: "2147483647", left: "147483647" });
  expect((await stats(filled.url, "check -o nagios")).code).toBe(2);
});

test("what is said to give a sequence room does", async () => {
  await using database = await createDatabase();
  const { sql, url } = database;
  await sql.unsafe(`
    CREATE TABLE "a b" (serial serial, identity int GENERATED ALWAYS AS IDENTITY, small smallserial, big bigint);
    CREATE SEQUENCE narrow AS integer OWNED BY "a b".big;
    CREATE SEQUENCE bound AS bigint MAXVALUE 1000;
    CREATE SEQUENCE free AS integer;
    CREATE SEQUENCE round AS integer CYCLE;
    CREATE SEQUENCE wide;
    SELECT setval(s, 2000000000) FROM unnest(ARRAY['"a b_serial_seq"', '"a b_identity_seq"', 'narrow', 'free', 'round']::regclass[]) AS s;
    SELECT setval('"a b_small_seq"', 32000), setval('bound', 990), setval('wide', 9223372036854775800);
  `);
  const fixes = async (): Promise<Readonly<Record<string, unknown>>> =>
    Object.fromEntries(
      (await stats(url, "sequences --json"))
        .rows()
        .filter(({ fix }) => fix !== null)
        .map(({ sequence, fix }) => [sequence, fix]),
    );
  const found = await fixes();
  expect(Object.keys(found).toSorted()).toEqual([
    "a b_identity_seq",
    "a b_serial_seq",
    "a b_small_seq",
    "bound",
    "free",
    "narrow",
  ]);
  for (const fix of Object.values(found)) await sql.unsafe(String(fix));
  expect(await fixes()).toEqual({});
});

test("transactions and vacuum name who is idle in a transaction", async ({ filled }) => {
  const session = await filled.sql.reserve();
  await session`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  const [{ pid } = { pid: 0 }] = await session<
    { pid: number }[]
  >`SELECT pg_backend_pid() AS pid, count(*) FROM notes`;
  const open = (await stats(filled.url, "transactions --json")).rows().find((row) => row["pid"] === pid);
  expect(open).toMatchObject({ state: "idle in transaction", end: `SELECT pg_terminate_backend(${pid})` });
  const { horizon } = (await stats(filled.url, "vacuum --json")).data();
  expect(listOf(horizon)).toContainEqual(expect.objectContaining({ kind: "session", name: String(pid) }));
  await session`ROLLBACK`;
  session.release();
});

test("vacuum goes by each table's own settings, and by multixacts as by transactions", async ({ filled }) => {
  await filled.sql.unsafe(`
    CREATE TABLE off AS SELECT 1 AS id;
    ALTER TABLE off SET (autovacuum_enabled = off, autovacuum_vacuum_threshold = 7, autovacuum_vacuum_scale_factor = 1e-2);
    CREATE TABLE locked AS SELECT 1 AS id;
    ALTER TABLE locked SET (autovacuum_multixact_freeze_max_age = 10000);
    ANALYZE off, locked`);
  // Each lock that a subtransaction adds to the transaction's own is a multixact.
  await filled.sql.unsafe(`
    SET jit = off;
    DO $$ BEGIN
      PERFORM FROM locked FOR KEY SHARE;
      FOR i IN 1..10010 LOOP
        BEGIN
          PERFORM FROM locked FOR SHARE;
          RAISE EXCEPTION 'back';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
      END LOOP;
    END $$`);
  const rows = (await stats(filled.url, "vacuum --json --limit 100")).rows();
  const row = (name: string): unknown => rows.find(({ table }) => table === name);
  expect(row("off")).toMatchObject({ autovacuum: false, threshold: 7, isOverdue: false });
  expect(row("locked")).toMatchObject({
    autovacuum: true,
    isOverdue: true,
    fix: 'VACUUM "public"."locked"',
    freezeShare: expect.toSatisfy((share: number) => share > 1 && share < 2),
  });
  expect((await stats(filled.url, "vacuum --limit 100")).stdout).toMatch(/multixact age/);
});

test("progress shows a command under way", async ({ filled }) => {
  const session = await filled.sql.reserve();
  await filled.sql`CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.05); RETURN i; END'`;
  const building = session`CREATE INDEX slow_index ON notes (slow(id))`.then(
    () => undefined,
    () => undefined,
  );
  let rows = (await stats(filled.url, "progress --json")).rows();
  for (let asked = 0; rows.length === 0 && asked < 100; asked++)
    rows = (await stats(filled.url, "progress --json")).rows();
  expect(rows).toMatchObject([{ command: "CREATE INDEX", relation: "public.notes", user: "postgres" }]);
  await filled.sql`SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index`;
  await building;
  session.release();
});

test.runIf(inject("server").major >= 18)("times of WAL that nobody took are not 0", async ({ filled }) => {
  const said = await stats(filled.url, "io --json --limit 1000");
  const wal = said.rows().filter(({ object }) => object === "wal");
  expect(wal.length).toBeGreaterThan(0);
  expect(wal.every(({ writeMs, fsyncMs }) => writeMs === null && fsyncMs === null)).toBe(true);
  expect(said.notes()).toContain("track_wal_io_timing is off");
});

test("connections tell what active sessions wait for", async () => {
  await using database = await createDatabase();
  const { sql, url } = database;
  await sql`CREATE TABLE t (id int)`;
  await using _holder = await hold(sql, "LOCK TABLE t");
  await using _waiting = await holdWaiting(sql, [], "SELECT * FROM t");
  const { waits } = (await stats(url, "connections --json")).data();
  expect(listOf(waits)).toContainEqual({
    type: "Lock",
    event: "relation",
    sessions: expect.any(Number),
    longestMs: expect.any(Number),
  });
  expect((await stats(url, "connections")).stdout).toMatch(/^Lock +relation +\d+ +/m);
});

test("settings name what loses data", async ({ filled }) => {
  const rows = (await stats(filled.url, "settings --json")).rows();
  if (rows.some(({ name, value }) => name === "fsync" && value === "off")) {
    expect(rows[0]?.["verdict"]).not.toBeNull();
    expect(rows.find(({ name }) => name === "fsync")?.["verdict"]).toContain("destroys");
  }
});

test("--watch shows what changed per second", async ({ filled }) => {
  const [said] = await Promise.all([
    stats(filled.url, "cache --watch 1500ms --times 2 --json"),
    filled.sql`SELECT count(*) FROM notes AS a, notes AS b`,
  ]);
  expect(said.code).toBe(0);
  expect(said.rows().find(({ table }) => table === "notes")?.["perSecond"]).toMatchObject({
    hits: expect.any(Number),
  });
  const people = await stats(filled.url, "connections --watch 10ms --times 3");
  expect(people.stdout.match(/^Every 0\.01 s/gm)).toHaveLength(3);
  expect(people.stdout.match(/connections are in use/g)).toHaveLength(3);
  expect(people.stderr).toBe("");
});

test("--watch draws on a terminal in one place, and writes the last frame alone to a file", async ({
  filled,
}) => {
  const words = ["stats", "connections", "--watch", "10ms", "--times", "3"];
  const env = { DATABASE_URL: filled.url };
  const seen = await callContract(words, { terminal: "all", env });
  expect(seen.stderr).toBe("");
  expect(seen.stdout.split("\u001b[H\u001b[2J\u001b[3J")).toHaveLength(4);
  const cwd = emptyFolder();
  expect(await callContract([...words, "--file", "last.txt"], { env, cwd })).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect(readFileSync(join(cwd, "last.txt"), "utf8").match(/connections are in use/g)).toHaveLength(1);
});

test("Ctrl-C is how --watch ends", async ({ filled }) => {
  const stop = new AbortController();
  const said = await stats(filled.url, "connections --watch 5s", {
    signal: stop.signal,
    onStdout: () => stop.abort("SIGINT"),
  });
  expect({ code: said.code, frames: said.stdout.match(/connections are in use/g)?.length }).toEqual({
    code: 0,
    frames: 1,
  });
});

test("a database with every kind of quote in its name", async () => {
  await using odd = await createDatabase();
  const name = `${odd.name}'"; --é`;
  await using renamed = await createDatabase();
  await renamed.sql.end();
  const { onServer, urlOf } = await import("../support/database.ts");
  await onServer((admin) => admin`ALTER DATABASE ${admin(renamed.name)} RENAME TO ${admin(name)}`);
  try {
    for (const report of ["overview", "connections", "cache", "vacuum", "check"]) {
      const said = await stats(urlOf(encodeURIComponent(name)), `${report} --json`);
      expect(said.stderr).toBe("");
      expect(said.code, report).toBeLessThan(2);
    }
  } finally {
    await onServer((admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
  }
});
