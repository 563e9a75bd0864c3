#!/usr/bin/env node
// The launcher: checks Node, answers --version by itself, turns on the compile cache, imports the tool.
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: veza-db needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 3;
} else if (process.argv.length === 3 && (process.argv[2] === "--version" || process.argv[2] === "-V")) {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  const entry = new URL("../dist/cli/run.js", import.meta.url);
  if (existsSync(entry)) {
    module.enableCompileCache?.();
    const { run } = await import(entry.href);
    await run();
  } else {
    process.stderr.write("error: veza-db is not built.\nhint: npm install && npm run build\n");
    process.exitCode = 3;
  }
}
