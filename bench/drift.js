/**
 * Reading and comparing schemas of 13, 1,000 and 10,000 tables, side by side on one server: our read beside `pg_dump -s`; then
 * two databases of which one has a column more, compared by whole programs: veza-db, other tools, and two `pg_dump -s` that are
 * held against each other. Starts a server of its own, installs the other tools once. Needs a build, psql and pg_dump:
 * `npm run build && node bench/drift.js [tables …]`. ROUNDS (3); LIMIT (180): seconds that a program may take.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./support/measure.js";
import { circumstances, printTable } from "./support/table.js";
import { startServer } from "./support/server.js";
import { installDiffers } from "./support/tools.js";
import { connect } from "../dist/postgres/connect.js";
import { resolveTarget } from "../dist/postgres/resolve-target.js";
import { readCatalog } from "../dist/catalog/read.js";

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [13, 1000, 10_000];
const rounds = Number(process.env.ROUNDS ?? 3);
const limit = process.env.LIMIT ?? "180";
const options = { applicationName: "veza-db bench", connectTimeoutMs: 10_000 };
const differs = installDiffers();
const server = await startServer({ max_locks_per_transaction: "1000", fsync: "off" });

try {
  console.log(circumstances(server, availableParallelism()));
  for (const tables of sizes) await bench(tables);
} finally {
  await server.stop();
}

async function bench(tables) {
  await server.create("one");
  const schema = fileURLToPath(new URL("drift-schema.sql", import.meta.url));
  psql("one", "-c", `SET bench.tables = ${tables}`, "-f", schema, "-c", "VACUUM ANALYZE");
  await server.create("other", "one");
  psql("other", "-c", "ALTER TABLE t1 ADD COLUMN added integer");
  const [one, other] = [server.url("one"), server.url("other")];
  const works = {
    "veza-db reads one catalog (connected)": () => read(one),
    "pg_dump -s": () => timed(["pg_dump", "-s", "-f", join(server.folder, "one.sql"), "-d", one]),
    "two pg_dump -s and diff": () =>
      timed([
        "sh",
        "-c",
        'pg_dump -s -d "$1" >a.sql && pg_dump -s -d "$2" >b.sql; diff a.sql b.sql; test $? -lt 2',
        "sh",
        one,
        other,
      ]),
    ...Object.fromEntries(
      Object.entries(differs).map(([name, argsFor]) => [name, () => timed(argsFor(one, other))]),
    ),
  };
  const best = new Map();
  const failures = [];
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      // What took too long or failed once is not asked again.
      if (failures.some((failure) => failure.startsWith(`${name}: `))) continue;
      try {
        const { wallMs, peakMb } = await work();
        const before = best.get(name) ?? { wallMs: Infinity, peakMb: 0 };
        best.set(name, {
          wallMs: Math.min(wallMs, before.wallMs),
          peakMb: Math.max(peakMb ?? 0, before.peakMb),
        });
      } catch (error) {
        failures.push(`${name}: ${String(error.message).replaceAll("\n", " ").slice(-300)}`);
      }
    }
  }
  printTable(
    `${tables} tables, one column more on one side; best of ${rounds}`,
    ["", "s", "memory MB"],
    [...best].map(([name, { wallMs, peakMb }]) => [name, wallMs / 1000, peakMb === 0 ? undefined : peakMb]),
  );
  for (const failure of failures) console.log(`  ${failure}`);
}

async function read(url) {
  const db = await connect(resolveTarget(url, "the bench", {}).target, options);
  const startedAt = performance.now();
  await readCatalog(db);
  const wallMs = performance.now() - startedAt;
  await db.close();
  return { wallMs };
}

function timed(args) {
  return measure(["timeout", limit, ...args], { cwd: server.folder, watchesMemory: true });
}

function psql(database, ...args) {
  const { status, stderr } = spawnSync(server.psql, ["-X", "-q", "-d", server.url(database), ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`psql: ${stderr}`);
}
