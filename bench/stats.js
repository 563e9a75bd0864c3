/**
 * What each report takes as a whole program, beside psql with bare SQL that answers the same question: on 5,000 statements
 * of 2 KB text and on 10,000 tables. Starts a server of its own. Needs a build: `npm run build && node bench/stats.js`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";

const rounds = Number(process.env.ROUNDS ?? 5);
const tables = Number(process.env.TABLES ?? 10_000);
const statements = Number(process.env.STATEMENTS ?? 5000);
const cli = fileURLToPath(new URL("../bin/veza-db.js", import.meta.url));
const { ensureServer, stopServer } = await import("../dist/dev/server.js");

const folder = mkdtempSync(join(tmpdir(), "veza-bench-stats-"));
const options = {
  stateDir: join(folder, ".veza"),
  settings: { fsync: "off", "pg_stat_statements.max": "10000", max_locks_per_transaction: "1000" },
  report: () => {},
};

/** The bare question behind each report, as a person would ask it. */
const bare = {
  "slow-queries":
    "SELECT queryid, calls, total_exec_time, left(query, 100) FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 20",
  tables:
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'm') ORDER BY 2 DESC LIMIT 20",
  indexes:
    "SELECT * FROM pg_stat_user_indexes WHERE idx_scan = 0 ORDER BY pg_relation_size(indexrelid) DESC LIMIT 20",
  connections: "SELECT datname, usename, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3",
  locks: "SELECT pid, pg_blocking_pids(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
  transactions: "SELECT * FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start",
  cache: "SELECT * FROM pg_statio_user_tables ORDER BY heap_blks_read DESC LIMIT 20",
  vacuum: "SELECT * FROM pg_stat_user_tables ORDER BY n_dead_tup DESC LIMIT 20",
  replication: "SELECT * FROM pg_stat_replication",
  wal: "SELECT * FROM pg_stat_wal, pg_stat_bgwriter, pg_stat_archiver",
  io: "SELECT 1",
  sequences: "SELECT * FROM pg_sequences",
  settings: "SELECT * FROM pg_settings WHERE source <> 'default'",
  progress: "SELECT * FROM pg_stat_progress_vacuum",
  overview: "SELECT 1",
  check: "SELECT 1",
};

try {
  const { url, version } = await ensureServer(options);
  await prepare(url);
  const table = {};
  for (const [report, sql] of Object.entries(bare)) {
    const ours = median(() => run(process.execPath, [cli, "stats", report, "--url", url]));
    const psql = median(() => run("psql", ["-X", "-q", "-o", "/dev/null", "-c", sql, url]));
    table[report] = {
      "veza-db ms": ours.wallMs,
      "psql ms": psql.wallMs,
      "more ms": ours.wallMs - psql.wallMs,
      "veza-db CPU ms": ours.cpuMs,
      "psql CPU ms": psql.cpuMs,
    };
  }
  const load = loadavg()
    .map((value) => value.toFixed(1))
    .join(" ");
  console.log(
    `PostgreSQL ${version}, ${tables} tables, ${statements} statements of 2 KB, median of ${rounds}; load average ${load}`,
  );
  console.table(table);
  console.table(await rankings(url));
} finally {
  await stopServer(options);
  rmSync(folder, { recursive: true, force: true });
}

/** The server's own time for the one question that asks every file, and for ours. */
async function rankings(url) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const read = (name) =>
    readFileSync(new URL(`../dist/stats/reports/sql/${name}.sql`, import.meta.url), "utf8");
  const [{ pid }] = await sql`SELECT pg_backend_pid() AS pid`;
  // The clock's median, and the mean processor time of the server's process: the second bears a busy machine.
  const time = async (ask) => {
    await ask();
    const times = [];
    const cpuBefore = processorMs(pid);
    for (let round = 0; round < rounds * 4; round++) {
      const began = performance.now();
      await ask();
      times.push(performance.now() - began);
    }
    const middle = times.toSorted((a, b) => a - b)[rounds * 2] ?? 0;
    return { ms: tenth(middle), cpuMs: tenth((processorMs(pid) - cpuBefore) / times.length) };
  };
  const all = await time(() =>
    sql.unsafe(
      "SELECT oid, pg_total_relation_size(oid) AS n FROM pg_class WHERE relkind IN ('r', 'm') ORDER BY 2 DESC LIMIT 20",
    ),
  );
  await sql.unsafe("SET jit = off");
  let oids = [];
  const candidates = await time(async () => {
    const rows = await sql.unsafe(read("table-candidates"), [40, false, null]);
    oids = rows.flatMap((row) => row.oids);
  });
  const sizes = await time(() => sql.unsafe(read("table-sizes"), [`{${oids.join(",")}}`]));
  await sql.end();
  const ours = { ms: tenth(candidates.ms + sizes.ms), cpuMs: tenth(candidates.cpuMs + sizes.cpuMs) };
  return {
    "pg_total_relation_size of all": all,
    "what the catalog remembers, then the exact sizes of 40": ours,
    times: { ms: tenth(all.ms / ours.ms), cpuMs: tenth(all.cpuMs / ours.cpuMs) },
  };
}

function tenth(value) {
  return Number(value.toFixed(1));
}

/** What a process has used, in steps of 10 ms; 0 where the system does not tell. */
function processorMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

async function prepare(url) {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql.unsafe("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
  for (let from = 0; from < tables; from += 500) {
    const some = Array.from(
      { length: Math.min(500, tables - from) },
      (_, n) => `CREATE TABLE bench_${from + n} (id int PRIMARY KEY, note text)`,
    );
    await sql.unsafe(some.join(";"));
  }
  await sql.unsafe("INSERT INTO bench_7 SELECT g, repeat('x', 100) FROM generate_series(1, 100000) AS g");
  await sql.unsafe("VACUUM ANALYZE");
  // Each of another shape, or they would be one statement: names and values do not tell them apart, types do.
  for (let n = 0; n < statements; n++) {
    const columns = Array.from({ length: 16 }, (_, bit) => (((n >> bit) & 1) === 1 ? "'a'" : "1"));
    await sql.unsafe(`SELECT ${columns.join(", ")} /* ${"text ".repeat(400)} */`);
  }
  await sql.end();
}

/** Milliseconds on the clock, and of processor time: on a busy machine the second is what can be compared. */
function run(program, args) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null 2>&1';
  const began = performance.now();
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", program, ...args], {
    encoding: "utf8",
  });
  const wallMs = performance.now() - began;
  if (status !== 0 && status > 2) throw new Error(`${program} ${args.join(" ")}: ${status}`);
  const [user = 0, system = 0] = stderr.trim().split(" ").map(Number);
  return { wallMs, cpuMs: (user + system) * 1000 };
}

function median(work) {
  work();
  const times = Array.from({ length: rounds }, work);
  const middle = (name) =>
    Math.round(times.map((time) => time[name]).toSorted((a, b) => a - b)[Math.floor(rounds / 2)]);
  return { wallMs: middle("wallMs"), cpuMs: middle("cpuMs") };
}
