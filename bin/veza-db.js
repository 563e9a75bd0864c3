#!/usr/bin/env node
// The launcher: checks Node, answers --version by itself, loads the tool with what V8 kept of it. All of it is CommonJS
// (bin/package.json says so), which starts sooner than Node's loader of ES modules.
"use strict";
const fs = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const words = process.argv.slice(2);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`error: veza-db needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 3;
} else if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  const { version } = JSON.parse(fs.readFileSync(join(root, "package.json"), "utf8"));
  print(`${version}\n`);
} else if (fs.existsSync(join(root, "dist", "bundle", "veza-db.cjs"))) {
  const { loadBundle } = require("./loader.js");
  void loadBundle(root).run();
} else {
  process.stderr.write("error: veza-db is not built.\nhint: npm install && npm run build\n");
  process.exitCode = 3;
}

/** Without process.stdout, whose making takes as long as all the rest, where that goes. */
function print(text) {
  try {
    fs.writeSync(1, text);
  } catch (error) {
    if (error.code === "EPIPE") return;
    if (error.code === "EAGAIN") return void process.stdout.write(text);
    process.stderr.write(`error: The result cannot be written to stdout.\ndetail: ${error.message}\n`);
    process.exitCode = 3;
  }
}
