/** What a conversion refuses, all of it at once, and what its calls refuse. */
import { describe } from "vitest";
import { createDatabase, expect, test } from "../support/database.ts";
import { createRole } from "../migrate/support/role.ts";
import { schemaOf } from "../migrate/support/state.ts";
import { policyProject } from "./support/project.ts";

const plain = "CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, room int)";

describe("what stands in the way of a conversion", () => {
  const cases: readonly [string, string, string][] = [
    ["a view", "CREATE VIEW events AS SELECT 1 AS id, now() AS at", "it is a view"],
    [
      "a partitioned table",
      "CREATE TABLE events (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
      "it is partitioned already",
    ],
    ["an unlogged table", plain.replace("TABLE", "UNLOGGED TABLE"), "it is unlogged"],
    ["no such column", plain.replace("at timestamptz", "moment timestamptz"), "it has no column at"],
    [
      "a timestamp without zone",
      plain.replace("timestamptz", "timestamp"),
      "timestamp without time zone; allowed are timestamp with time zone and date",
    ],
    ["a column that may be NULL", plain.replace(" NOT NULL", ""), "at may be NULL"],
    [
      "a key whose type has operators of its own",
      `CREATE TYPE word;
      CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
      CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
      CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, LIKE = text, COLLATABLE = true);
      CREATE FUNCTION word_cmp(word, word) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
      ${[
        ["<", "_lt"],
        ["<=", "_le"],
        ["=", "eq"],
        [">=", "_ge"],
        [">", "_gt"],
      ]
        .map(
          ([operator, name]) =>
            `CREATE FUNCTION word${name}(word, word) RETURNS bool LANGUAGE internal IMMUTABLE STRICT AS 'text${name}';
      CREATE OPERATOR ${operator} (LEFTARG = word, RIGHTARG = word, FUNCTION = word${name});`,
        )
        .join("\n")}
      CREATE OPERATOR CLASS words DEFAULT FOR TYPE word USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 word_cmp(word, word);
      CREATE TABLE events (id word PRIMARY KEY, at timestamptz NOT NULL)`,
      "the key column id is of the type public.word, whose operators live in public",
    ],
    ["no primary key", plain.replace(" PRIMARY KEY", ""), "it has no primary key"],
    [
      "a deferrable key",
      plain.replace("PRIMARY KEY", "PRIMARY KEY DEFERRABLE"),
      "its primary key is deferrable",
    ],
    [
      "a unique column",
      `${plain}; ALTER TABLE events ADD UNIQUE (room)`,
      "public.events_room_key cannot stay unique",
    ],
    [
      "an exclusion constraint",
      `${plain}; ALTER TABLE events ADD CONSTRAINT alone EXCLUDE (room WITH =)`,
      "the exclusion constraint alone",
    ],
    [
      "a key that is not validated",
      `${plain}; ALTER TABLE events ADD CONSTRAINT late CHECK (room > 0) NOT VALID`,
      "late is not validated",
    ],
    [
      "a foreign key that points in",
      `${plain}; CREATE TABLE quotes (of bigint CONSTRAINT of_event REFERENCES events)`,
      "of_event of public.quotes points to it",
    ],
    ["a child", `${plain}; CREATE TABLE child () INHERITS (events)`, "inherited from"],
    [
      "a rule",
      `${plain}; CREATE RULE nothing AS ON DELETE TO events DO INSTEAD NOTHING`,
      "it has the rule nothing",
    ],
    [
      "a constraint trigger",
      `${plain}; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE CONSTRAINT TRIGGER late AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION f()`,
      "the trigger late is a constraint trigger",
    ],
    [
      "a materialized view",
      `${plain}; CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM events`,
      "public.counted is a materialized view",
    ],
    [
      "a function with a parsed body",
      `${plain}; CREATE FUNCTION newest() RETURNS bigint BEGIN ATOMIC SELECT max(id) FROM events; END`,
      "public.newest() is bound to the old table",
    ],
    [
      "a policy of another table",
      `${plain}; CREATE TABLE other (id int); CREATE POLICY seen ON other USING (EXISTS (SELECT FROM events))`,
      "the policy seen of public.other",
    ],
    [
      "a publication of all tables",
      `${plain}; CREATE PUBLICATION everything FOR ALL TABLES`,
      "the publication everything is for all tables",
    ],
    [
      "a publication of partitions",
      `${plain}; CREATE PUBLICATION parts FOR TABLE events`,
      "publish_via_partition_root = true",
    ],
    [
      "a function that takes its rows",
      `${plain}; CREATE FUNCTION room_of(e events) RETURNS int LANGUAGE sql AS 'SELECT (e).room'`,
      "public.room_of(public.events) takes or gives rows of it",
    ],
    [
      "a function that gives its rows",
      `${plain}; CREATE FUNCTION newest() RETURNS SETOF events LANGUAGE sql AS 'SELECT * FROM events'`,
      "public.newest() takes or gives rows of it",
    ],
    [
      "a column that holds its rows",
      `${plain}; CREATE TABLE kept (id int, was events[])`,
      "the column was of public.kept holds rows of it",
    ],
    [
      "a view that counts on the key",
      `${plain}; CREATE VIEW rooms AS SELECT id, room FROM events GROUP BY id`,
      "the view public.rooms counts on events_pkey",
    ],
    [
      "a check without heirs",
      `${plain}; ALTER TABLE events ADD CONSTRAINT here CHECK (room > 0) NO INHERIT`,
      "here is NO INHERIT",
    ],
    ["an infinite time", `${plain}; INSERT INTO events VALUES (1, 'infinity')`, "infinite at"],
    [
      "a time too long ago",
      `${plain}; INSERT INTO events VALUES (1, '0001-01-01')`,
      "more than 3000 periods",
    ],
    ["a name that is taken", `${plain}; CREATE TABLE events_legacy ()`, "events_legacy is taken"],
  ];
  test.each(cases)("%s", async (_what, sql, says) => {
    await using database = await createDatabase();
    await database.sql.unsafe(sql);
    const before = await schemaOf(database.sql);
    await using project = await policyProject(database.url, {});
    const run = await project.partition(["convert", "events", "--by", "at", "--yes", "--json"]);
    expect(run.code, run.stderr).toBe(4);
    expect(run.error()).toMatchObject({
      code: "partition.cannot-convert",
      stateText: "Nothing was changed.",
    });
    expect(run.error()["detail"]).toContain(says);
    expect(await schemaOf(database.sql)).toEqual(before);
  });

  test("all of it is told at once", async () => {
    await using database = await createDatabase();
    await database.sql.unsafe("CREATE UNLOGGED TABLE events (id int UNIQUE, at timestamptz)");
    await using project = await policyProject(database.url, {});
    const run = await project.partition(["convert", "events", "--by", "at", "--yes", "--json"]);
    expect(run.error()["obstacles"]).toHaveLength(4);
  });
});

test("calls that do not fit", async () => {
  await using database = await createDatabase();
  await database.sql.unsafe(plain);
  await using project = await policyProject(database.url, {});
  const wrong: readonly [string, number, string][] = [
    ["convert events", 2, "partition.no-column"],
    ["convert nothing --by at --yes", 2, "partition.no-such-table"],
    ["convert a.b.c --by at", 2, "cli.bad-value"],
    ["convert events --pause --resume", 2, "cli.wrong-call"],
    ["convert events --abort --dry-run", 2, "cli.wrong-call"],
    ["convert events --by at --timezone Mars/Olympus", 2, "cli.bad-value"],
    ["convert events --resume", 4, "partition.no-conversion"],
    ["convert events --pause", 4, "partition.no-conversion"],
    ["convert events --abort --yes", 4, "partition.no-conversion"],
    ["convert events --rollback --yes", 4, "partition.no-conversion"],
    ["convert events --by at", 4, "cli.not-confirmed"],
    ["undo events --abort --resume", 2, "cli.wrong-call"],
    ["undo events --abort", 4, "partition.no-conversion"],
  ];
  for (const [words, code, error] of wrong) {
    const run = await project.partition(`${words} --json`);
    expect({ words, code: run.code }, run.stderr).toEqual({ words, code });
    expect(run.error()["code"]).toBe(error);
  }
  expect((await project.partition("convert events --status --json")).data()).toMatchObject({
    conversion: null,
  });
});

test("a role that does not own the table: exit 3", async () => {
  await using database = await createDatabase();
  await database.sql.unsafe(plain);
  await using role = await createRole(database);
  await using project = await policyProject(role.url, {});
  const run = await project.partition("convert events --by at --yes --json");
  expect(run.code).toBe(3);
  expect(run.error()).toMatchObject({ code: "partition.not-owner" });
});

test("row security that is forced on an owner without BYPASSRLS would hide rows from the copy: refused", async () => {
  await using database = await createDatabase();
  await using role = await createRole(database);
  await database.sql
    .unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name}; ${plain}; ALTER TABLE events OWNER TO ${role.name};
    ALTER TABLE events ENABLE ROW LEVEL SECURITY; ALTER TABLE events FORCE ROW LEVEL SECURITY;`);
  await using project = await policyProject(role.url, {});
  const run = await project.partition("convert events --by at --yes --json");
  expect(run.error()).toMatchObject({
    code: "partition.cannot-convert",
    detail: expect.stringContaining("row security is forced"),
  });
});

test("the owner need not be a superuser", async () => {
  await using database = await createDatabase();
  await using role = await createRole(database);
  await database.sql
    .unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name}; ${plain}; ALTER TABLE events OWNER TO ${role.name};
    INSERT INTO events SELECT n, now() - n * interval '1 day', n FROM generate_series(1, 100) n`);
  await using project = await policyProject(role.url, {});
  const run = await project.partition("convert events --by at --yes --json");
  expect(run.code, run.stderr).toBe(0);
  expect(run.data()).toMatchObject({ conversion: { status: "done", copied: 100 } });
  const back = await project.partition("convert events --rollback --yes --json");
  expect(back.code, back.stderr).toBe(0);
});

test("an owner with no more than REFERENCES on what its table points to is told what to be granted, before anything is done", async () => {
  await using database = await createDatabase();
  await using role = await createRole(database);
  const { sql } = database;
  await sql.unsafe(`GRANT CREATE ON SCHEMA public TO ${role.name};
    CREATE TABLE "the rooms" (id int PRIMARY KEY); INSERT INTO "the rooms" VALUES (1);
    GRANT REFERENCES ON "the rooms" TO ${role.name};
    CREATE TABLE events (id bigint PRIMARY KEY, at timestamptz NOT NULL, room int REFERENCES "the rooms");
    ALTER TABLE events OWNER TO ${role.name};
    INSERT INTO events SELECT n, now() - n * interval '1 day', 1 FROM generate_series(1, 100) n`);
  await using project = await policyProject(role.url, {});
  const refused = await project.partition("convert events --by at --dry-run --json");
  expect(refused.error()).toMatchObject({ code: "partition.cannot-convert", exitCode: 4 });
  const [, grant = ""] = /(GRANT .*)/.exec(String(refused.error()["detail"])) ?? [];
  await sql.unsafe(grant);
  const run = await project.partition("convert events --by at --yes --json");
  expect(run.code, run.stderr).toBe(0);
  await sql.unsafe(grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM "));
  const undo = await project.partition("undo events --dry-run --json");
  expect(undo.error()).toMatchObject({ detail: expect.stringContaining(grant) });
});

test("an owner who may not create tables: exit 3, before anything is done", async () => {
  await using database = await createDatabase();
  await using role = await createRole(database);
  await database.sql.unsafe(
    `REVOKE CREATE ON SCHEMA public FROM PUBLIC; ${plain}; ALTER TABLE events OWNER TO ${role.name}`,
  );
  await using project = await policyProject(role.url, {});
  const run = await project.partition("convert events --by at --yes --json");
  expect(run.code, run.stderr).toBe(3);
  expect(run.error()).toMatchObject({ code: "connection.privilege-missing" });
  expect(await database.sql`SELECT relkind::text FROM pg_class WHERE relname = 'events'`).toMatchObject([
    { relkind: "r" },
  ]);
});

test("a table of dates, by week, in a schema with capitals", async () => {
  await using database = await createDatabase();
  await database.sql
    .unsafe(`CREATE SCHEMA "App"; CREATE TABLE "App"."Log" ("Id" text PRIMARY KEY, "Day" date NOT NULL);
    INSERT INTO "App"."Log" SELECT n::text, current_date - n FROM generate_series(1, 50) n`);
  await using project = await policyProject(database.url, {});
  const run = await project.partition([
    "convert",
    "App.Log",
    "--by",
    "Day",
    "--every",
    "week",
    "--premake",
    "2",
    "--yes",
    "--json",
  ]);
  expect(run.code, run.stderr).toBe(0);
  const [row] = await database.sql<
    { n: number; parts: number }[]
  >`SELECT count(*)::int AS n, count(DISTINCT tableoid)::int AS parts FROM "App"."Log"`;
  expect(row?.n).toBe(50);
  expect(row?.parts).toBeGreaterThan(6);
});
