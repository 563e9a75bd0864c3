/** Servers as they are met: behind PgBouncer, standing by, restarted under a scrape, vacuuming, followed, slow. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, inject } from "vitest";
import { startOwnServer } from "../stats/support/servers.ts";
import { temporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { findPgBouncer, startPgBouncer } from "../support/pgbouncer.ts";
import { skipUnless } from "../support/skip.ts";
import { startExporter } from "./support/exporter.ts";
import { parsePage, valueOf } from "./support/page.ts";
import type { ParsedFamily } from "./support/page.ts";
import { startProgram, until } from "./support/programs.ts";

const pgBouncer = await findPgBouncer();
const hasPgBouncer = skipUnless(!("missing" in pgBouncer), "missing" in pgBouncer ? pgBouncer.missing : "");
const receiver = join(inject("server").binDir ?? "", "pg_receivewal");
const hasReceiver = skipUnless(spawnSync(receiver, ["--version"]).status === 0, "pg_receivewal is not there");

function failed(families: ReadonlyMap<string, ParsedFamily>): (string | undefined)[] {
  const samples = families.get("pg_scrape_collector_success")?.samples ?? [];
  return samples.filter(({ value }) => value !== 1).map(({ labels }) => labels["collector"]);
}

/** Makes the collector `wal` slow for real, in one database and on primaries alone. What is built in is not replaced. */
const slowWal = `
  ALTER FUNCTION pg_catalog.pg_ls_waldir() RENAME TO pg_ls_waldir_quick;
  CREATE FUNCTION pg_catalog.pg_ls_waldir(OUT name text, OUT size bigint, OUT modification timestamptz)
  RETURNS SETOF record LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_catalog.pg_sleep(CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0 ELSE 60 END);
    RETURN QUERY SELECT repeat('0', 24), 16777216::bigint, pg_catalog.now();
  END $$`;

describe.runIf(hasPgBouncer)("behind PgBouncer", () => {
  test.each(["session", "transaction"] as const)("%s pooling: again and again", async (mode) => {
    if ("missing" in pgBouncer) return;
    await using server = await startOwnServer({});
    await server.sql`CREATE TABLE plain (id int PRIMARY KEY)`;
    await using pooler = await startPgBouncer(pgBouncer, server.url, mode);
    await using exporter = await startExporter(pooler.through(server.url));
    for (let scrapes = 1; scrapes <= 3; scrapes++) {
      const families = parsePage(await exporter.page());
      expect(valueOf(families, "pg_up"), exporter.said()).toBe(1);
      expect(failed(families)).toEqual([]);
      expect(valueOf(families, "pg_stat_user_tables_seq_scan", { relname: "plain" })).toBe(0);
    }
    // Nothing of ours stays on a session that others get: no transaction, no setting, no prepared statement.
    // The end of a transaction is not waited for on a session that is kept: it comes a moment after the page.
    const left = async (): Promise<unknown> => server.sql`
      SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()`;
    await expect.poll(left).toHaveLength(0);
  });
});

test(
  "restarted as a standby under a scrape: the page says so, the next one has the standby",
  { timeout: 60_000 },
  async () => {
    await using server = await startOwnServer({});
    await server.sql.unsafe(slowWal);
    await using exporter = await startExporter(server.url);
    const asked = exporter.page();
    await until("the slow question", async () => {
      const rows = await server.sql`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'`;
      return rows.length > 0 ? true : undefined;
    });
    await server.restartAsStandby();
    const during = parsePage(await asked);
    expect(valueOf(during, "pg_exporter_last_scrape_error")).toBe(1);
    const families = parsePage(await exporter.page());
    expect(valueOf(families, "pg_up"), exporter.said()).toBe(1);
    expect(failed(families)).toEqual([]);
    expect(valueOf(families, "pg_replication_is_replica")).toBe(1);
    expect(families.get("pg_stat_database_conflicts_confl_lock")?.type).toBe("counter");
    expect(families.has("pg_stat_replication_pg_wal_lsn_diff")).toBe(false);
    expect(valueOf(families, "pg_wal_segments")).toBe(1);
  },
);

test("a question that is slow is cancelled on the server at the deadline, and costs itself alone", async ({
  database,
}) => {
  await database.sql.unsafe(slowWal);
  await using exporter = await startExporter(database.url, ["--deadline", "900ms"]);
  const sleeping = async (): Promise<number> =>
    (
      await database.sql`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`
    ).length;
  for (let scrapes = 1; scrapes <= 2; scrapes++) {
    const families = parsePage(await exporter.page());
    expect(await sleeping()).toBe(0);
    expect(valueOf(families, "pg_up")).toBe(1);
    expect(failed(families)).toContain("wal");
    // From the second time on it is asked last.
    if (scrapes === 2) expect(failed(families)).toEqual(["wal"]);
    expect(valueOf(families, "pg_stat_database_numbackends", { datname: database.name })).toBeGreaterThan(0);
  }
  expect(exporter.said()).toMatch(/collector wal: /);
});

test("a vacuum that runs is on the page", { timeout: 60_000 }, async ({ database }) => {
  await database.sql`CREATE TABLE large AS SELECT i, repeat('x', 500) AS body FROM generate_series(1, 20000) AS i`;
  await database.sql`DELETE FROM large WHERE i % 2 = 0`;
  const slow = await database.sql.reserve();
  await slow`SET vacuum_cost_limit = 1`;
  await slow`SET vacuum_cost_delay = 100`;
  const vacuuming = slow`VACUUM large`.then(
    () => "done",
    () => "cancelled",
  );
  try {
    await using exporter = await startExporter(database.url);
    const families = await until("a vacuum", async () => {
      const page = parsePage(await exporter.page());
      return valueOf(page, "pg_stat_progress_vacuum_phase", { relname: "large", phase: "scanning heap" }) ===
        1
        ? page
        : undefined;
    });
    const of = { datname: database.name, relname: "large" };
    expect(valueOf(families, "pg_stat_progress_vacuum_phase", { ...of, phase: "vacuuming heap" })).toBe(0);
    expect(valueOf(families, "pg_stat_progress_vacuum_heap_blks", of)).toBeGreaterThan(1000);
    expect(valueOf(families, "pg_stat_progress_vacuum_heap_blks_scanned", of)).toBeLessThan(1000);
    expect(failed(families)).toEqual([]);
  } finally {
    await database.sql`
      SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query = 'VACUUM large'`;
    expect(await vacuuming).toBe("cancelled");
    slow.release();
  }
});

test.runIf(hasReceiver)("who follows the server, and the slot", async ({ database }) => {
  await using project = await temporaryProject({});
  const slot = `veza_${database.name.slice(-12).replaceAll(/\W/g, "_")}`;
  await database.sql`SELECT pg_create_physical_replication_slot(${slot})`;
  try {
    await using following = startProgram(receiver, [
      "--directory", project.folder, "--slot", slot, "--no-loop", "--dbname", database.url,
    ]); // prettier-ignore
    expect(following).toBeDefined();
    await using exporter = await startExporter(database.url);
    // As postgres_exporter writes it: an address, without the mask of its net.
    const labels = { application_name: "pg_receivewal", slot_name: slot, client_addr: "127.0.0.1" };
    const families = await until("the follower", async () => {
      const page = parsePage(await exporter.page());
      return valueOf(page, "pg_stat_replication_pg_current_wal_lsn_bytes", labels) === undefined
        ? undefined
        : page;
    });
    expect(valueOf(families, "pg_replication_slots_active", { slot_name: slot, database: "" })).toBe(1);
    expect(
      valueOf(families, "pg_replication_slots_wal_status", { slot_name: slot, wal_status: "reserved" }),
    ).toBe(1);
    expect(failed(families)).toEqual([]);
  } finally {
    await until("the slot to be free", async () => {
      await database.sql`SELECT pg_drop_replication_slot(${slot})`;
      return true;
    });
  }
});
