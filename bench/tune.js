/**
 * pgbench on one server with PostgreSQL's default settings, the platform document's, and those that `veza-db tune apply` writes,
 * in turns: each round runs all three, the server started anew for each. Starts a server of its own. Needs pgbench and a build:
 * `npm run build && node bench/tune.js`. SCALE, CLIENTS, DURATION, ROUNDS, PGBENCH and PG_VERSION say otherwise;
 * WITHOUT=wal_compression,jit adds a row for each of these settings left as it is.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

const scale = Number(process.env.SCALE ?? 50);
const clients = Number(process.env.CLIENTS ?? 8);
const seconds = Number(process.env.DURATION ?? 20);
const rounds = Number(process.env.ROUNDS ?? 3);
const pgbench = process.env.PGBENCH ?? "pgbench";
const cli = fileURLToPath(new URL("../bin/veza-db.js", import.meta.url));
const { ensureServer, stopServer } = await import("../dist/dev/server.js");

const folder = mkdtempSync(join(tmpdir(), "veza-bench-tune-"));
const options = {
  stateDir: join(folder, ".veza"),
  pgVersion: process.env.PG_VERSION === undefined ? undefined : Number(process.env.PG_VERSION),
  report: () => {},
};

/** As the document sets them, by hand. */
const document = {
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  maintenance_work_mem: "64MB",
  checkpoint_completion_target: "0.9",
  wal_buffers: "16MB",
  default_statistics_target: "100",
  random_page_cost: "1.1",
  effective_io_concurrency: "200",
  max_parallel_workers_per_gather: "4",
  max_parallel_workers: "8",
  parallel_tuple_cost: "0.1",
  parallel_setup_cost: "1000.0",
  work_mem: "4MB",
  temp_buffers: "8MB",
};

const ways = {
  default: async () => {},
  "the document's": async (url) => {
    await ask(url, async (sql) => {
      for (const [name, value] of Object.entries(document))
        await sql.unsafe(`ALTER SYSTEM SET ${name} = '${value}'`);
    });
  },
  "veza-db tune": async (url) => tune(url),
};
for (const name of (process.env.WITHOUT ?? "").split(",").filter((one) => one !== ""))
  ways[`without ${name}`] = async (url) => tune(url, "--except", name);

function tune(url, ...words) {
  const call = [cli, "tune", "apply", "--profile", "oltp", "--disk", "ssd", "--yes", ...words];
  run(process.execPath, [...call, "--url", url]);
}

/** Reading and writing, then reading alone: transactions a second, by pgbench's own count. */
const loads = { "TPC-B": [], "select only": ["-S"] };

try {
  let { url, version } = await ensureServer(options);
  run(pgbench, ["-i", "-q", "-s", String(scale), url]);
  const figures = {};
  for (let round = 0; round < rounds; round++) {
    // Another order each round: what comes later finds more in the system's cache.
    const names = Object.keys(ways);
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      await ask(url, (sql) => sql.unsafe("ALTER SYSTEM RESET ALL"));
      await ways[name](url);
      await stopServer(options);
      ({ url, version } = await ensureServer(options));
      await ask(url, async (sql) => {
        await sql.unsafe("VACUUM pgbench_branches, pgbench_tellers, pgbench_accounts");
        await sql.unsafe("CHECKPOINT");
        await sql.unsafe("SELECT sum(abalance) FROM pgbench_accounts");
      });
      for (const [load, flags] of Object.entries(loads)) {
        const said = run(pgbench, [
          "-n",
          "-c",
          String(clients),
          "-j",
          "2",
          "-T",
          String(seconds),
          ...flags,
          url,
        ]);
        const tps = Number(/tps = ([\d.]+)/.exec(said)?.[1]);
        ((figures[name] ??= {})[load] ??= []).push(tps);
      }
    }
  }
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
  console.log(
    `PostgreSQL ${version}, pgbench scale ${scale} (${Math.round(scale * 15)} MB), ${clients} clients, ${seconds} s, median of ${rounds} (lowest to highest); load average ${load}`,
  );
  console.table(
    Object.fromEntries(
      Object.entries(figures).map(([name, byLoad]) => [
        name,
        Object.fromEntries(Object.entries(byLoad).map(([kind, values]) => [`${kind} tps`, shown(values)])),
      ]),
    ),
  );
} finally {
  await stopServer(options);
  rmSync(folder, { recursive: true, force: true });
}

function shown(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const middle = (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
  return `${Math.round(middle)} (${Math.round(sorted[0])} to ${Math.round(sorted.at(-1))})`;
}

async function ask(url, work) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", cwd: folder });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}
