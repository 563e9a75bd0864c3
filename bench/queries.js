/**
 * The document's nine queries on the document's schema beside ours on ours: the same rows (`veza-db seed`), typical,
 * 99th-percentile and worst parameters, with the pages of 8 kB that each touches.
 *
 *     npm run build && node bench/queries.js [scale] [--runs=21] [--limit=60] [--only=chat]
 *
 * Both run prepared, in turn, on warm caches. `planned anew` is ours with a plan made for each call, as where nothing is
 * prepared. A query that does not end within --limit seconds is given up. Times are those of a client on the same machine.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { bindParameters } from "../dist/query/bind.js";
import { listQueries, readQuery } from "../dist/query/read-folder.js";
import { loadDocument, loadOurs } from "./queries/load.js";
import { findCases } from "./queries/parameters.js";
import { median } from "./support/measure.js";
import { startServer } from "./support/server.js";
import { circumstances, printTable } from "./support/table.js";

const words = process.argv.slice(2);
const option = (name, fallback) =>
  words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const scale = Number(words.find((word) => !word.startsWith("--")) ?? 0.05);
const mostRuns = Number(option("runs", 21));
const limitMs = Number(option("limit", 60)) * 1000;
const only = option("only", "");
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = listQueries(join(root, "queries"), root);

// The document's own settings.
const server = await startServer({
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  work_mem: "4MB",
  maintenance_work_mem: "64MB",
  random_page_cost: "1.1",
  max_wal_size: "8GB",
  synchronous_commit: "off",
  fsync: "off",
  autovacuum: "off",
});
const connect = (database) => postgres(server.url(database), { max: 1, prepare: false, onnotice: () => {} });
try {
  await server.create("ours");
  await server.create("document");
  const [ours, theirs] = [connect("ours"), connect("document")];
  loadOurs(server.url("ours"), scale);
  await loadDocument(server.psql, server.url("ours"), server.url("document"), theirs);
  for (const sql of [ours, theirs]) await sql.unsafe("VACUUM ANALYZE");
  await report(ours, theirs);
  await Promise.all([ours.end(), theirs.end()]);
} finally {
  await server.stop();
}

async function report(ours, theirs) {
  const rows = [];
  for (const found of await findCases(ours)) {
    if (!found.query.startsWith(only)) continue;
    const measured = await compare(ours, theirs, found);
    rows.push(measured);
    process.stderr.write(
      `${measured.map((cell) => (typeof cell === "number" ? cell.toPrecision(3) : cell)).join("  ")}\n`,
    );
  }
  const title = `${circumstances(server, cpus().length)}, --scale ${scale}: medians in ms, with the best of all runs`;
  const header = [
    "query, parameter",
    "document",
    "best",
    "pages",
    "ours",
    "best",
    "pages",
    "ratio",
    "of best",
    "planned anew",
  ];
  printTable(title, header, rows);
}

async function compare(ours, theirs, found) {
  const query = readQuery(folder, found.query);
  const given = Object.fromEntries(Object.entries(found.given).map(([name, value]) => [name, String(value)]));
  const cursor = found.skip > 0 ? await cursorOf(ours, query, given, found) : {};
  const values = bindParameters(query, { ...given, ...cursor });
  const theirSql = readFileSync(join(root, "bench", "queries", "document", `${found.query}.sql`), "utf8");
  const types = /^-- \((.*)\)/.exec(theirSql)?.[1].replaceAll(/(?:"\w+"|\w+) (\w+)/g, "$1") ?? "";
  await theirs.unsafe(
    `DEALLOCATE ALL; SET statement_timeout = ${limitMs}; PREPARE q (${types}) AS ${theirSql}`,
  );
  await ours.unsafe(`DEALLOCATE ALL; PREPARE q AS ${query.statement.sql}`);
  const theirCall = `EXECUTE q (${found.theirs.map(literal).join(", ")})`;
  const ourCall = `EXECUTE q (${values.map(literal).join(", ")})`;
  await ours.unsafe("SET plan_cache_mode = force_generic_plan");

  const firstTheirs = await timed(theirs, theirCall);
  const runs = firstTheirs === undefined ? 0 : firstTheirs > 500 ? 3 : mostRuns;
  const [theirTimes, ourTimes, anewTimes] = [[], [], []];
  for (let run = -2; run < Math.max(runs, mostRuns); run++) {
    if (run < runs && firstTheirs !== undefined && (run >= 0 || firstTheirs < 500))
      keep(theirTimes, run, await timed(theirs, theirCall));
    keep(ourTimes, run, await timed(ours, ourCall));
  }
  const pages = await explain(ours, ourCall);
  await ours.unsafe("SET plan_cache_mode = force_custom_plan");
  for (let run = -2; run < mostRuns; run++) keep(anewTimes, run, await timed(ours, ourCall));
  const theirPages = firstTheirs === undefined ? "-" : String((await explain(theirs, theirCall)).pages);
  const ourMs = median(ourTimes);
  const ourBest = Math.min(...ourTimes);
  const rest = [ourMs, ourBest, String(pages.pages)];
  const label = `${found.query}, ${found.about}`;
  if (theirTimes.length === 0) {
    return [
      label,
      `> ${limitMs}`,
      "-",
      theirPages,
      ...rest,
      `> ${Math.round(limitMs / ourMs)}`,
      "-",
      median(anewTimes),
    ];
  }
  const [theirMs, theirBest] = [median(theirTimes), Math.min(...theirTimes)];
  return [
    label,
    theirMs,
    theirBest,
    theirPages,
    ...rest,
    theirMs / ourMs,
    theirBest / ourBest,
    median(anewTimes),
  ];
}

function keep(times, run, ms) {
  if (run >= 0 && ms !== undefined) times.push(ms);
}

/** Where the page begins that follows so many rows. */
async function cursorOf(sql, query, given, { skip, cursor }) {
  const values = bindParameters(query, { ...given, limit: String(skip) });
  await sql.unsafe(`SET TimeZone = 'UTC'; DEALLOCATE ALL; PREPARE q AS ${query.statement.sql}`);
  const rows = await sql.unsafe(`EXECUTE q (${values.map(literal).join(", ")})`).values();
  const { columns } = rows;
  const last = rows.at(-1);
  return Object.fromEntries(
    Object.entries(cursor).map(([parameter, name]) => {
      const value = last[columns.findIndex((column) => column.name === name)];
      return [parameter, value instanceof Date ? value.toISOString() : String(value)];
    }),
  );
}

/** Milliseconds until the last row is here; undefined where it was given up. */
async function timed(sql, text) {
  const startedAt = performance.now();
  try {
    await sql.unsafe(text).raw();
  } catch (error) {
    if (error.code === "57014") return undefined;
    throw error;
  }
  return performance.now() - startedAt;
}

async function explain(sql, call) {
  const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${call}`);
  const [{ Plan: plan }] = row["QUERY PLAN"];
  return { pages: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] };
}

function literal(value) {
  if (value === null) return "NULL";
  return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}
