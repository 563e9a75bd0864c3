/** What maintain makes and detaches, and that a second run sends nothing. */
import { describe } from "vitest";
import postgres from "postgres";
import { createDatabase, createMigratedDatabase, expect, test } from "../support/database.ts";
import { eventually } from "../migrate/support/veza.ts";
import {
  createEvents,
  eventsPolicy,
  month,
  monthName,
  namesOf,
  partitionsOf,
  policyProject,
} from "./support/project.ts";

const platform = {
  chat_messages: { table: "chat_messages", column: "created_at", interval: "month", premake: 9 },
  audit_logs: {
    table: "audit_logs",
    column: "created_at",
    interval: "month",
    premake: 6,
    retain: "24 months",
  },
};

/** Everything that is no query: what a run sent, by --echo. */
function ddlOf(stderr: string): string[] {
  return stderr
    .split("\n")
    .filter((line) => /^\s*(BEGIN|CREATE|ALTER|DROP|GRANT|REVOKE|COMMENT|LOCK)\b/.test(line));
}

test("months are made ahead, once; the second run sends no DDL and takes no lock", async () => {
  await using database = await createMigratedDatabase();
  await using project = await policyProject(database.url, platform);
  const before = await namesOf(database, "chat_messages");
  const first = await project.partition("maintain --json");
  expect(first.code, first.stderr).toBe(0);
  // The migrations made six months ahead.
  expect(first.data()["created"]).toEqual([7, 8, 9].map((offset) => monthName("chat_messages", offset)));
  expect(await namesOf(database, "chat_messages")).toEqual(
    [...before, ...[7, 8, 9].map((o) => monthName("chat_messages", o))].toSorted(),
  );
  const again = await project.partition("maintain --echo");
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing is due") });
  expect(ddlOf(again.stderr)).toEqual([]);
  expect(JSON.parse(await project.read(".veza/last/partition maintain.json"))).toMatchObject({
    command: "partition maintain",
    exitCode: 0,
    data: { created: [], detached: [], dropped: [] },
  });
});

test("what maintain makes is no drift", async () => {
  await using database = await createDatabase();
  await using project = await policyProject(database.url, {
    events: { ...eventsPolicy, retain: "2 months" },
  });
  await project.write(
    "migrations/2024-01-01-001-events.sql",
    `CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL, body text CHECK (body <> ''), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
     CREATE INDEX ON events (body);
     COMMENT ON TABLE events IS 'what happened';
     COMMENT ON COLUMN events.body IS 'in words';
     CREATE STATISTICS events_both ON id, body FROM events;
     ALTER TABLE events ALTER COLUMN body SET STATISTICS 300;
     GRANT SELECT ON events TO PUBLIC;
     GRANT UPDATE (body) ON events TO PUBLIC;
     ALTER TABLE events ENABLE ROW LEVEL SECURITY;
     CREATE POLICY mine ON events USING (EXISTS (SELECT FROM pg_roles r WHERE r.rolname = events.body));
     CREATE TABLE events_p2020_01 PARTITION OF events FOR VALUES FROM ('2020-01-01 00:00:00+00') TO ('2020-02-01 00:00:00+00');`,
  );
  expect((await project.veza(["migrate"])).code).toBe(0);
  const run = await project.partition("maintain --json");
  expect(run.data()).toMatchObject({
    created: [0, 1, 2].map((o) => monthName("events", o)),
    detached: ["events_p2020_01"],
  });
  const drift = await project.veza(["drift", "--json"]);
  expect(drift.data()["changes"], drift.stderr).toEqual([]);
});

test("a table without partitions gets this month and those ahead; names of 63 bytes and capitals too", async () => {
  await using database = await createDatabase();
  const long = `Événements_${"x".repeat(50)}`;
  await database.sql.unsafe(`CREATE TABLE "${long}" ("At" timestamptz NOT NULL) PARTITION BY RANGE ("At")`);
  await database.sql.unsafe(
    `CREATE SCHEMA "App.One"; CREATE TABLE "App.One"."Log" (day date NOT NULL) PARTITION BY RANGE (day)`,
  );
  expect(Buffer.byteLength(long)).toBe(63);
  await using project = await policyProject(database.url, {
    long: { table: long, column: "At", interval: "month", premake: 1 },
    log: { table: '"App.One".Log', column: "day", interval: "year", premake: 1 },
  });
  const { code, stderr, data } = await project.partition("maintain --json");
  expect(code, stderr).toBe(0);
  expect(data()["created"]).toHaveLength(4);
  const made = await namesOf(database, `"${long}"`);
  expect(made).toHaveLength(2);
  for (const name of made) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^Événements_x+_p\d{4}_\d\d$/u);
  }
  const year = new Date().getUTCFullYear();
  expect(await partitionsOf(database, '"App.One"."Log"')).toMatchObject([
    { name: `Log_p${year}`, bound: `FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01')` },
    { name: `Log_p${year + 1}` },
  ]);
});

test("gaps are closed, whatever the partitions are called", async () => {
  await using database = await createDatabase();
  await createEvents(database, [-3]);
  await database.sql.unsafe(
    `CREATE TABLE by_hand PARTITION OF events FOR VALUES FROM ('${month(-1)}') TO ('${month(0)}')`,
  );
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const status = await project.partition("status --json");
  expect(status.data()["tables"]).toMatchObject([{ gaps: [{}, {}], runwayDays: 0 }]);
  const verify = await project.partition("verify --json");
  expect(verify.code).toBe(1);
  await project.partition("maintain");
  expect((await namesOf(database)).toSorted()).toEqual(
    ["by_hand", ...[-3, -2, 0, 1, 2].map((o) => monthName("events", o))].toSorted(),
  );
  expect((await project.partition("verify --json")).code).toBe(0);
});

test("a partition in the way with other bounds is adopted, and what it leaves open is filled", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  const [middle, end] = [month(1).replace("-01 ", "-15 "), month(2).replace("-01 ", "-15 ")];
  await database.sql.unsafe(
    `CREATE TABLE in_the_way PARTITION OF events FOR VALUES FROM ('${middle}') TO ('${end}')`,
  );
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const run = await project.partition("maintain --json");
  expect(run.code, run.stderr).toBe(0);
  expect(run.json()["warnings"]).toEqual([expect.stringContaining("in_the_way lies off the grid")]);
  const bounds = (await partitionsOf(database)).map(({ bound }) => bound);
  expect(bounds).toContain(`FOR VALUES FROM ('${month(1)}') TO ('${middle}')`);
  expect(bounds).toContain(`FOR VALUES FROM ('${end}') TO ('${month(3)}')`);
  expect(await project.partition("maintain --check")).toMatchObject({ code: 0 });
});

test("a name that something else has is gone around", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  await database.sql.unsafe(
    `CREATE TABLE ${monthName("events", 0)} (); CREATE VIEW ${monthName("events", 1)} AS SELECT 1 AS one`,
  );
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const run = await project.partition("maintain --json");
  expect(run.data()["created"]).toEqual([
    `${monthName("events", 0)}_2`,
    `${monthName("events", 1)}_2`,
    monthName("events", 2),
  ]);
});

test("--check and --dry-run change nothing; the plan is the SQL that runs", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const plan = await project.partition("plan --json");
  const check = await project.partition("maintain --check --json");
  const dry = await project.partition("maintain --dry-run --json");
  expect([plan.code, check.code, dry.code]).toEqual([0, 1, 0]);
  expect(check.data()["steps"]).toEqual(plan.data()["steps"]);
  expect(dry.data()).toMatchObject({ steps: plan.data()["steps"], created: [], detached: [], dropped: [] });
  expect(await namesOf(database)).toEqual([]);
  expect(plan.data()["steps"]).toHaveLength(3);
  const asSql = await project.partition("plan -o sql");
  const psql = postgres(database.url, { max: 1 });
  await psql.unsafe(asSql.stdout);
  await psql.end();
  expect(await project.partition("maintain --check")).toMatchObject({ code: 0 });
});

test("a session in Paris makes the same bounds, and summer time no gap", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  await database.sql.unsafe(
    `ALTER DATABASE ${database.name} SET TimeZone = 'Europe/Paris'; ALTER DATABASE ${database.name} SET DateStyle = 'German'`,
  );
  await using project = await policyProject(database.url, { events: { ...eventsPolicy, premake: 14 } });
  expect((await project.partition("maintain")).code).toBe(0);
  const bounds = await partitionsOf(database);
  expect(bounds).toHaveLength(15);
  for (const { bound } of bounds)
    expect(bound).toMatch(
      /^FOR VALUES FROM \('\d{4}-\d\d-01 00:00:00\+00'\) TO \('\d{4}-\d\d-01 00:00:00\+00'\)$/,
    );
  const [row] =
    await database.sql`SELECT count(*)::int AS n FROM generate_series(now(), now() + interval '13 months', interval '1 hour') t
    WHERE NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
      LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), '\\(''(.*)''\\) TO \\(''(.*)''\\)') b
      WHERE i.inhparent = 'events'::regclass AND t >= b[1]::timestamptz AND t < b[2]::timestamptz)`;
  expect(row).toEqual({ n: 0 });
  expect((await project.partition("maintain --check")).code).toBe(0);
});

test("in the zone of the policy", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  await using project = await policyProject(database.url, {
    events: { ...eventsPolicy, premake: 12, timezone: "Europe/Paris" },
  });
  expect((await project.partition("maintain")).code).toBe(0);
  for (const { bound } of await partitionsOf(database))
    expect(bound).toMatch(/FROM \('\d{4}-\d\d-\d\d 2[23]:00:00\+00'\)/);
  expect((await project.partition("maintain --check")).code).toBe(0);
  expect((await project.partition("verify")).code).toBe(0);
});

describe("retention", () => {
  const policy = { ...eventsPolicy, retain: "3 months" };

  test("what is past is detached, concurrently and never dropped", async () => {
    await using database = await createDatabase();
    await createEvents(database, [-6, -5, -4, -3, -2, -1, 0, 1, 2]);
    await database.sql.unsafe(`INSERT INTO events (at) VALUES ('${month(-6)}')`);
    await using project = await policyProject(database.url, { events: policy });
    const run = await project.partition("maintain --json");
    expect(run.code, run.stderr).toBe(0);
    expect(run.data()).toMatchObject({
      created: [],
      detached: [-6, -5, -4].map((o) => monthName("events", o)),
      dropped: [],
      steps: expect.arrayContaining([
        {
          sql: expect.stringMatching(/DETACH PARTITION .* CONCURRENTLY;$/),
          lock: "SHARE UPDATE EXCLUSIVE on public.events",
          why: expect.any(String),
        },
      ]),
    });
    const [{ n } = { n: 0 }] = await database.sql.unsafe<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM ${monthName("events", -6)}`,
    );
    expect(n).toBe(1);
    expect(await project.partition("maintain --check")).toMatchObject({ code: 0 });
    expect(
      await database.sql`SELECT partition_name, reason, detached_at IS NOT NULL AS done FROM partition_archive ORDER BY id`,
    ).toMatchObject(
      [-6, -5, -4].map((o) => ({ partition_name: monthName("events", o), reason: "retain", done: true })),
    );
  });

  test("a reader with an open transaction is waited for; writers are not held up meanwhile", async () => {
    await using database = await createDatabase();
    await createEvents(database, [-6, 0, 1, 2]);
    await using project = await policyProject(database.url, { events: policy });
    const reader = postgres(database.url, { max: 1, onnotice: () => {} });
    const held = await reader.reserve();
    await held`BEGIN`;
    await held`SELECT count(*) FROM events`;
    let said = "";
    const run = project.partition("maintain", { onStderr: (text) => (said += text) });
    // It has begun when the partition is marked.
    await eventually(
      () => partitionsOf(database),
      (all) => all.some(({ pending }) => pending),
      "the detach to begin",
    );
    await database.sql.unsafe("INSERT INTO events DEFAULT VALUES");
    await held`COMMIT`;
    held.release();
    await reader.end();
    expect(await run).toMatchObject({ code: 0 });
    expect(said).toContain(`detached public.${monthName("events", -6)}`);
  });

  test("a detach that was interrupted is finished first", async () => {
    await using database = await createDatabase();
    await createEvents(database, [-6, -5, 0, 1, 2]);
    await using project = await policyProject(database.url, { events: policy });
    await leavePending(database.url, monthName("events", -6));
    expect((await partitionsOf(database)).filter(({ pending }) => pending)).toHaveLength(1);
    expect((await project.partition("verify --json")).data()["problems"]).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: "pending-detach", partition: monthName("events", -6) }),
      ]),
    );
    const run = await project.partition("maintain --json");
    expect(run.code, run.stderr).toBe(0);
    expect(run.data()["detached"]).toEqual([monthName("events", -6), monthName("events", -5)]);
    expect(run.data()["steps"]).toMatchObject([
      { sql: expect.stringContaining("FINALIZE") },
      { sql: expect.stringContaining("CONCURRENTLY") },
    ]);
    expect(await namesOf(database)).toEqual(
      [-4, -3, -2, -1, 0, 1, 2].map((o) => monthName("events", o)).slice(4),
    );
  });

  test("rows older than the first partition are refused by the table, and no partition is made for them", async () => {
    await using database = await createDatabase();
    await createEvents(database, [0]);
    await using project = await policyProject(database.url, { events: policy });
    await project.partition("maintain");
    await expect(database.sql.unsafe(`INSERT INTO events (at) VALUES ('${month(-2)}')`)).rejects.toThrow(
      "no partition",
    );
    expect(await namesOf(database)).toEqual([0, 1, 2].map((o) => monthName("events", o)));
  });
});

/** A DETACH … CONCURRENTLY that is cancelled while it waits for a reader. */
async function leavePending(url: string, partition: string): Promise<void> {
  const reader = postgres(url, { max: 1 });
  const held = await reader.reserve();
  await held`BEGIN`;
  await held`SELECT count(*) FROM events`;
  const other = postgres(url, { max: 1 });
  await other`SET statement_timeout = '500ms'`;
  await expect(other.unsafe(`ALTER TABLE events DETACH PARTITION ${partition} CONCURRENTLY`)).rejects.toThrow(
    "statement timeout",
  );
  await held`ROLLBACK`;
  held.release();
  await Promise.all([reader.end(), other.end()]);
}

test("what a new partition carries of its table", async () => {
  await using database = await createDatabase();
  const { sql } = database;
  await createEvents(database, [0]);
  await sql.unsafe(`
    COMMENT ON TABLE events IS 'What happened';
    GRANT SELECT ON events TO PUBLIC;
    GRANT UPDATE (body) ON events TO pg_monitor WITH GRANT OPTION;
    ALTER TABLE ${monthName("events", 0)} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
    ALTER TABLE events ENABLE ROW LEVEL SECURITY;
    ALTER TABLE events FORCE ROW LEVEL SECURITY;
    CREATE TABLE allowed (id bigint);
    CREATE POLICY readers ON events FOR SELECT TO pg_monitor USING (EXISTS (SELECT 1 FROM allowed a WHERE a.id = events.id));
    CREATE POLICY writers ON events AS RESTRICTIVE FOR INSERT WITH CHECK (body <> 'events.id');
    ALTER TABLE events REPLICA IDENTITY FULL;
    ALTER TABLE events ALTER COLUMN body SET STATISTICS 500;
    CREATE STATISTICS events_both ON id, body FROM events;
    ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO pg_read_all_settings;`);
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const run = await project.partition("maintain --json");
  expect(run.code, run.stderr).toBe(0);
  const name = monthName("events", 1);
  const [made] = await sql`
    SELECT obj_description(c.oid) AS comment, reloptions, relrowsecurity, relforcerowsecurity, relreplident::text,
      (SELECT array_agg(e.grantee::regrole || ' ' || e.privilege_type ORDER BY 1) FROM aclexplode(c.relacl) e WHERE e.grantee <> c.relowner) AS grants,
      (SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attname = 'body') LIKE '%pg_monitor=w*%' AS "columnGrant",
      (SELECT attstattarget FROM pg_attribute WHERE attrelid = c.oid AND attname = 'body')::int AS target
    FROM pg_class c WHERE relname = ${name}`;
  expect(made).toMatchObject({
    comment: "What happened",
    reloptions: ["fillfactor=70", "autovacuum_vacuum_scale_factor=0.05"],
    relrowsecurity: true,
    relforcerowsecurity: true,
    relreplident: "f",
    grants: ["- SELECT"],
    columnGrant: true,
    target: 500,
  });
  const policies =
    await sql`SELECT policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies WHERE tablename = ${name} ORDER BY 1`;
  expect(policies).toMatchObject([
    {
      policyname: "readers",
      permissive: "PERMISSIVE",
      roles: "{pg_monitor}",
      cmd: "SELECT",
      qual: expect.stringContaining(`a.id = ${name}.id`),
    },
    {
      policyname: "writers",
      permissive: "RESTRICTIVE",
      cmd: "INSERT",
      with_check: "(body <> 'events.id'::text)",
    },
  ]);
  const verify = await project.partition("verify --json");
  const kinds = (verify.data()["problems"] as { kind: string; partition: string }[]).map(
    ({ kind, partition }) => `${kind} ${partition}`,
  );
  expect(kinds).toEqual([`privileges ${monthName("events", 0)}`, `row-security ${monthName("events", 0)}`]);
});

test("a replica identity by index is the partition's own index", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await database.sql.unsafe("ALTER TABLE events REPLICA IDENTITY USING INDEX events_pkey");
  await using project = await policyProject(database.url, { events: eventsPolicy });
  expect((await project.partition("maintain")).code).toBe(0);
  const [row] =
    await database.sql`SELECT relreplident::text AS i, (SELECT count(*)::int FROM pg_index WHERE indrelid = c.oid AND indisreplident) AS n
    FROM pg_class c WHERE relname = ${monthName("events", 1)}`;
  expect(row).toEqual({ i: "i", n: 1 });
});

test("two runs at once make each partition once, and both end well", async () => {
  await using database = await createDatabase();
  await createEvents(database);
  await using project = await policyProject(database.url, { events: { ...eventsPolicy, premake: 24 } });
  const runs = await Promise.all([1, 2, 3].map(() => project.partition("maintain --json")));
  expect(
    runs.map(({ code }) => code),
    runs.map(({ stderr }) => stderr).join(),
  ).toEqual([0, 0, 0]);
  const created = runs.flatMap((run) => run.data()["created"] as string[]);
  expect(created).toHaveLength(25);
  expect(new Set(created).size).toBe(25);
});

test("neither readers nor writers of the table keep maintain from making partitions", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const other = postgres(database.url, { max: 1 });
  const writer = await other.reserve();
  await writer`BEGIN`;
  await writer`INSERT INTO events DEFAULT VALUES`;
  expect((await project.partition("maintain --lock-wait 0")).code).toBe(0);
  await writer`COMMIT`;
  writer.release();
  await other.end();
});

test("what holds the lock that maintain needs is named, exit 5", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await using project = await policyProject(database.url, { events: eventsPolicy });
  const other = postgres(database.url, { max: 1, connection: { application_name: "a colleague" } });
  const held = await other.reserve();
  await held`BEGIN`;
  await held`LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE`;
  const run = await project.partition("maintain --lock-timeout 50ms --lock-wait 200ms --json");
  expect(run.code).toBe(5);
  expect(run.error()).toMatchObject({
    code: "locks.blocked",
    detail: expect.stringContaining('application "a colleague"'),
  });
  await held`ROLLBACK`;
  held.release();
  await other.end();
});

test("rows of a default partition that cannot be moved do not keep later ones from their partitions: exit 4, the rest done", async () => {
  await using database = await createDatabase();
  await database.sql.unsafe(`CREATE TABLE events (at timestamptz, note text) PARTITION BY RANGE (at);
    CREATE TABLE events_default PARTITION OF events DEFAULT; INSERT INTO events VALUES ('${month(-3)}', 'stray')`);
  await using project = await policyProject(database.url, { events: eventsPolicy });
  for (const state of ["what else was due is done", "Nothing was moved."]) {
    const run = await project.partition("maintain --json");
    expect(run.error()).toMatchObject({
      code: "partition.no-key",
      exitCode: 4,
      stateText: expect.stringContaining(state),
    });
    expect(await namesOf(database)).toEqual(
      expect.arrayContaining([0, 1, 2].map((offset) => monthName("events", offset))),
    );
  }
  expect(await database.sql`SELECT note FROM events_default`).toEqual([{ note: "stray" }]);
});

test("a default partition only when asked for", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await using project = await policyProject(database.url, {
    events: { ...eventsPolicy, default: true, retain: "6 months" },
  });
  const run = await project.partition("maintain --json");
  expect(run.data()["created"]).toEqual([monthName("events", 1), monthName("events", 2), "events_default"]);
  expect((await project.partition("maintain --check")).code).toBe(0);
  // With a default partition PostgreSQL detaches under ACCESS EXCLUSIVE only; that is done too.
  await database.sql.unsafe(
    `CREATE TABLE old PARTITION OF events FOR VALUES FROM ('${month(-9)}') TO ('${month(-8)}')`,
  );
  const second = await project.partition("maintain --json");
  expect(second.code, second.stderr).toBe(0);
  expect(second.data()["detached"]).toEqual(["old"]);
});
