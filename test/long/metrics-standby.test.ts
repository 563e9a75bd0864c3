/** A primary and a standby that streams from it, each scraped. */
import { expect, test } from "vitest";
import { startExporter } from "../metrics/support/exporter.ts";
import { parsePage, valueOf } from "../metrics/support/page.ts";
import type { ParsedFamily } from "../metrics/support/page.ts";
import { startStandbyOf, startTunedServer } from "../tune/support/server.ts";

function failed(families: ReadonlyMap<string, ParsedFamily>): (string | undefined)[] {
  const samples = families.get("pg_scrape_collector_success")?.samples ?? [];
  return samples.filter(({ value }) => value !== 1).map(({ labels }) => labels["collector"]);
}

test("a streaming standby, seen from both sides", { timeout: 120_000 }, async () => {
  await using primary = await startTunedServer();
  await using standby = await startStandbyOf(primary);
  const streaming = "SELECT FROM pg_stat_replication WHERE state = 'streaming'";
  await expect.poll(() => primary.query(streaming), { timeout: 20_000 }).toHaveLength(1);
  await primary.query("CREATE TABLE written AS SELECT 1 AS a");
  const of = { cwd: primary.project.folder };
  await using first = await startExporter(primary.url, [], of);
  await using second = await startExporter(standby.url, [], of);
  const [above, below] = [parsePage(await first.page()), parsePage(await second.page())];
  expect([failed(above), failed(below)]).toEqual([[], []]);
  expect(valueOf(above, "pg_replication_is_replica")).toBe(0);
  expect(valueOf(below, "pg_replication_is_replica")).toBe(1);
  const labels = { state: "streaming", client_addr: "127.0.0.1" };
  expect(valueOf(above, "pg_stat_replication_pg_wal_lsn_diff", labels)).toBeLessThan(2 ** 20);
  expect(valueOf(below, "pg_replication_lag_seconds")).toBeLessThan(60);
  // Conflicts with recovery are a standby's alone.
  expect(below.has("pg_stat_database_conflicts_confl_snapshot")).toBe(true);
  // It is away: the one tells so, the other goes on.
  await primary.stop();
  expect(valueOf(parsePage(await first.page()), "pg_up")).toBe(0);
  expect(valueOf(parsePage(await second.page()), "pg_up")).toBe(1);
  await primary.start();
  await expect.poll(async () => valueOf(parsePage(await first.page()), "pg_up"), { timeout: 20_000 }).toBe(1);
});
