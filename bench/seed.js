/**
 * How fast `veza-db seed` fills the Veza schema, beside psql's `\copy` of the very same rows from files: the same order,
 * one transaction each, every index in place. Needs a build, and psql in the PATH:
 *
 *     npm run build && node bench/seed.js [scale] [rounds]
 *
 * psql runs twice: with the triggers at rest that seed lets rest (it then only has to write down the rows, counters and
 * all), and as people would run it, with every trigger awake and without the columns and tables that triggers fill.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { ensureServer, stopServer } = await import(join(root, "dist", "dev", "server.js"));
const scale = process.argv[2] ?? "0.1";
const rounds = Number(process.argv[3] ?? 3);
const asOf = "2026-01-01";
const folder = mkdtempSync(join(tmpdir(), "veza-bench-"));
const options = {
  stateDir: join(folder, ".veza"),
  settings: {
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    max_wal_size: "8GB",
    shared_buffers: "256MB",
  },
  report: () => {},
};

try {
  const server = await ensureServer(options);
  console.log(`PostgreSQL ${server.version}, --scale ${scale}, ${rounds} round(s)`);
  await run(server.url);
} finally {
  await stopServer(options).catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}

async function run(serverUrl) {
  const urlOf = (name) => Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const psql = (name, ...args) =>
    execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", ...args, urlOf(name)], {
      encoding: "utf8",
      maxBuffer: 1e9,
    });
  const admin = new URL(serverUrl).pathname.slice(1);
  const fresh = (name) => {
    psql(
      admin,
      "-c",
      `SET client_min_messages = error`,
      "-c",
      `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`,
    );
    psql(admin, "-c", `CREATE DATABASE ${name} TEMPLATE migrated`);
  };
  psql(admin, "-c", "CREATE DATABASE migrated");
  execFileSync(
    process.execPath,
    [join(root, "bin", "veza-db.js"), "migrate", "--url", urlOf("migrated"), "-q", "--yes"],
    { cwd: root },
  );
  const files = seedFiles();
  const results = [];
  let tables;
  for (let round = 0; round < rounds; round++) {
    fresh("ours");
    const ours = await seed(urlOf("ours"));
    tables ??= ours.tables;
    if (round === 0) exportRows(psql, tables, files);
    for (const variant of ["resting", "awake"]) {
      fresh("theirs");
      const script = join(folder, `${variant}.sql`);
      writeFileSync(script, scriptOf(tables, files, variant));
      psql("theirs", "-c", monthsSql(files));
      const began = performance.now();
      execFileSync("psql", ["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", script, urlOf("theirs")], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      results.push({ who: `psql \\copy, triggers ${variant}`, ms: performance.now() - began });
    }
    results.push({ who: "veza-db seed", ms: ours.durationMs, peakMb: ours.peakMb });
  }
  report(results, tables);
}

/** Runs the tool; its peak memory is what the kernel says of it. */
async function seed(url) {
  const child = spawn(
    process.execPath,
    [
      join(root, "bin", "veza-db.js"),
      "seed",
      "--scale",
      scale,
      "--seed",
      "1",
      "--as-of",
      asOf,
      "--url",
      url,
      "--json",
      "--yes",
    ],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let said = "";
  let peakMb = 0;
  child.stdout.setEncoding("utf8").on("data", (text) => (said += text));
  const watch = setInterval(() => {
    try {
      const kb = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      peakMb = Math.max(peakMb, Math.round(Number(kb ?? 0) / 1024));
    } catch {
      // gone already, or no /proc here
    }
  }, 100);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearInterval(watch);
  if (code !== 0) throw new Error(`seed ended with ${code}`);
  return { ...JSON.parse(said).data, peakMb };
}

function seedFiles() {
  const names = readdirSync(join(root, "seeds")).filter((name) => name.endsWith(".json"));
  return new Map(
    names
      .map((name) => JSON.parse(readFileSync(join(root, "seeds", name), "utf8")))
      .map((file) => [file.table, file]),
  );
}

function exportRows(psql, tables, files) {
  let bytes = 0;
  for (const { table } of tables) {
    for (const variant of ["resting", "awake"]) {
      if (!isWritten(files.get(table), variant)) continue;
      const columns = columnsOf(psql, table, files.get(table), variant);
      const file = join(folder, `${table}.${variant}.copy`);
      // As seed sent them: the heap does not keep the order of rows to the last one.
      const order = files.get(table).columns?.id?.sequence === undefined ? "" : "ORDER BY id";
      psql("ours", "-c", `\\copy (SELECT ${columns} FROM ${table} ${order}) TO '${file}'`);
      writeFileSync(`${file}.columns`, columns);
      if (variant === "resting") bytes += statSync(file).size;
    }
  }
  console.log(`${Math.round(bytes / 1e6)} MB in files`);
}

/** Triggers that are awake count for themselves: what they fill is not loaded. */
function isWritten(file, variant) {
  return variant === "resting" || file.sql === undefined;
}

function columnsOf(psql, table, file, variant) {
  const all = psql(
    "ours",
    "-c",
    `SELECT attname FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
  );
  const kept = Object.entries(file.columns ?? {}).filter(([, column]) => column.kept === true);
  const left = variant === "awake" ? kept.map(([name]) => name) : [];
  return all
    .trim()
    .split("\n")
    .filter((name) => !left.includes(name))
    .join(", ");
}

function scriptOf(tables, files, variant) {
  const lines = [];
  const resting = [...files].flatMap(([table, { withoutTriggers = [] }]) =>
    withoutTriggers.map((name) => ({ table, name })),
  );
  if (variant === "resting")
    for (const { table, name } of resting) lines.push(`ALTER TABLE ${table} DISABLE TRIGGER "${name}";`);
  for (const { table } of tables) {
    if (!isWritten(files.get(table), variant)) continue;
    const file = join(folder, `${table}.${variant}.copy`);
    lines.push(`\\copy ${table} (${readFileSync(`${file}.columns`, "utf8")}) FROM '${file}'`);
  }
  if (variant === "resting")
    for (const { table, name } of resting) lines.push(`ALTER TABLE ${table} ENABLE TRIGGER "${name}";`);
  return `${lines.join("\n")}\n`;
}

function monthsSql(files) {
  const parents = [...files].filter(([, { monthsBy }]) => monthsBy !== undefined).map(([table]) => table);
  return parents
    .map(
      (table) =>
        `SELECT create_month_partitions('${table}', (date '${asOf}' - interval '24 months')::date, 25)`,
    )
    .join("; ");
}

function report(results, tables) {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const medianOf = (who) =>
    results
      .filter((one) => one.who === who)
      .map(({ ms }) => ms)
      .toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
  const ours = medianOf("veza-db seed");
  const table = {};
  for (const who of [...new Set(results.map((one) => one.who))].toReversed()) {
    const ms = medianOf(who);
    const peaks = results.filter((one) => one.who === who).map(({ peakMb }) => peakMb ?? 0);
    table[who] = {
      "median s": Number((ms / 1000).toFixed(1)),
      "rows/s": Math.round(rows / (ms / 1000)),
      "seed's rate beside it": `${Math.round((ms / ours) * 100)} %`,
      "peak memory, MB": Math.max(...peaks) || "",
    };
  }
  console.log(`${rows.toLocaleString("en")} rows in ${tables.length} tables`);
  console.table(table);
}
