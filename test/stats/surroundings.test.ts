/** Where a server stands: a standby, a pooler in between, a server that dies; and the answers of `stats check`. */
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { createDatabase, expect, test } from "./support/fixtures.ts";
import { findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { proxyTo } from "../support/proxy.ts";
import { skipUnless } from "../support/skip.ts";
import { startOwnServer } from "./support/servers.ts";
import { hold, holdWaiting, listOf, reports, stats } from "./support/stats.ts";
import { createRole } from "../migrate/support/role.ts";

const found = await findPgBouncer();
const program = "missing" in found ? undefined : found;
skipUnless(program !== undefined, "missing" in found ? found.missing : "");

test("check ends with the codes of monitoring plugins", async () => {
  await using database = await createDatabase();
  const { sql, url } = database;
  const env = {
    VEZA_DB_CHECK_REQUESTED_CHECKPOINTS_WARN: "100",
    VEZA_DB_CHECK_IDLE_IN_TRANSACTION_WARN: "1h",
    VEZA_DB_CHECK_IDLE_IN_TRANSACTION_CRIT: "2h",
  };
  await sql`CREATE TABLE t (id int PRIMARY KEY)`;
  await using _root = await hold(sql, "LOCK TABLE t");
  await using _waiting = await holdWaiting(sql, [], "SELECT * FROM t");
  const codeOf = async (more: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const said = await stats(url, "check --json", { env: { ...env, ...more } });
    const blocked = listOf(said.data()["checks"]).find(({ check }) => check === "blocked");
    return [said.code, said.data()["status"], blocked?.["status"]];
  };
  await sleep(50);
  expect(await codeOf({ VEZA_DB_CHECK_BLOCKED_WARN: "10ms", VEZA_DB_CHECK_BLOCKED_CRIT: "1h" })).toEqual([
    1,
    "warning",
    "warning",
  ]);
  expect(await codeOf({ VEZA_DB_CHECK_BLOCKED_WARN: "10ms", VEZA_DB_CHECK_BLOCKED_CRIT: "20ms" })).toEqual([
    2,
    "critical",
    "critical",
  ]);
  await using role = await createRole(database);
  const unknown = await stats(role.url, "check -o nagios", {
    env: { ...env, VEZA_DB_CHECK_BLOCKED_WARN: "1h", VEZA_DB_CHECK_BLOCKED_CRIT: "2h" },
  });
  expect(unknown.code, unknown.stdout).toBe(3);
  expect(unknown.stdout).toMatch(/^VEZA UNKNOWN - .*\| '/);
  const nowhere = "postgresql://x@127.0.0.1:1/x";
  // A scheduler reads stdout and the code; both must tell that nothing could be told.
  for (const words of ["check", "check --windo 1s", "check --window soon", "check -o junti", "check more"]) {
    const said = await stats(nowhere, words);
    expect({ code: said.code, stdout: said.stdout }, words).toEqual({ code: 3, stdout: "" });
    expect(said.stderr, words).toMatch(/^error: /);
    const failure = await stats(nowhere, `${words.replace(" -o junti", " --window soon")} --json`);
    expect(failure.error()).toMatchObject({ exitCode: 3 });
  }
  for (const words of ["check -o nagios", "check --output=nagios --window soon", "--nope check -o nagios"]) {
    const said = await stats(nowhere, words);
    expect({ code: said.code, stdout: said.stdout }, words).toEqual({
      code: 3,
      stdout: expect.stringMatching(/^VEZA UNKNOWN - [^|\n]+\n$/),
    });
  }
});

test("a server that dies in the middle: one error, no bug", async () => {
  await using database = await createDatabase();
  for (const at of [3, 5, 8, 12]) {
    await using proxy = await proxyTo(database.url, {
      onMessage: ({ from, number }) => (from === "client" && number > at ? "cut" : "pass"),
    });
    const said = await stats(proxy.through(database.url), "overview --json");
    expect([3, 5]).toContain(said.code);
    expect(said.error()).toMatchObject({ code: expect.stringMatching(/^connection\./) });
  }
});

test("a standby is read as one", async () => {
  await using server = await startOwnServer({});
  await server.sql`CREATE EXTENSION pg_stat_statements`;
  await server.sql`CREATE TABLE t (id serial PRIMARY KEY)`;
  await server.sql`CREATE UNLOGGED TABLE u (id serial)`;
  await server.restartAsStandby();
  for (const report of reports) {
    const said = await stats(server.url, `${report} --json`);
    expect(said.code, said.stderr).toBe(0);
    expect(said.notes(), report).not.toContain("SQLSTATE");
  }
  expect((await stats(server.url, "overview")).stdout).toContain(", standby,");
  const [upstream] = (await stats(server.url, "replication --json")).rows();
  expect(upstream).toMatchObject({ kind: "upstream", state: "none", isBad: true });
  expect((await stats(server.url, "snapshot --to standby.json")).code).toBe(0);
});

test.runIf(program !== undefined)(
  "behind PgBouncer in transaction mode every report reads the same, and leaves nothing behind",
  async () => {
    // What all statements of a server are is known of one that nobody else uses.
    await using server = await startOwnServer({});
    await server.sql`CREATE EXTENSION pg_stat_statements`;
    if (program === undefined) return;
    await using pooler = await startPgBouncer(program, server.url, "transaction");
    const url = pooler.through(server.url);
    for (const report of reports) {
      const said = await stats(url, `${report} --json`);
      expect(said.code, said.stderr).toBe(0);
    }
    // What PgBouncer sends of its own accord with our name is ours too.
    const counted = (await stats(url, "slow-queries --limit 1000 --json")).rows();
    expect(counted.filter(({ query }) => String(query).includes("'veza-db "))).toEqual([]);
    // The same server session, now somebody else's: it has its own limits again.
    const sql = postgres(url, { max: 1, prepare: false, fetch_types: false, onnotice: () => {} });
    const [limits] =
      await sql`SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l, current_setting('jit') AS j`;
    await sql.end();
    expect(limits).toMatchObject({ s: "0", l: "0", j: (await server.sql`SHOW jit`)[0]?.["jit"] });
  },
);
