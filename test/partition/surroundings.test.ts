/** Where a server stands: behind PgBouncer, a standby, a role that may only read. What changes something refuses, and says what to do. */
import { findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { createDatabase, expect, test } from "../support/database.ts";
import { startOwnServer } from "../stats/support/servers.ts";
import { createEvents, month, policyProject } from "./support/project.ts";
import type { PolicyProject } from "./support/project.ts";

const program = await findPgBouncer();
const pooler = "missing" in program ? undefined : program;
const policy = {
  table: "events",
  column: "at",
  interval: "month",
  premake: 2,
  retain: "3 months",
  archive: "archive",
};
const plain = `CREATE TABLE plain (id bigint PRIMARY KEY, at timestamptz NOT NULL); INSERT INTO plain VALUES (1, '${month(0)}')`;

const changing: readonly (readonly string[])[] = [
  ["maintain"],
  ["retain"],
  ["convert", "plain", "--by", "at", "--yes"],
  ["undo", "events", "--yes"],
];
const looking: readonly (readonly string[])[] = [
  ["status"],
  ["plan"],
  ["maintain", "--check"],
  ["maintain", "--dry-run"],
  ["convert", "plain", "--by", "at", "--dry-run"],
  ["convert", "plain", "--status"],
  ["undo", "events", "--dry-run"],
];

async function expectRefusals(
  project: PolicyProject,
  database: string,
  code: string,
  hint: string,
): Promise<void> {
  for (const args of changing) {
    const confirmed = args[0] === "retain" ? [...args, "--confirm", database] : args;
    const run = await project.partition([...confirmed, "--json"]);
    expect([args, run.code, run.stdout]).toEqual([args, 4, ""]);
    expect([args, run.error()]).toMatchObject([
      args,
      { code, hint: expect.stringContaining(hint), stateText: "Nothing was changed." },
    ]);
  }
}

async function expectLooks(project: PolicyProject): Promise<void> {
  for (const args of looking) {
    const run = await project.partition([...args, "--json"]);
    expect([args, run.code, run.stderr.includes('"error"')]).toEqual([
      args,
      args.includes("--check") ? 1 : 0,
      false,
    ]);
  }
}

test.runIf(pooler !== undefined).each(["transaction", "session", "statement"] as const)(
  "behind PgBouncer in %s mode, what changes something wants the server itself, and works with it",
  async (mode) => {
    if (pooler === undefined) return;
    await using database = await createDatabase();
    await createEvents(database, [-5, -1]);
    await database.sql.unsafe(plain);
    await using bouncer = await startPgBouncer(pooler, database.url, mode);
    await using project = await policyProject(bouncer.through(database.url), { events: policy });
    // Something is due for retain too.
    await using direct = await policyProject(database.url, { events: { ...policy, premake: 1 } });
    expect((await direct.partition("maintain --json")).code).toBe(0);
    await expectRefusals(project, database.name, "partition.pooler", "--direct-url");
    if (mode === "statement") {
      expect((await project.partition("status --json")).error()).toMatchObject({ code: "partition.pooler" });
    } else await expectLooks(project);
    await expectNothingLeft(bouncer.through(database.url));
    // The way that the hint names.
    const run = await project.partition("maintain --json", { env: { DIRECT_DATABASE_URL: database.url } });
    expect(run.code, run.stderr).toBe(0);
    const converted = await project.partition("convert plain --by at --yes --json", {
      env: { DIRECT_DATABASE_URL: database.url },
    });
    expect(converted.code, converted.stderr).toBe(0);
    // Writers go on through the pooler while the triggers keep the old table equal.
    const { default: postgres } = await import("postgres");
    const writer = postgres(bouncer.through(database.url), {
      max: 1,
      prepare: false,
      fetch_types: false,
      onnotice: () => {},
    });
    try {
      await writer.unsafe("INSERT INTO plain VALUES (2, now())");
    } finally {
      await writer.end();
    }
    expect(await database.sql`SELECT FROM plain_legacy`).toHaveLength(2);
  },
);

/** Whoever gets one of the pooler's sessions next finds it as it was. */
async function expectNothingLeft(url: string): Promise<void> {
  const { default: postgres } = await import("postgres");
  const clients = Array.from({ length: 4 }, () =>
    postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice: () => {} }),
  );
  try {
    const all = clients.map(async (sql) =>
      sql.unsafe(
        "SELECT current_setting('search_path') AS path, current_setting('row_security') AS security, pg_sleep(0.2)",
      ),
    );
    for (const rows of await Promise.all(all))
      expect(rows).toMatchObject([{ path: '"$user", public', security: "on" }]);
  } finally {
    await Promise.all(clients.map(async (sql) => sql.end()));
  }
}

test("a standby is looked at; what changes something names the primary", async () => {
  await using server = await startOwnServer({});
  const { sql, url } = server;
  const database = { sql, url, name: "" };
  await createEvents(database as never, [-5, -1]);
  await sql.unsafe(plain);
  {
    await using before = await policyProject(url, { events: { ...policy, premake: 1 } });
    const run = await before.partition("maintain --json");
    expect(run.code, run.stderr).toBe(0);
  }
  await server.restartAsStandby();
  await using project = await policyProject(url, { events: policy });
  const name = new URL(url).pathname.slice(1);
  await expectLooks(project);
  await expectRefusals(project, name, "connection.standby", "Name the primary with --url");
});

test("a role that may only read is refused with the way out", async () => {
  await using database = await createDatabase();
  await createEvents(database, [-5, -1]);
  await database.sql.unsafe(plain);
  await using direct = await policyProject(database.url, { events: { ...policy, premake: 1 } });
  expect((await direct.partition("maintain --json")).code).toBe(0);
  await database.sql.unsafe(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  await using project = await policyProject(database.url, { events: policy });
  await expectLooks(project);
  await expectRefusals(project, database.name, "connection.read-only", "default_transaction_read_only");
});
