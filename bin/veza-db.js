#!/usr/bin/env node
// The launcher: checks Node, answers --version by itself, turns on the compile cache, loads the tool. It is CommonJS
// (bin/package.json says so), which starts sooner than Node's loader of ES modules.
"use strict";
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const words = process.argv.slice(2);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: veza-db needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 3;
} else if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  process.stdout.write(`${version}\n`);
} else if (existsSync(join(root, "dist", "cli", "run.js"))) {
  require("node:module").enableCompileCache?.();
  preload();
  void import("../dist/cli/run.js").then(({ run }) => run());
} else {
  process.stderr.write("error: veza-db is not built.\nhint: npm install && npm run build\n");
  process.exitCode = 3;
}

// Loads ahead what the call is about to import: where require() takes ES modules, it does so in two thirds of the time.
// A guess that is wrong costs nothing; whatever does not load is met again, and explained, by the import.
function preload() {
  const isQuiet = process.features.require_module && (major !== 22 || minor >= 13);
  if (!isQuiet || words.includes("--help") || words.includes("-h")) return;
  const end = words.findIndex((word) => word.startsWith("-"));
  const path = end === -1 ? words : words.slice(0, end);
  const command = path.join() === "migrate" ? "migrate/apply" : path.slice(0, 2).join("/");
  const hasMore = words.length > path.length;
  for (const name of [
    "cli/run",
    ...(hasMore ? ["cli/parse"] : []),
    "cli/walk",
    `cli/commands/${command}`,
    "ui/human",
  ]) {
    try {
      require(join(root, "dist", `${name}.js`));
    } catch {
      return;
    }
  }
}
