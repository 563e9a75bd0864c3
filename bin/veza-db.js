#!/usr/bin/env node
// The launcher: checks Node, answers --version by itself, loads the tool with what V8 kept of it. All of it is CommonJS
// (bin/package.json says so), which starts sooner than Node's loader of ES modules.
"use strict";
const { join } = require("node:path");

const root = join(__dirname, "..");
const words = process.argv.slice(2);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: veza-db needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 3;
} else if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  const { version } = JSON.parse(require("node:fs").readFileSync(join(root, "package.json"), "utf8"));
  process.stdout.write(`${version}\n`);
} else {
  start(join(root, "dist", "bundle", "run.cjs"));
}

function start(bundle) {
  if (!require("node:fs").existsSync(bundle)) {
    process.stderr.write("error: veza-db is not built.\nhint: npm install && npm run build\n");
    process.exitCode = 3;
    return;
  }
  const { keepCompiled } = require("./compile-cache.js");
  keepCompiled(root);
  void require(bundle).run();
}
