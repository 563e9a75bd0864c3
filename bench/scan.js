/**
 * How fast a file is cut into its statements, and what that takes in memory: ours beside PostgreSQL's own parser in
 * WebAssembly. Needs a build: `npm run build && node bench/scan.js`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rounds = 5;

/** What is measured, each in a process of its own: its name, the megabytes of SQL, and the splitter to load. */
const rows = [
  { name: "no splitter, 20 MB of INSERTs", megabytes: 20, make: makeInserts, load: loadNothing },
  { name: "ours, 20 MB of INSERTs", megabytes: 20, make: makeInserts, load: loadOurs },
  { name: "ours, 20 MB of functions", megabytes: 20, make: makeFunctions, load: loadOurs },
  { name: "no splitter, 1 MB of INSERTs", megabytes: 1, make: makeInserts, load: loadNothing },
  { name: "ours, 1 MB of INSERTs", megabytes: 1, make: makeInserts, load: loadOurs },
  { name: "libpg-query, 1 MB of INSERTs", megabytes: 1, make: makeInserts, load: loadJudge },
];

/** What reading the file takes by itself. */
async function loadNothing() {
  return () => 0;
}

async function loadOurs() {
  const { splitStatements } = await import("../dist/sql/split.js");
  return (text) => {
    let statements = 0;
    for (const { sql } of splitStatements(text)) statements += sql === "" ? 0 : 1;
    return statements;
  };
}

async function loadJudge() {
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  return (text) => parseSync(text).stmts.length;
}

function makeInserts(megabytes) {
  return fill(
    megabytes,
    (n) => `INSERT INTO app.users (id, name, note) VALUES (${n}, 'user ${n}', 'it''s row ${n} -- x');\n`,
  );
}

function makeFunctions(megabytes) {
  return fill(
    megabytes,
    (n) =>
      `-- The ${n}th; of many\nCREATE OR REPLACE FUNCTION f_${n}(a int) RETURNS int LANGUAGE plpgsql AS $f$\n` +
      `BEGIN\n  RETURN a + ${n}; -- an answer\nEND;\n$f$;\n` +
      `CREATE FUNCTION g_${n}() RETURNS int BEGIN ATOMIC SELECT CASE WHEN 1 = 1 THEN E'\\';' END; SELECT ${n}; END;\n`,
  );
}

function fill(megabytes, make) {
  const parts = [];
  for (let n = 0, length = 0; length < megabytes * 1e6; n++) {
    parts.push(make(n));
    length += parts[n].length;
  }
  return parts.join("");
}

async function measure(file, load) {
  const text = readFileSync(file, "utf8");
  const splitIt = await load();
  const times = [];
  let statements = 0;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    statements = splitIt(text);
    times.push(performance.now() - began);
  }
  const median = times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)];
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  if (statements === 0) return { "peak memory, MB": peak };
  const speed = Number((text.length / 1e6 / (median / 1000)).toFixed(1));
  return { statements, "median ms": Math.round(median), "MB/s": speed, "peak memory, MB": peak };
}

const [, script, index, file] = process.argv;
if (index === undefined) {
  const folder = mkdtempSync(join(tmpdir(), "veza-bench-"));
  const table = {};
  for (const [at, { name, megabytes, make }] of rows.entries()) {
    const sql = join(folder, "input.sql");
    writeFileSync(sql, make(megabytes));
    table[name] = JSON.parse(execFileSync(process.execPath, [script, String(at), sql], { encoding: "utf8" }));
  }
  rmSync(folder, { recursive: true });
  console.table(table);
} else {
  console.log(JSON.stringify(await measure(file, rows[Number(index)].load)));
}
