// Reading the schema of 13, 1,000 and 10,000 tables, beside `pg_dump -s` of the same, on one server.
//   VEZA_BENCH_URL=postgresql://postgres@127.0.0.1:5432/postgres node bench/drift.js [tables …]
// Needs a build (npm run build), psql and pg_dump of the server's major on the PATH.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { connect } from "../dist/postgres/connect.js";
import { resolveTarget } from "../dist/postgres/resolve-target.js";
import { readCatalog } from "../dist/catalog/read.js";

const server = process.env.VEZA_BENCH_URL;
if (server === undefined)
  throw new Error("name a server where databases may be made: VEZA_BENCH_URL=postgresql://…");
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [13, 1000, 10_000];
const options = { applicationName: "veza-db bench", connectTimeoutMs: 10_000 };
const open = (url) => connect(resolveTarget(url, "the bench", {}).target, options);
const rows = [];

for (const tables of sizes) {
  const name = `veza_bench_drift_${tables}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const admin = await open(server);
  await admin.send(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.send(`CREATE DATABASE ${name} TEMPLATE template0`);
  run("psql", [
    "-X",
    "-q",
    "-d",
    url.href,
    "-c",
    `SET bench.tables = ${tables}`,
    "-f",
    fileURLToPath(new URL("drift-schema.sql", import.meta.url)),
  ]);
  const reads = [];
  for (let round = 0; round < 3; round++) {
    const db = await open(url.href);
    reads.push(await timed(() => readCatalog(db)));
    await db.close();
  }
  const dumps = [1, 2, 3].map(() => timedSync(() => run("pg_dump", ["-s", "-d", url.href])));
  rows.push({
    tables,
    "read, ms": Math.min(...reads),
    "pg_dump -s, ms": Math.min(...dumps),
    "memory, MB": Math.round(process.memoryUsage().rss / 1e6),
  });
  await admin.send(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.close();
}
console.table(rows);

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}

async function timed(work) {
  const startedAt = performance.now();
  await work();
  return Math.round(performance.now() - startedAt);
}

function timedSync(work) {
  const startedAt = performance.now();
  work();
  return Math.round(performance.now() - startedAt);
}
