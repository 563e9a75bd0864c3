/** What a report says and what it keeps to itself, against real servers. */
import { readdir } from "node:fs/promises";
import { runCli, temporaryProject } from "../support/cli.ts";
import { afterAll, beforeAll } from "vitest";
import { startOwnServer } from "../stats/support/servers.ts";
import type { OwnServer } from "../stats/support/servers.ts";
import { expect, test } from "../support/database.ts";
import { startProxy } from "../support/proxy.ts";
import { databaseOn, hostile, redate, reportProject } from "./support/project.ts";
import { dataAt } from "./support/read.ts";

const hours = (ago: number): string => new Date(Date.now() - ago * 3_600_000).toISOString();

let server: OwnServer;
beforeAll(async () => {
  server = await startOwnServer({});
});
afterAll(async () => server[Symbol.asyncDispose]());

test("an empty database without the extension: a page that says what is missing and how to get it", async ({
  database,
}) => {
  await using project = await temporaryProject();
  const { code, stdout } = await runCli(["report", "-o", "html", "--url", database.url], {
    cwd: project.folder,
  });
  expect(code).toBe(0);
  expect(stdout).toContain("The extension pg_stat_statements is not installed");
  expect(stdout).toContain("There are no snapshots yet");
  expect(stdout).toContain("veza-db stats snapshot");
  expect(stdout).toContain("The database has no tables.");
});

test("a server that goes away half-way: what was read is there, the rest says why not, exit 3", async ({
  migratedDatabase,
}) => {
  const { hostname, port } = new URL(migratedDatabase.url);
  // The tables are read after the checks and before the migrations.
  await using proxy = await startProxy({
    host: hostname,
    port: Number(port),
    onMessage: ({ from, body }) =>
      from === "client" && body.includes("locked-relations") === false && body.includes("pg_statio_")
        ? "cut"
        : "pass",
  });
  await using project = await temporaryProject();
  const cut = await runCli(["report", "--file", "page.html", "--url", proxy.through(migratedDatabase.url)], {
    cwd: project.folder,
  });
  expect(cut.code).toBe(3);
  expect(cut.stderr).toContain("The server went away");
  const page = await project.read("page.html");
  expect(page).toContain("The server went away while this page was made");
  expect(page).toContain("connections are in use");
  const data = await runCli(["report", "--json", "--url", proxy.through(migratedDatabase.url)], {
    cwd: project.folder,
  });
  expect(dataAt(data.json(), "isPartial")).toBe(true);
  expect(dataAt(data.json(), "status")).toBe("critical");
  expect(dataAt(data.json(), "connections", "state")).toBe("read");
  expect(dataAt(data.json(), "tables", "state")).toBe("missing");
});

test("--redact leaves no name and no literal in any form", async () => {
  // Its own: what migrate makes here is no question of the report's.
  await using own = await startOwnServer({});
  await using database = await databaseOn(own);
  const { sql, name } = database;
  await using work = await reportProject(database);
  await sql`CREATE SCHEMA zebra_schema`;
  await sql`CREATE TABLE zebra_schema.zebra_orders (zebra_id bigint PRIMARY KEY, zebramail text, zebradate date)`;
  await sql`CREATE INDEX zebra_index ON zebra_schema.zebra_orders (zebramail)`;
  await sql`CREATE INDEX zebra_double ON zebra_schema.zebra_orders (zebramail)`;
  await sql`INSERT INTO zebra_schema.zebra_orders SELECT g, 'zebra-' || g, now() FROM generate_series(1, 2000) AS g`;
  await sql`CREATE TABLE "order" ("limit" bigint CONSTRAINT zebraconstraint REFERENCES zebra_schema.zebra_orders, "password" text)`;
  await sql`ALTER TABLE "order" RENAME "limit" TO zebrafk`;
  await sql`INSERT INTO "order" SELECT 1 + g % 2000, 'x' FROM generate_series(1, 20000) AS g`;
  await sql`CREATE SEQUENCE zebra_schema.zebraseq AS smallint START 32700`;
  await sql`SELECT nextval('zebra_schema.zebraseq')`;
  // Names that look like sentences of ours.
  await sql`CREATE INDEX "the same as zebra, limit" ON zebra_schema.zebra_orders (zebramail, zebradate)`;
  await sql`CREATE TABLE "has zebra (x): each" (id bigint CONSTRAINT "zebra fk (id): each delete in x" REFERENCES zebra_schema.zebra_orders)`;
  await sql`INSERT INTO "has zebra (x): each" SELECT 1 FROM generate_series(1, 3000)`;
  await sql`CREATE SEQUENCE "used of zebra. public" AS smallint START 32760`;
  await sql`SELECT nextval('"used of zebra. public"')`;
  await sql`CREATE TABLE "zebra, events" (at timestamptz NOT NULL) PARTITION BY RANGE (at)`;
  await sql`CREATE TABLE "zebra off lies" PARTITION OF "zebra, events" FOR VALUES FROM ('2026-01-02Z') TO ('2026-01-03Z')`;
  await sql`CREATE INDEX "zebra of its table" ON ONLY "zebra, events" (at)`;
  await work.project.write(
    "partitions/zebra.json",
    JSON.stringify({ table: '"zebra, events"', column: "at", interval: "month" }),
  );
  await work.project.write(
    "partitions/zebra-gone.json",
    JSON.stringify({ table: "zebragone", column: "at", interval: "month" }),
  );
  await sql`ANALYZE`;
  await redate(work, await work.snapshot(), hours(2));
  // What the system says of a file holds its path; what the server says of a migration, names and values.
  await work.project.write(
    `.veza/snapshots/${hours(1).slice(0, 19).replace(/[-:]/g, "")}Z.json`,
    '{"zebra":',
  );
  await work.project.write("migrations/2024-01-01-000-zebra-broken.sql", "SELECT 'zebra 4711'::int;\n");
  expect((await work.run("migrate", "--yes")).code).not.toBe(0);
  for (let round = 0; round < 30; round++) {
    await sql`SELECT zebramail AS "Zebra Alias" FROM zebra_schema.zebra_orders WHERE zebramail LIKE 'zebra-%' AND zebra_id = 4711`;
  }
  await sql.unsafe(`COMMENT ON TABLE zebra_schema.zebra_orders IS 'zebra comment 4711'`);
  await work.project.write("migrations/2024-01-01-001-zebra-migration.sql", "SELECT 1;\n");
  for (const form of ["html", "markdown", "json"]) {
    const { code, stdout } = await work.run("report", "--redact", "-o", form);
    expect(code).toBe(0);
    for (const secret of ["zebra", "4711", name, work.project.folder, "password"])
      expect(around(stdout, secret)).toEqual([]);
    expect(stdout).toContain("2 foreign keys without an index");
    expect(stdout).toContain("A sequence is running out");
    expect(stdout).toContain("does not fit its table");
    expect(stdout).toMatch(/public\.table\\?_\d+ runs out of partitions/);
  }
  const { stdout } = await work.run("report", "-o", "html");
  expect(stdout).toContain("zebra_orders");
});

/** Where it stands, with what stands around it. */
function around(content: string, secret: string): string[] {
  return content
    .toLowerCase()
    .split("\n")
    .filter((line) => line.includes(secret.toLowerCase()))
    .map((line) => {
      const place = line.indexOf(secret.toLowerCase());
      return line.slice(Math.max(0, place - 80), place + 80);
    });
}

test("texts that want to be markup stay texts in Markdown and HTML", async ({ database }) => {
  await using work = await reportProject(database);
  await database.sql.unsafe(`CREATE TABLE "${hostile.replaceAll('"', '""')}" AS SELECT 1 AS a`);
  await work.snapshot();
  const page = await work.run("report", "-o", "html");
  expect(page.stdout).not.toContain("<img");
  // The page's own scripts and its data, and no other.
  expect(page.stdout.match(/<script/g)?.length).toBe(page.stdout.match(/<\/script>/g)?.length);
  const text = await work.run("report", "-o", "markdown");
  expect(text.stdout).not.toMatch(/\u202E|\u0007|[^\\]<img/);
});

test("two periods: what got slower or is new is a verdict; a reset is marked", async () => {
  await using database = await databaseOn(server);
  await using work = await reportProject(database);
  const names: string[] = [];
  for (const ago of [5, 4, 3]) names.push(await redate(work, await work.snapshot(), hours(ago)));
  const slow = await work.snapshot();
  // As if it had taken a hundred times as long, and as if the counters of the database had been reset.
  const content = JSON.parse(await work.project.read(slow.slice(work.project.folder.length + 1))) as {
    statements: { entries: { database: string; counters: { totalMs: number } }[] };
    sections: { name: string; resetAt: string | null }[];
  };
  for (const { counters, database: own } of content.statements.entries)
    if (own === database.name) counters.totalMs += 100_000;
  for (const section of content.sections) if (section.name === "database") section.resetAt = hours(2.5);
  await work.project.write(".veza/snapshots/slow.json", JSON.stringify({ ...content, takenAt: hours(2) }));
  const { code, stdout } = await work.run(
    "report",
    "--compare",
    `${names[0] ?? ""}..${names[1] ?? ""}`,
    `${names[2] ?? ""}..slow.json`,
    "--json",
  );
  expect(code).toBe(0);
  const { data } = JSON.parse(stdout) as {
    data: { verdicts: { severity: string; what: string; evidence: string }[] };
  };
  expect(data.verdicts).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        severity: "warning",
        what: expect.stringMatching(/^A query takes [\d.]+ times as long$/) as string,
      }),
      expect.objectContaining({
        severity: "unknown",
        evidence: expect.stringContaining("The counters of database were reset") as string,
      }),
    ]),
  );
  const redacted = await work.run(
    "report",
    "--compare",
    names[1] ?? "",
    names[2] ?? "",
    "--redact",
    "-o",
    "markdown",
  );
  expect(redacted.code).toBe(0);
  expect(redacted.stdout).not.toContain("needle");
  const judged = await work.run(
    ...["report", "--compare", `${names[0] ?? ""}..${names[1] ?? ""}`, `${names[2] ?? ""}..slow.json`],
    ...["--redact", "--json"],
  );
  expect(judged.stdout).toMatch(/A query takes [\d.]+ times as long/);
  expect(judged.stdout).not.toContain("needle");
  expect(judged.stdout).not.toContain(database.name);
  // What is worth a verdict is a setting.
  const lax = await runCli(
    ["report", "--compare", `${names[0] ?? ""}..${names[1] ?? ""}`, `${names[2] ?? ""}..slow.json`, "--json"],
    { cwd: work.project.folder, env: { VEZA_DB_REPORT_SLOWER_SHARE: "100" } },
  );
  expect(lax.stdout).not.toMatch(/A query takes/);
});

test("two periods of Redis: memory, hits and evictions; a restart of it is marked", async ({ database }) => {
  await using work = await reportProject(database);
  const names: string[] = [];
  for (const ago of [5, 4, 3, 2]) names.push(await redate(work, await work.snapshot(), hours(ago)));
  const gauges = [
    { "redis.uptimeSeconds": 1000, "redis.hits": 100, "redis.misses": 0, "redis.evicted": 0, "redis.usedBytes": 2 ** 20 },
    { "redis.uptimeSeconds": 4600, "redis.hits": 1100, "redis.misses": 0, "redis.evicted": 0, "redis.usedBytes": 2 ** 21 },
    { "redis.uptimeSeconds": 8200, "redis.hits": 1100, "redis.misses": 0, "redis.evicted": 0, "redis.usedBytes": 2 ** 22 },
    { "redis.uptimeSeconds": 11_800, "redis.hits": 1600, "redis.misses": 500, "redis.evicted": 36, "redis.usedBytes": 2 ** 23 },
  ]; // prettier-ignore
  const write = async (at: number, own: object): Promise<void> => {
    const path = `.veza/snapshots/${names[at] ?? ""}`;
    await work.project.write(
      path,
      JSON.stringify({ ...JSON.parse(await work.project.read(path)), gauges: own }),
    );
  };
  for (const [at, own] of gauges.entries()) await write(at, own);
  const compare = async (): Promise<string> => {
    const periods = [`${names[0] ?? ""}..${names[1] ?? ""}`, `${names[2] ?? ""}..${names[3] ?? ""}`];
    return (await work.run("report", "--compare", ...periods, "--json")).stdout;
  };
  const { data } = JSON.parse(await compare()) as {
    data: { figures: { figure: string; before: number; after: number }[]; verdicts: { what: string }[] };
  };
  expect(data.figures.filter(({ figure }) => figure.startsWith("Redis"))).toMatchObject([
    { figure: "Redis: memory at the end", before: 2 ** 21, after: 2 ** 23 },
    { figure: "Redis: keys that were there", before: 1, after: 0.5 },
    { figure: "Redis: keys evicted", before: 0, after: expect.closeTo(0.01, 3) },
  ]);
  const said = data.verdicts.map(({ what }) => what);
  expect(said).toContain("Redis has fewer of the keys that are asked for");
  expect(said).toContain("Redis evicts keys");
  await write(3, { ...gauges[3], "redis.uptimeSeconds": 60, "redis.hits": 5 });
  expect(await compare()).toContain("Redis was restarted");
});

test.each([
  [["--compare", "20200101T000000Z"], "report.two-periods"],
  [["monday"], "report.two-periods"],
  [["--compare", "2020-01-01", "2020-01-02"], "report.bad-period"],
  [["--compare", "nothing", "nothing"], "report.bad-period"],
  [["--every", "5s"], "cli.flag-without"],
  [["--serve", "--every", "100ms"], "cli.bad-value"],
  [["--serve", "--compare", "a", "b"], "cli.two-modes"],
])("a wrong call %j says %s and asks no server", async (words, code) => {
  await using project = await temporaryProject();
  const failed = await runCli(["report", ...words, "--json"], { cwd: project.folder });
  expect(failed.code).toBe(2);
  expect(failed.errorJson()).toMatchObject({ error: { code } });
});

test("a locked table costs its part alone", async ({ database }) => {
  await using work = await reportProject(database);
  await database.sql`CREATE TABLE held (a int)`;
  await database.sql.begin(async (held) => {
    await held`LOCK TABLE held IN ACCESS EXCLUSIVE MODE`;
    const { code, stdout } = await work.run("report", "--json");
    expect(code).toBe(0);
    expect(dataAt(JSON.parse(stdout), "tables", "state")).toBe("read");
  });
});

test("what the tool itself asks is not among the queries", async () => {
  await using database = await databaseOn(server);
  await database.sql`
    CREATE TABLE chat_messages (id bigint, created_at timestamptz NOT NULL) PARTITION BY RANGE (created_at)`;
  await using work = await reportProject(database);
  await work.project.write(
    "partitions/chat_messages.json",
    JSON.stringify({ table: "chat_messages", column: "created_at", interval: "month" }),
  );
  await work.project.write("migrations/.keep", "");
  for (let round = 0; round < 2; round++) await work.run("report", "--json");
  const { stdout } = await work.run("report", "--json");
  const { data } = JSON.parse(stdout) as {
    data: { queries: { data: { rows: { query: string }[] } }; partitions: { state: string } };
  };
  expect(data.partitions.state).toBe("read");
  expect(
    data.queries.data.rows
      .map(({ query }) => query)
      .filter((query) => /pg_catalog\.|veza-db/.test(query) && !/typarray/.test(query)),
  ).toEqual([]);
  expect(await readdir(work.project.folder)).not.toContain("page.html");
});
