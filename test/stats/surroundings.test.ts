/** Where a server stands: a standby, a pooler in between, a server that dies; and the answers of `stats check`. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { createDatabase, expect, inject, test } from "./support/fixtures.ts";
import { proxyTo } from "../support/proxy.ts";
import { skipUnless } from "../support/skip.ts";
import { startOwnServer } from "./support/servers.ts";
import { hold, holdWaiting, listOf, reports, stats } from "./support/stats.ts";
import { createRole } from "../migrate/support/role.ts";

const hasBouncer = skipUnless(
  spawnSync("pgbouncer", ["--version"]).status === 0,
  "pgbouncer is not installed (apt-get install pgbouncer)",
);

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
  const down = await stats("postgresql://x@127.0.0.1:1/x", "check");
  expect(down.code).toBe(3);
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

test.runIf(hasBouncer)(
  "behind PgBouncer in transaction mode every report reads the same, and leaves nothing behind",
  async () => {
    await using database = await createDatabase();
    await database.sql`CREATE EXTENSION pg_stat_statements`;
    await using bouncer = await startBouncer(database.url);
    for (const report of reports) {
      const said = await stats(bouncer.url, `${report} --json`);
      expect(said.code, said.stderr).toBe(0);
    }
    // The same server session, now somebody else's: it has its own limits again.
    const sql = postgres(bouncer.url, { max: 1, prepare: false, fetch_types: false, onnotice: () => {} });
    const [limits] =
      await sql`SELECT current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l, current_setting('jit') AS j`;
    await sql.end();
    expect(limits).toMatchObject({ s: "0", l: "0", j: (await database.sql`SHOW jit`)[0]?.["jit"] });
  },
);

interface Bouncer extends AsyncDisposable {
  readonly url: string;
}

async function startBouncer(url: string): Promise<Bouncer> {
  const { hostname, port, username, password } = new URL(url);
  const folder = mkdtempSync(join(inject("run").folder, "bouncer-"));
  chmodSync(folder, 0o777);
  const own = await freePort();
  const secret = decodeURIComponent(password);
  writeFileSync(
    join(folder, "bouncer.ini"),
    `[databases]\n* = host=${hostname} port=${port} user=${username} password='${secret}'\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${own}\n` +
      `unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 1\nignore_startup_parameters = extra_float_digits\n`,
  );
  const account = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
  const child = spawn("pgbouncer", [...account, join(folder, "bouncer.ini")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const pooled = new URL(url);
  pooled.hostname = "127.0.0.1";
  pooled.port = String(own);
  for (let attempt = 0; attempt < 200; attempt++) {
    const sql = postgres(pooled.href, { max: 1, prepare: false, fetch_types: false, onnotice: () => {} });
    const isUp = await sql`SELECT 1`.then(
      () => true,
      () => false,
    );
    await sql.end({ timeout: 1 });
    if (isUp) break;
    await sleep(30);
  }
  return {
    url: pooled.href,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
  return typeof address === "object" && address !== null ? address.port : 0;
}
