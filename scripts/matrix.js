// Runs the test suite against every supported major of PostgreSQL, one after the other, and prints one table.
//   npm run test:matrix                        all majors
//   npm run test:matrix -- 14 18               some
//   npm run test:matrix -- 17 -- test/migrate  with arguments for vitest
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const supported = ["14", "15", "16", "17", "18"];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.slice(2);
const split = given.indexOf("--");
const asked = split === -1 ? given : given.slice(0, split);
const vitestArgs = split === -1 ? [] : given.slice(split + 1);

const unknown = asked.filter((major) => !supported.includes(major));
if (unknown.length > 0) {
  console.error(`matrix: not a supported major: ${unknown.join(", ")} (supported: ${supported.join(", ")})`);
  process.exit(2);
}
if (process.env["VEZA_TEST_URL"]) {
  console.error("matrix: VEZA_TEST_URL names one server, so there is no matrix to run. Unset it.");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "veza-db-matrix-"));
const rows = [];
try {
  for (const major of asked.length > 0 ? asked : supported) rows.push(runSuite(major));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
printTable(rows);
process.exitCode = rows.every((row) => row.ok) ? 0 : 1;

function runSuite(major) {
  console.log(`\n=== PostgreSQL ${major} ===`);
  const report = join(folder, `${major}.json`);
  const started = Date.now();
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...vitestArgs,
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, VEZA_TEST_PG: major } },
  );
  const seconds = `${Math.round((Date.now() - started) / 1000)} s`;
  const result = readReport(report);
  // A run that ended badly without a failed test broke before or after its tests.
  const ok = status === 0 && result !== undefined && result.passed > 0;
  return { major, passed: "-", failed: "-", skipped: "-", ...result, seconds, ok };
}

function readReport(file) {
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return undefined;
  }
}

function printTable(results) {
  const lines = [
    ["PostgreSQL", "passed", "failed", "skipped", "time", "result"],
    ...results.map((row) => [
      row.major,
      row.passed,
      row.failed,
      row.skipped,
      row.seconds,
      row.ok ? "ok" : "FAILED",
    ]),
  ].map((line) => line.map(String));
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  console.log("");
  for (const line of lines) console.log(line.map((cell, column) => cell.padStart(widths[column])).join("  "));
}
