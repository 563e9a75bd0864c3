/**
 * A scrape by veza-db beside one by Debian's prometheus-postgres-exporter, on 1, 1,000 and 10,000 tables: how long it takes,
 * what it costs the server, how large the page is; and the memory of both after 1,000 scrapes. Debian's version knows nothing
 * of tables by itself: it is run as it comes, and with the queries of postgres_exporter 0.20 for tables. Starts servers of its
 * own. Needs a build: `npm run build && node bench/metrics.js`; the memory alone, in a minute: `TABLES= MEMORY_TABLES=1 node bench/metrics.js`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

const most = Number(process.env.ROUNDS ?? 50);
const scrapes = Number(process.env.SCRAPES ?? 1000);
const memoryTables = Number(process.env.MEMORY_TABLES ?? 100);
const sizes = (process.env.TABLES ?? "1,1000,10000").split(",").filter(Boolean).map(Number);
const cli = fileURLToPath(new URL("../bin/veza-db.js", import.meta.url));
const { ensureServer, stopServer } = await import("../dist/dev/server.js");

const folder = mkdtempSync(join(tmpdir(), "veza-bench-metrics-"));
const options = {
  stateDir: join(folder, ".veza"),
  settings: { fsync: "off", max_locks_per_transaction: "1000", autovacuum: "off" },
  report: () => {},
};
const tick = 10; // ms of a clock tick, everywhere that matters

const labels = ["datname", "schemaname", "relname"];
const counters = [
  "seq_scan", "seq_tup_read", "idx_scan", "idx_tup_fetch", "n_tup_ins", "n_tup_upd", "n_tup_del", "n_tup_hot_upd",
  "n_live_tup", "n_dead_tup", "n_mod_since_analyze", "vacuum_count", "autovacuum_count", "analyze_count",
  "autoanalyze_count",
]; // prettier-ignore
const times = ["last_vacuum", "last_autovacuum", "last_analyze", "last_autoanalyze"];
const blocks = ["heap", "idx", "toast", "tidx"].flatMap((kind) => [`${kind}_blks_read`, `${kind}_blks_hit`]);
const metricsOf = (names, usage) =>
  names.map((name) => `    - ${name}:\n        usage: "${usage}"\n        description: "d"\n`).join("");
const queriesFile = join(folder, "queries.yaml");
writeFileSync(
  queriesFile,
  `pg_stat_user_tables:
  query: "SELECT current_database() datname, schemaname, relname, ${counters.join(", ")}, ${times.map((name) => `COALESCE(${name}, '1970-01-01Z') AS ${name}`).join(", ")}, pg_indexes_size(relid) AS index_size_bytes, pg_table_size(relid) AS table_size_bytes FROM pg_stat_user_tables"
  metrics:
${metricsOf(labels, "LABEL")}${metricsOf([...counters, ...times, "index_size_bytes", "table_size_bytes"], "GAUGE")}pg_statio_user_tables:
  query: "SELECT current_database() datname, schemaname, relname, ${blocks.join(", ")} FROM pg_statio_user_tables"
  metrics:
${metricsOf(labels, "LABEL")}${metricsOf(blocks, "COUNTER")}`,
);

try {
  const server = await ensureServer(options);
  const table = {};
  for (const count of sizes) {
    const url = await databaseWith(server.url, count);
    for (const [name, start] of Object.entries(exporters(url))) {
      const exporter = await start();
      try {
        // An exporter runs for weeks: what it costs in its first minute is left out, for both.
        for (let warm = count > 1000 ? 3 : 30; warm > 0; warm--) await scrape(exporter.url);
        table[`${count} tables: ${name}`] = await measure(
          exporter,
          server.url,
          count > 1000 ? Math.min(most, 10) : most,
        );
      } finally {
        await exporter.stop();
      }
    }
  }
  if (sizes.length > 0) {
    console.log(
      `PostgreSQL ${server.version}, medians of ${most} scrapes (10 of the largest); load average ${load()}`,
    );
    console.table(table);
  }
  const url = await databaseWith(server.url, memoryTables);
  const memory = {};
  for (const name of ["Debian with tables", "veza-db"]) {
    const exporter = await exporters(url)[name]();
    try {
      memory[name] = await memoryOf(exporter);
    } finally {
      await exporter.stop();
    }
  }
  console.log(`${memoryTables} tables, resident memory in MB after so many scrapes; load average ${load()}`);
  console.table(memory);
} finally {
  await stopServer(options);
  rmSync(folder, { recursive: true, force: true });
}

function load() {
  return loadavg().map((value) => value.toFixed(1)).join(" "); // prettier-ignore
}

function exporters(url) {
  const env = { DATA_SOURCE_NAME: `${url}${url.includes("?") ? "&" : "?"}sslmode=disable` };
  const debian = (args) => async () => {
    const port = await freePort();
    return started(
      "prometheus-postgres-exporter",
      [`--web.listen-address=127.0.0.1:${port}`, ...args],
      env,
      port,
    );
  };
  const veza = (args) => async () => {
    const port = await freePort();
    return started(
      process.execPath,
      [cli, "metrics", "--listen", `127.0.0.1:${port}`, ...args],
      { DATABASE_URL: url },
      port,
    );
  };
  return {
    "Debian as it comes": debian([]),
    "Debian with tables": debian([`--extend.query-path=${queriesFile}`]),
    "veza-db": veza([]),
    "veza-db --max-tables 0": veza(["--max-tables", "0"]),
  };
}

async function started(program, args, env, port) {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: "ignore",
    cwd: folder,
  });
  const url = `http://127.0.0.1:${port}/metrics`;
  for (let tries = 0; tries < 200; tries++) {
    try {
      await (await fetch(url)).arrayBuffer();
      return {
        pid: child.pid,
        url,
        stop: async () => {
          const ended = new Promise((resolve) => child.once("close", resolve));
          child.kill("SIGTERM");
          await ended;
        },
      };
    } catch {
      await sleep(50);
    }
  }
  child.kill("SIGKILL");
  throw new Error(`${program} does not answer`);
}

async function scrape(url) {
  const startedAt = performance.now();
  const bytes = (await (await fetch(url, { headers: { "accept-encoding": "identity" } })).arrayBuffer())
    .byteLength;
  return { ms: performance.now() - startedAt, bytes };
}

async function measure(exporter, url, rounds) {
  await scrape(exporter.url);
  const postmaster = await postmasterOf(url);
  const before = { server: serverMs(postmaster), own: processMs(exporter.pid) };
  const taken = [];
  for (let round = 0; round < rounds; round++) taken.push(await scrape(exporter.url));
  const middle = taken.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(rounds / 2)];
  return {
    "scrape ms": Math.round(middle),
    "server CPU ms": Math.round((serverMs(postmaster) - before.server) / rounds),
    "exporter CPU ms": Math.round((processMs(exporter.pid) - before.own) / rounds),
    "page KB": Math.round(taken[0].bytes / 1024),
  };
}

async function memoryOf(exporter) {
  const figures = {};
  const looks = [0.1, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * scrapes));
  for (let done = 1; done <= scrapes; done++) {
    await scrape(exporter.url);
    if (looks.includes(done)) figures[`${done}`] = residentMb(exporter.pid);
  }
  return figures;
}

function residentMb(pid) {
  const [, kb] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kb) / 1024);
}

function statOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return {
    parent: Number(fields[1]),
    own: Number(fields[11]) + Number(fields[12]),
    children: Number(fields[13]) + Number(fields[14]),
  };
}

function processMs(pid) {
  return statOf(pid).own * tick;
}

/** Of the postmaster, of what it has waited for, and of the processes that live. */
function serverMs(postmaster) {
  const { own, children } = statOf(postmaster);
  const alive = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = statOf(pid);
        return stat.parent === postmaster ? [stat.own] : [];
      } catch {
        return [];
      }
    });
  return (own + children + alive.reduce((sum, ticks) => sum + ticks, 0)) * tick;
}

async function postmasterOf(url) {
  const sql = postgres(url, { max: 1 });
  const [{ pid }] = await sql`SELECT pg_backend_pid() AS pid`;
  const { parent } = statOf(pid);
  await sql.end();
  return parent;
}

async function databaseWith(url, count) {
  const name = `bench_${count}`;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  const [known] = await admin`SELECT FROM pg_database WHERE datname = ${name}`;
  const target = new URL(url);
  target.pathname = `/${name}`;
  if (known === undefined) {
    await admin.unsafe(`CREATE DATABASE ${name}`);
    const sql = postgres(target.href, { max: 1, onnotice: () => {} });
    for (let from = 1; from <= count; from += 500) {
      await sql.unsafe(
        `DO $$ BEGIN FOR i IN ${from}..${Math.min(count, from + 499)} LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, body text)', i); END LOOP; END $$`,
      );
    }
    await sql.unsafe("INSERT INTO t1 SELECT i, 'x' FROM generate_series(1, 1000) AS i");
    await sql.unsafe("VACUUM ANALYZE");
    await sql.end();
  }
  await admin.end();
  return target.href;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
