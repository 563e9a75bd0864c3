/**
 * What migrating costs: veza-db beside `psql -f` of the same SQL and beside other migrators, in turn on one server.
 *
 *     npm run build && node bench/migrate.js [files] [latency] [history] [big] [--rounds=3] [--count=1000] [--fsync=off]
 *
 * files    1,000 files of a table and an index each
 * latency  the same through a proxy that adds 5 ms each way
 * history  nothing to do, with 10,000 files applied
 * big      one file of 20 MB
 */
import { mkdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { startDelay } from "./support/delay.js";
import { oneBigFile, tablesWithIndexes, trivial, writeMigrations } from "./support/files.js";
import { measure, median } from "./support/measure.js";
import { startServer } from "./support/server.js";
import { circumstances, printTable } from "./support/table.js";
import { installTools, toolEnvironment } from "./support/tools.js";

const scenarios = ["files", "latency", "history", "big"];
const words = process.argv.slice(2);
const asked = words.filter((word) => !word.startsWith("--"));
const unknown = asked.filter((word) => !scenarios.includes(word));
if (unknown.length > 0) {
  console.error(`bench/migrate: there is no ${unknown.join(", ")}; there are ${scenarios.join(", ")}`);
  process.exit(2);
}
const option = (name, fallback) =>
  words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const rounds = Number(option("rounds", 3));
const settings = option("fsync", "on") === "off" ? { fsync: "off", full_page_writes: "off" } : {};
const only = option("tools", "")
  .split(",")
  .filter((name) => name !== "");

const tools = installTools().filter(({ name }) => only.length === 0 || only.includes(name));
const server = await startServer(settings);
console.log(
  `${circumstances(server, cpus().length)}, fsync ${option("fsync", "on")}, ${rounds} rounds in turn`,
);
try {
  const wants = (name) => asked.length === 0 || asked.includes(name);
  if (wants("files")) {
    const count = Number(option("count", 1000));
    const folder = prepare("files", tablesWithIndexes(count));
    await compare(`${count} files of a table and an index each`, "psql -f, BEGIN…COMMIT a file", [
      ...psqlRuns(folder),
      ...toolRuns(folder),
    ]);
  }
  if (wants("latency")) {
    const count = Number(option("count", 1000));
    const folder = prepare("latency", tablesWithIndexes(count));
    const delay = await startDelay(server, 5);
    try {
      const runs = [...psqlRuns(folder, delay.port), ...toolRuns(folder, delay.port)];
      await compare(`${count} files, 5 ms each way`, "dbmate", runs);
    } finally {
      await delay.stop();
    }
  }
  if (wants("history")) {
    const count = Number(option("applied", 10_000));
    const folder = prepare("history", trivial(count));
    const runs = toolRuns(folder);
    for (const run of runs) {
      await server.create(run.database);
      const { wallMs } = await measure(run.args, run.options);
      console.log(`${run.shown}: ${count} files applied in ${(wallMs / 1000).toFixed(1)} s`);
    }
    await compare(`nothing to do, ${count} files applied`, "dbmate", runs, { isFresh: false });
  }
  if (wants("big")) {
    const megabytes = Number(option("megabytes", 20));
    const folder = prepare("big", oneBigFile(megabytes));
    await compare(`one file of ${megabytes} MB`, "psql -f", [...psqlRuns(folder), ...toolRuns(folder)]);
  }
} finally {
  await server.stop();
}

function prepare(name, texts) {
  const folder = join(server.folder, name);
  mkdirSync(folder);
  writeMigrations(folder, texts);
  return folder;
}

/** psql with the same SQL in one file: each statement by itself, and each migration in a transaction. */
function psqlRuns(folder, port) {
  if (server.psql === undefined || (only.length > 0 && !only.includes("psql"))) return [];
  const run = (shown, file) => ({
    shown,
    database: "psql",
    args: [server.psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, server.url("psql", port)],
    options: { cwd: join(folder, "psql") },
  });
  return [run("psql -f", "all.sql"), run("psql -f, BEGIN…COMMIT a file", "each-in-a-transaction.sql")];
}

function toolRuns(folder, port) {
  return tools.map(({ name, shown, args, database }) => ({
    shown,
    database,
    args,
    options: { cwd: join(folder, name), env: toolEnvironment(server.url(database, port)) },
  }));
}

/** Runs each in its turn, round after round, on an empty database of its own, and prints medians and ratios. */
async function compare(title, reference, runs, { isFresh = true } = {}) {
  const results = new Map(runs.map((run) => [run, []]));
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      if (isFresh) await server.create(run.database);
      await server.checkpoint();
      results.get(run).push(await measure(run.args, { ...run.options, watchesMemory: true }));
      if (isFresh) await server.drop(run.database);
    }
  }
  const middle = (run, field) => median(results.get(run).map((result) => result[field]));
  const base = runs.find(({ shown }) => shown.startsWith(reference)) ?? runs[0];
  printTable(
    title,
    ["", "median s", `× ${base.shown.split(",")[0]}`, "least s", "user+sys s", "peak MB"],
    runs.map((run) => [
      run.shown,
      middle(run, "wallMs") / 1000,
      middle(run, "wallMs") / middle(base, "wallMs"),
      Math.min(...results.get(run).map(({ wallMs }) => wallMs)) / 1000,
      middle(run, "cpuMs") / 1000,
      Math.max(...results.get(run).map(({ peakMb }) => peakMb ?? Number.NaN)),
    ]),
  );
}
