/** What is kept of the project over time, and tables with their partitions. */
import { expect, test } from "../support/database.ts";
import { backupGauges, runwayGauges } from "../../src/report/gauges.ts";
import type { ReportBackup } from "../../src/report/model.ts";
import { rolledUp } from "../../src/report/rolled-up.ts";
import { redate, reportProject } from "./support/project.ts";
import { dataAt } from "./support/read.ts";

const day = 86_400_000;
const now = Date.parse("2026-11-23T12:00:00Z");
const ago = (days: number): string => new Date(now - days * day).toISOString();

function backup(parts: Partial<ReportBackup>): ReportBackup {
  return {
    id: "a",
    database: "shop",
    bytes: 1,
    createdAt: ago(1),
    durationMs: 1,
    verifiedAt: null,
    level: null,
    ok: true,
    problem: null,
    ...parts,
  };
}

test("the age of backups: of this database, of good ones, and of what was proven", () => {
  const backups = [
    backup({ ok: false, createdAt: ago(0.1) }),
    backup({ database: "another", createdAt: ago(0.2), verifiedAt: ago(0.2) }),
    backup({ createdAt: ago(1) }),
    backup({ createdAt: ago(9), verifiedAt: ago(3) }),
    backup({ createdAt: ago(5), verifiedAt: ago(4) }),
  ];
  expect(backupGauges(backups, "shop", now)).toEqual({
    "backups.madeDaysAgo": 1,
    "backups.provenDaysAgo": 3,
  });
  expect(backupGauges([], "shop", now)).toEqual({});
  expect(
    runwayGauges([
      { table: "public.a", runwayDays: 12 },
      { table: "public.b", runwayDays: null },
    ]),
  ).toEqual({ "runwayDays.public.a": 12 });
});

test("a partitioned table has the size of its partitions; names with points stay apart", () => {
  const table = (
    name: string,
    bytes: number,
    top?: string,
    schema = "public",
  ): Parameters<typeof rolledUp>[0][0] => ({
    schema,
    table: name,
    bytes,
    rows: 0,
    counters: null,
    ...(top === undefined ? {} : { partOf: { schema, table: top } }),
  });
  expect(
    rolledUp([
      table("p1", 1, "events"),
      table("plain", 5),
      table("p2", 2, "events"),
      table("p1", 7, "events", "old"),
    ]),
  ).toEqual([
    { schema: "public", table: "plain", bytes: 5 },
    { schema: "public", table: "events", bytes: 3 },
    { schema: "old", table: "events", bytes: 7 },
  ]);
});

test("snapshots keep how long partitions will do; the page draws it, and tables with all their partitions", async ({
  database,
}) => {
  const { sql } = database;
  await sql`CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)`;
  await sql`CREATE TABLE "events.first" PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2090-01-01')`;
  await sql`INSERT INTO events SELECT g, '2026-11-01' FROM generate_series(1, 5000) AS g`;
  await sql`ANALYZE`;
  await using work = await reportProject(database);
  await work.project.write(
    "partitions/events.json",
    JSON.stringify({ table: "events", column: "at", interval: "month" }),
  );
  for (const hours of [3, 2])
    await redate(work, await work.snapshot(), new Date(Date.now() - hours * 3_600_000).toISOString());
  const { stdout } = await work.run("report", "--json");
  const data: unknown = JSON.parse(stdout);
  expect(dataAt(data, "history", "runways", "series")).toEqual([
    expect.objectContaining({ name: "public.events" }),
  ]);
  expect(dataAt(data, "history", "runways", "series", 0, "values", 2)).toBeGreaterThan(20_000);
  const grown = dataAt(data, "history", "tables", "series");
  expect(grown).toEqual([expect.objectContaining({ name: "public.events" })]);
  const page = await work.run("report", "-o", "html");
  expect(page.stdout).toContain("Days that the partitions will do");
  expect(dataAt(data, "verdicts")).not.toContainEqual(expect.objectContaining({ section: "partitions" }));
  // The same, where somebody wants to know much earlier.
  await work.project.write("veza-db.config.json", JSON.stringify({ report: { runwayCrit: "30000d" } }));
  expect(dataAt(JSON.parse((await work.run("report", "--json")).stdout), "verdicts")).toContainEqual(
    expect.objectContaining({ severity: "critical", what: "public.events runs out of partitions" }),
  );
});
