/** What is said of a real server: names, types, labels, values. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { describe, inject } from "vitest";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { startExporter } from "./support/exporter.ts";
import { parsePage, valueOf } from "./support/page.ts";
import { promtoolSays } from "./support/promtool.ts";

const hasPromtool = skipUnless(
  spawnSync("promtool", ["--version"]).status === 0,
  "promtool is not installed (apt-get install prometheus)",
);

/** Every default name of postgres_exporter 0.20. */
const names = readFileSync(new URL("data/postgres-exporter-names.txt", import.meta.url), "utf8")
  .trim()
  .split("\n");

/** What only a standby, a slot, a running vacuum or an old server has. */
const elsewhere = /^pg_(replication_slots|stat_replication|stat_progress_vacuum)_|last_archive_age$/;
/** What 17 moved to other views: `--compat` has it. */
const movedIn17 = /^pg_stat_bgwriter_(checkpoint|buffers_checkpoint|buffers_backend)/;

describe("the page of a server", () => {
  test("has every default name of postgres_exporter, with its type and labels", async ({ database }) => {
    await database.sql`CREATE TABLE plain (id int PRIMARY KEY)`;
    await using exporter = await startExporter(database.url);
    const families = parsePage(await exporter.page());
    const isNew = inject("server").major >= 17;
    const missing = names.filter(
      (name) => !families.has(name) && !elsewhere.test(name) && !(isNew && movedIn17.test(name)),
    );
    expect(missing).toEqual([]);
    const typeOf = (name: string): string | undefined => families.get(name)?.type;
    expect(typeOf("pg_up")).toBe("gauge");
    expect(typeOf("pg_static")).toBe("untyped");
    expect(typeOf("pg_stat_database_xact_commit")).toBe("counter");
    expect(typeOf("pg_stat_user_tables_n_live_tup")).toBe("gauge");
    const labelNames = (name: string): string[] => Object.keys(families.get(name)?.samples[0]?.labels ?? {});
    expect(labelNames("pg_stat_database_xact_commit")).toEqual(["datid", "datname"]);
    expect(labelNames("pg_stat_user_tables_seq_scan")).toEqual(["datname", "schemaname", "relname"]);
    expect(labelNames("pg_stat_activity_count")).toEqual([
      "datname", "state", "usename", "application_name", "backend_type", "wait_event_type", "wait_event",
    ]); // prettier-ignore
    expect(labelNames("pg_locks_count")).toEqual(["datname", "mode"]);
    expect(valueOf(families, "pg_up")).toBe(1);
    expect(valueOf(families, "pg_exporter_last_scrape_error")).toBe(0);
    expect(families.get("pg_scrape_collector_success")?.samples.filter(({ value }) => value !== 1)).toEqual(
      [],
    );
  });

  test("says what the server says", async ({ database }) => {
    await database.sql.unsafe('CREATE SCHEMA "odd ""name"; CREATE TABLE "odd ""name"."t\\a" (id int)');
    await database.sql.unsafe('INSERT INTO "odd ""name"."t\\a" SELECT generate_series(1, 10000)');
    await database.sql.unsafe('ANALYZE "odd ""name"."t\\a"');
    await using exporter = await startExporter(database.url);
    const labels = { datname: database.name, schemaname: 'odd "name', relname: "t\\a" };
    // Sessions tell what they have counted a moment later, at their next statement.
    const analysed = async (): Promise<number | undefined> => {
      await database.sql`SELECT 1`;
      return valueOf(parsePage(await exporter.page()), "pg_stat_user_tables_last_analyze", labels);
    };
    await expect.poll(analysed, { timeout: 20_000 }).toBeGreaterThan(1.7e9);
    const families = parsePage(await exporter.page());
    const [size] = await database.sql.unsafe<{ bytes: string }[]>(
      `SELECT pg_table_size('"odd ""name"."t\\a"')::text AS bytes`,
    );
    expect(valueOf(families, "pg_stat_user_tables_table_size_bytes", labels)).toBe(Number(size?.bytes));
    expect(valueOf(families, "pg_stat_user_tables_index_size_bytes", labels)).toBe(0);
    expect(valueOf(families, "pg_stat_user_tables_last_vacuum", labels)).toBe(0);
    const [{ max } = { max: "" }] = await database.sql<
      { max: string }[]
    >`SELECT current_setting('max_connections') AS max`;
    expect(valueOf(families, "pg_settings_max_connections")).toBe(Number(max));
    const [{ bytes } = { bytes: "" }] = await database.sql<
      { bytes: string }[]
    >`SELECT pg_size_bytes(current_setting('shared_buffers'))::text AS bytes`;
    expect(valueOf(families, "pg_settings_shared_buffers_bytes")).toBe(Number(bytes));
    expect(valueOf(families, "pg_settings_fsync")).toBe(0);
    expect(valueOf(families, "pg_database_size_bytes", { datname: database.name })).toBeGreaterThan(1e6);
    expect(valueOf(families, "pg_locks_count", { datname: database.name, mode: "sireadlock" })).toBe(0);
  });

  test.runIf(hasPromtool)("is accepted by promtool, whatever things are called", async ({ database }) => {
    const role = `odd "role\\ ${database.name.slice(-8)}`;
    const quoted = role.replaceAll('"', '""');
    await database.sql.unsafe('CREATE TABLE "a""b\\c\nd é{},= " (id int)');
    await database.sql.unsafe(`CREATE ROLE "${quoted}"`);
    try {
      const url = new URL(database.url);
      url.searchParams.set("application_name", 'my "app\\');
      const session = postgres(url.href, { max: 1 });
      await session`SELECT 1`;
      await using exporter = await startExporter(database.url, ["--compat", "--target", database.url]);
      const probe = `/probe?target=${encodeURIComponent(`${url.host}/${database.name}`)}`;
      for (const page of [await exporter.page(), await exporter.page(probe)]) {
        expect(promtoolSays(page)).toEqual([]);
        const families = parsePage(page);
        const of = { relname: 'a"b\\c\nd é{},= ' };
        expect(valueOf(families, "pg_stat_user_tables_n_live_tup", of)).toBe(0);
        expect(valueOf(families, "pg_roles_connection_limit", { rolname: role })).toBe(-1);
        const applications = families.get("pg_stat_activity_count")?.samples ?? [];
        expect(applications.map(({ labels }) => labels["application_name"])).toContain('my "app\\');
      }
      await session.end();
    } finally {
      await database.sql.unsafe(`DROP ROLE "${quoted}"`);
    }
    await using down = await startExporter("postgres://nobody@127.0.0.1:1/none");
    expect(promtoolSays(await down.page())).toEqual([]);
  });

  test("is the text format, whatever was asked for", async ({ database }) => {
    await using exporter = await startExporter(database.url);
    const response = await fetch(`${exporter.urls[0] ?? ""}/metrics`, {
      headers: { accept: "application/openmetrics-text;version=1.0.0,*/*;q=0.1" },
    });
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).not.toContain("# EOF");
  });
});

test("statements that cannot be read say why, and what mends it", async ({ database }) => {
  await using exporter = await startExporter(database.url, ["--statements", "5"]);
  const families = parsePage(await exporter.page());
  expect(valueOf(families, "pg_scrape_collector_success", { collector: "stat_statements" })).toBe(0);
  expect(exporter.said()).toContain("pg_stat_statements is not installed in the database");
  expect(exporter.said()).toContain("CREATE EXTENSION pg_stat_statements");
});
