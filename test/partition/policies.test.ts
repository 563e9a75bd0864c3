/** Policies that are wrong: file, field and what is allowed are named, and nothing was changed. */
import { describe } from "vitest";
import { policySchema } from "../../src/partition/read-policy-schema.ts";
import { readPolicyFolder } from "../../src/partition/read-policies.ts";
import { repository } from "../seed/support/fill.ts";
import { createDatabase, createMigratedDatabase, expect, test } from "../support/database.ts";
import { createRole } from "../migrate/support/role.ts";
import { createEvents, eventsPolicy, namesOf, policyProject } from "./support/project.ts";
import schema from "../../schemas/partition.schema.json" with { type: "json" };

/** Nobody listens there: what is wrong in a file is told before anything is connected to. */
const nowhere = "postgresql://someone@127.0.0.1:1/somewhere";

describe("a file", () => {
  const good = eventsPolicy;
  const cases: readonly [string, unknown, string, string][] = [
    ["that is no JSON", "{", "the file", "it is not JSON"],
    ["that is not UTF-8", new Uint8Array([0x7b, 0xff]), "the file", "it is not UTF-8"],
    ["that is a list", [], "the file", "expected object"],
    ["without a table", { column: "at", interval: "month" }, "table", "expected string"],
    ["without a column", { table: "events", interval: "month" }, "column", "expected string"],
    [
      "without an interval",
      { table: "events", column: "at" },
      "interval",
      '"day"|"week"|"month"|"quarter"|"year"',
    ],
    [
      "with another interval",
      { ...good, interval: "hour" },
      "interval",
      '"day"|"week"|"month"|"quarter"|"year"',
    ],
    ["with an unknown field", { ...good, retian: "1 year" }, "retian", "did you mean retain?"],
    ["with premake 0", { ...good, premake: 0 }, "premake", ">=1"],
    ["with premake 1.5", { ...good, premake: 1.5 }, "premake", "expected int"],
    ["with a premake in words", { ...good, premake: "6" }, "premake", "expected number"],
    ["with a retain without unit", { ...good, retain: "24" }, "retain", '"24 months"'],
    ["with a negative retain", { ...good, retain: "-1 month" }, "retain", '"24 months"'],
    ["with a retain in hours", { ...good, retain: "24 hours" }, "retain", '"24 months"'],
    [
      "with a retain shorter than premake",
      { ...good, premake: 6, retain: "5 months" },
      "retain",
      'at least "6 months" is allowed',
    ],
    [
      "with a retain of no time",
      { ...good, retain: "0 days" },
      "retain",
      "shorter than what premake makes ahead",
    ],
    ["with an unknown zone", { ...good, timezone: "Europe/Pariss" }, "timezone", "the name of a time zone"],
    ["with an offset for a zone", { ...good, timezone: "+02:00" }, "timezone", "the name of a time zone"],
    ["with a name too long", { ...good, table: "x".repeat(64) }, "table", "63 bytes"],
    ["with a name in three parts", { ...good, table: "a.b.c" }, "table", "is no name"],
    ["with an empty name", { ...good, table: "" }, "table", ">=1"],
    [
      "of a purge with premake",
      { table: "s", column: "at", purge: "0 days", premake: 3 },
      "premake",
      "allowed are table, column, purge, batch",
    ],
    ["of a purge with a batch of 0", { table: "s", column: "at", purge: "0 days", batch: 0 }, "batch", ">=1"],
    ["of a purge without unit", { table: "s", column: "at", purge: "0" }, "purge", "a number and a unit"],
  ];
  test.each(cases)("%s", async (_what, content, field, says) => {
    await using project = await policyProject(nowhere, { events: content });
    const { code, stdout, error } = await project.partition("maintain --json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(error()).toMatchObject({ code: "partition.bad-policy", file: "partitions/events.json", field });
    expect(error()["message"]).toContain(`partitions/events.json: ${field}: `);
    expect(`${String(error()["message"])} ${String(error()["detail"])}`).toContain(says);
  });

  test("with several faults is told of all of them", async () => {
    await using project = await policyProject(nowhere, {
      events: { table: "events", premake: 0, retian: "x" },
    });
    const { error } = await project.partition("status --json");
    expect(JSON.stringify(error()["problems"])).toMatch(/column.*interval.*premake.*retian/);
  });

  test("a second one for the same table", async () => {
    await using project = await policyProject(nowhere, { a: good, b: good });
    expect((await project.partition("plan --json")).error()).toMatchObject({
      file: "partitions/b.json",
      field: "table",
    });
  });

  test("no folder, no policies, no such table", async () => {
    await using none = await policyProject(nowhere, {});
    expect((await none.partition("status --json")).error()).toMatchObject({
      code: "partition.folder-missing",
      exitCode: 2,
    });
    await none.write("partitions/README.md", "");
    expect((await none.partition("status --json")).error()).toMatchObject({
      code: "partition.no-policies",
      exitCode: 2,
    });
    await using project = await policyProject(nowhere, { events: good });
    expect((await project.partition("status evnets --json")).error()).toMatchObject({
      code: "partition.unknown-table",
      hint: "Did you mean events?",
    });
  });
});

describe("a table that does not fit", () => {
  const made: readonly [string, string, object, string, string][] = [
    ["is missing", "", {}, "table", "there is no table events"],
    [
      "is missing in that schema",
      "CREATE TABLE events (at timestamptz) PARTITION BY RANGE (at)",
      { table: "other.events" },
      "table",
      "there is no table other.events",
    ],
    [
      "is spelled otherwise",
      'CREATE TABLE "Events" (at timestamptz) PARTITION BY RANGE (at)',
      {},
      "table",
      "there is no table events",
    ],
    ["is a view", "CREATE VIEW events AS SELECT now() AS at", {}, "table", "events is a view"],
    ["is not partitioned", "CREATE TABLE events (at timestamptz)", {}, "table", "events is not partitioned"],
    [
      "is partitioned by list",
      "CREATE TABLE events (at timestamptz) PARTITION BY LIST (at)",
      {},
      "table",
      "events is partitioned by LIST",
    ],
    [
      "is partitioned by hash",
      "CREATE TABLE events (at timestamptz) PARTITION BY HASH (at)",
      {},
      "table",
      "events is partitioned by HASH",
    ],
    [
      "is partitioned by an expression",
      "CREATE TABLE events (at timestamptz) PARTITION BY RANGE ((at AT TIME ZONE 'UTC'))",
      {},
      "table",
      "by an expression",
    ],
    [
      "is partitioned by two columns",
      "CREATE TABLE events (at timestamptz, n int) PARTITION BY RANGE (at, n)",
      {},
      "table",
      "by 2 keys",
    ],
    [
      "is partitioned by another column",
      "CREATE TABLE events (at timestamptz, made timestamptz) PARTITION BY RANGE (made)",
      {},
      "column",
      "partitioned by made, not by at",
    ],
    [
      "lacks the column",
      "CREATE TABLE events (made timestamptz) PARTITION BY RANGE (made)",
      {},
      "column",
      "has no column at",
    ],
    [
      "is partitioned by a timestamp without zone",
      "CREATE TABLE events (at timestamp) PARTITION BY RANGE (at)",
      {},
      "column",
      "names no moment",
    ],
    [
      "is partitioned by a number",
      "CREATE TABLE events (at bigint) PARTITION BY RANGE (at)",
      {},
      "column",
      "of the type bigint",
    ],
  ];
  test.each(made)("%s", async (_what, sql, policy, field, says) => {
    await using database = await createDatabase();
    await database.sql.unsafe(sql);
    await using project = await policyProject(database.url, { events: { ...eventsPolicy, ...policy } });
    for (const command of ["status", "plan", "maintain", "verify"]) {
      const { code, error } = await project.partition(`${command} --json`);
      expect(code).toBe(2);
      expect(error()).toMatchObject({ code: "partition.bad-policy", file: "partitions/events.json", field });
      expect(error()["message"]).toContain(says);
      expect(error()["detail"]).toContain("Allowed: ");
    }
  });
});

test("a role that does not own the table may look, and not maintain: exit 3", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await using role = await createRole(database);
  await using project = await policyProject(role.url, { events: eventsPolicy });
  expect((await project.partition("status --json")).code).toBe(0);
  expect((await project.partition("plan --json")).code).toBe(0);
  const { code, error } = await project.partition("maintain --json");
  expect(code).toBe(3);
  expect(error()).toMatchObject({ code: "partition.not-owner", stateText: "Nothing was changed." });
  expect(await namesOf(database)).toHaveLength(1);
});

test("a member of the role that owns the table makes partitions that the owner has", async () => {
  await using database = await createDatabase();
  await createEvents(database, [0]);
  await using role = await createRole(database);
  await using owner = await createRole({ ...database, name: `${database.name}owner` });
  await database.sql.unsafe(
    `GRANT CREATE ON SCHEMA public TO ${role.name}, ${owner.name}; GRANT ${owner.name} TO ${role.name}; ALTER TABLE events OWNER TO ${owner.name}`,
  );
  await using project = await policyProject(role.url, { events: eventsPolicy });
  const run = await project.partition("maintain --json");
  expect(run.code, run.stderr).toBe(0);
  const owners =
    await database.sql`SELECT DISTINCT c.relowner::regrole::text AS owner FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
    WHERE i.inhparent = 'events'::regclass AND c.relname <> (SELECT min(relname) FROM pg_class WHERE relispartition AND relkind = 'r')`;
  expect(owners).toEqual([{ owner: owner.name }]);
});

test("the published JSON schema is the one that files are checked by", () => {
  expect(policySchema()).toEqual(schema);
});

test("the platform's own policies fit the platform's own tables", async () => {
  expect(readPolicyFolder(`${repository}/partitions`, repository).policies.map(({ name }) => name)).toEqual([
    "audit_logs",
    "chat_messages",
    "sessions",
  ]);
  await using database = await createMigratedDatabase();
  await using project = await policyProject(database.url, {});
  for (const command of ["status", "plan", "verify"]) {
    const { code, stderr } = await project.partition([command, "--dir", `${repository}/partitions`]);
    expect({ command, code }, stderr).toEqual({ command, code: 0 });
  }
});
