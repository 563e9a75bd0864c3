/** What veza-db itself knows: migrations, partitions, backups, outcomes. */
import { inject } from "vitest";
import { call } from "../migrate/support/veza.ts";
import { temporaryProject } from "../support/cli.ts";
import { expect, test } from "../support/database.ts";
import { skipUnless } from "../support/skip.ts";
import { startExporter } from "./support/exporter.ts";
import { parsePage, valueOf } from "./support/page.ts";

const hasPgDump = skipUnless(inject("server").major <= 15, "pg_dump of this major is not installed");

const policy = JSON.stringify({ table: "events", column: "at", interval: "month", premake: 3 });

test("migrations, partitions and outcomes", async ({ database }) => {
  await using project = await temporaryProject({
    "migrations/2025-01-01-001-events.sql":
      "CREATE TABLE events (at timestamptz NOT NULL) PARTITION BY RANGE (at);\n",
    "migrations/2025-01-01-002-more.sql": "CREATE TABLE more (id int);\n",
    "partitions/events.json": policy,
  });
  const env = { DATABASE_URL: database.url };
  await using exporter = await startExporter(database.url, [], { cwd: project.folder });
  // Before the history table is there, everything is pending; the policy's table is missing, and said so.
  const before = parsePage(await exporter.page());
  expect(valueOf(before, "veza_migrations_pending", { datname: database.name })).toBe(2);
  expect(valueOf(before, "veza_partition_policy_success", { policy: "partitions/events.json" })).toBe(0);
  expect(exporter.said()).toContain("there is no table events");
  expect(valueOf(before, "pg_up")).toBe(1);
  const migrated = await call(project.folder, ["migrate", "--to", "2025-01-01-001", "--yes"], { env });
  expect(migrated.code).toBe(0);
  expect((await call(project.folder, ["partition", "maintain"], { env })).code).toBe(0);
  await project.write(
    ".veza/last/drift.json",
    JSON.stringify({
      command: "drift",
      finishedAt: "2026-01-02T03:04:05.000Z",
      durationMs: 1500,
      exitCode: 1,
      data: { changes: [{}, {}] },
    }),
  );
  const after = parsePage(await exporter.page());
  expect(valueOf(after, "veza_migrations_pending", { datname: database.name })).toBe(1);
  expect(valueOf(after, "veza_migrations_applied", { datname: database.name })).toBe(1);
  expect(valueOf(after, "veza_partition_runway_seconds", { table: "public.events" })).toBeGreaterThan(
    80 * 86_400,
  );
  expect(valueOf(after, "veza_partition_gaps", { table: "public.events" })).toBe(0);
  expect(valueOf(after, "veza_drift_changes")).toBe(2);
  expect(valueOf(after, "veza_last_run_exit_code", { command: "drift" })).toBe(1);
  expect(valueOf(after, "veza_last_run_timestamp_seconds", { command: "drift" })).toBe(
    Date.parse("2026-01-02T03:04:05Z") / 1000,
  );
  expect(valueOf(after, "veza_last_run_exit_code", { command: "migrate" })).toBe(0);
  expect(valueOf(after, "pg_exporter_last_scrape_error")).toBe(0);
});

test("a policy whose table is missing, or is none of ranges, costs itself alone", async ({ database }) => {
  await database.sql`CREATE TABLE "Ev""ents" (at timestamptz NOT NULL) PARTITION BY RANGE (at)`;
  await database.sql`CREATE TABLE plain (at timestamptz NOT NULL)`;
  await using project = await temporaryProject({
    "partitions/events.json": JSON.stringify({ table: '"Ev""ents"', column: "at", interval: "month" }),
    "partitions/gone.json": JSON.stringify({ table: "gone", column: "at", interval: "month" }),
    "partitions/plain.json": JSON.stringify({ table: "plain", column: "at", interval: "month" }),
  });
  await using exporter = await startExporter(database.url, [], { cwd: project.folder });
  const page = parsePage(await exporter.page());
  expect(valueOf(page, "veza_partitions", { table: 'public.Ev"ents' })).toBe(0);
  const success = (name: string): number | undefined =>
    valueOf(page, "veza_partition_policy_success", { policy: `partitions/${name}.json` });
  expect([success("events"), success("gone"), success("plain")]).toEqual([1, 0, 0]);
  expect(valueOf(page, "pg_scrape_collector_success", { collector: "veza_partitions" })).toBe(1);
  expect(exporter.said()).toContain("policy partitions/plain.json: ");
  expect(exporter.said()).toContain("plain is not partitioned");
});

test.runIf(hasPgDump)("backups, also while the server is down", async ({ database }) => {
  await using project = await temporaryProject({});
  const made = await call(project.folder, ["backup", "--json"], { env: { DATABASE_URL: database.url } });
  expect(made.code).toBe(0);
  await call(project.folder, ["backup", "verify", "latest"], { env: { DATABASE_URL: database.url } });
  await using exporter = await startExporter("postgres://nobody@127.0.0.1:1/none", [], {
    cwd: project.folder,
  });
  const page = parsePage(await exporter.page());
  const labels = { database: database.name };
  expect(valueOf(page, "pg_up")).toBe(0);
  expect(valueOf(page, "veza_backup_bytes", labels)).toBe(made.data()["bytes"]);
  expect(valueOf(page, "veza_backup_newest_verified_bytes", labels)).toBe(made.data()["bytes"]);
  expect(valueOf(page, "veza_backup_last_success_timestamp_seconds", labels)).toBeGreaterThan(
    Date.now() / 1000 - 300,
  );
  expect(valueOf(page, "veza_backup_last_verified_timestamp_seconds", labels)).toBeGreaterThan(
    Date.now() / 1000 - 300,
  );
});
