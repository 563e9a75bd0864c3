// Everything that can be said of the code without running it: types, lint, format, unused code, the package.
//   npm run check              all of it
//   npm run check -- types     some of it, by name
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, "node_modules", ".bin");

const checks = [
  { name: "types", program: "tsc", args: ["--noEmit"] },
  { name: "lint", program: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", program: "oxfmt", args: ["--check"] },
  { name: "unused", program: "knip", args: [] },
  { name: "package", program: "publint", args: ["--strict"], needsBuild: true },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `check: there is no ${unknown.join(", ")}; there are ${checks.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const results = checks.filter(({ name }) => asked.length === 0 || asked.includes(name)).map(run);
console.log(
  `\n${results.map(({ name, ok, seconds }) => `${ok ? "ok    " : "FAILED"}  ${name.padEnd(8)} ${seconds} s`).join("\n")}`,
);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

function run({ name, program, args, needsBuild }) {
  const startedAt = Date.now();
  console.log(`${name}: ${[program, ...args].join(" ")}`);
  if (needsBuild && !existsSync(join(root, "dist", "bundle", "run.cjs")))
    start(process.execPath, [join(root, "scripts", "build.js")]);
  const ok = start(join(bin, program), args);
  return { name, ok, seconds: ((Date.now() - startedAt) / 1000).toFixed(1) };
}

function start(program, args) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error !== undefined) console.error(`${program}: ${error.message}`);
  return status === 0;
}
