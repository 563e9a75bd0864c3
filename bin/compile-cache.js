// What V8 has compiled is kept for the next run. Node does that by itself from 22.1 on; for older ones it is done here, for
// the bundle's main chunk and the driver. Either way it lies in a folder that only this user can write: what is read from
// there is run.
"use strict";
const fs = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const vm = require("node:vm");

/** Has what is compiled from now on kept, and takes what an earlier run has kept. Where that cannot be, nothing happens. */
exports.keepCompiled = function keepCompiled(root) {
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return;
  const folder = cacheFolder();
  if (folder === undefined || !isOurs(folder)) return;
  if (Module.enableCompileCache !== undefined) Module.enableCompileCache(folder);
  else keepByOurselves(root, folder);
};

function cacheFolder() {
  const { HOME, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return LOCALAPPDATA && join(LOCALAPPDATA, "veza-db");
  const base = XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : HOME && join(HOME, ".cache");
  return base && join(base, "veza-db");
}

/** Whether the folder is there, or can be made, and belongs to us alone. The home itself is never made. */
function isOurs(folder) {
  try {
    let found = fs.statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) {
      if (!fs.existsSync(dirname(folder))) fs.mkdirSync(dirname(folder), 0o700);
      fs.mkdirSync(folder, 0o700);
      found = fs.statSync(folder);
    }
    if (process.geteuid === undefined) return found.isDirectory();
    return found.isDirectory() && found.uid === process.geteuid() && (found.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/**
 * One file for this installation and this Node: a header in JSON behind its length, then what V8 gave for each source.
 * V8 itself refuses what another version, or other flags, have made.
 */
function keepByOurselves(root, folder) {
  const main = join(root, "dist", "bundle", "veza-db.cjs");
  const file = join(folder, `${process.version}-${process.arch}-${fingerprint(root)}.bin`);
  const kept = readKept(file);
  const scripts = new Map();
  let isComplete = kept.size > 0;
  const compile = Module.prototype._compile;

  Module.prototype._compile = function compileKept(content, filename) {
    const isDriver = filename.includes(`${sep}node_modules${sep}postgres${sep}`);
    if (filename !== main && !isDriver) return compile.call(this, content, filename);
    const stamp = stampOf(filename);
    const known = kept.get(filename);
    const script = new vm.Script(Module.wrap(content), {
      filename,
      cachedData: known?.stamp === stamp ? known.data : undefined,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (known?.stamp !== stamp || script.cachedDataRejected) isComplete = false;
    scripts.set(filename, { script, stamp });
    const require = (name) => this.require(name);
    require.resolve = (name, options) => Module._resolveFilename(name, this, false, options);
    require.main = process.mainModule;
    require.cache = Module._cache;
    return script
      .runInThisContext()
      .call(this.exports, this.exports, require, this, filename, dirname(filename));
  };

  process.on("exit", (code) => {
    // Written by a run that went well and reached a server: it has compiled what such a run needs.
    if (code === 0 && !isComplete && scripts.size > 1) writeKept(file, scripts);
  });
}

/** Any change of a file changes its ctime. */
function stampOf(filename) {
  const { ctimeMs, ino, mtimeMs, size } = fs.statSync(filename);
  return [size, mtimeMs, ctimeMs, ino].join();
}

function readKept(file) {
  try {
    const bytes = fs.readFileSync(file);
    const start = 4 + bytes.readUInt32LE(0);
    const { sources } = JSON.parse(bytes.toString("utf8", 4, start));
    return new Map(
      sources.map(({ name, stamp, at, length }) => [
        name,
        { stamp, data: bytes.subarray(start + at, start + at + length) },
      ]),
    );
  } catch {
    return new Map();
  }
}

/** Written whole, then renamed into place. */
function writeKept(file, scripts) {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    let at = 0;
    const parts = [];
    const sources = [];
    for (const [name, { script, stamp }] of scripts) {
      const data = script.createCachedData();
      sources.push({ name, stamp, at, length: data.length });
      parts.push(data);
      at += data.length;
    }
    const header = Buffer.from(JSON.stringify({ sources }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    fs.writeFileSync(draft, Buffer.concat([length, header, ...parts]), { flag: "wx", mode: 0o600 });
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}

/** Tells installations apart; a clash only costs them their cache. */
function fingerprint(text) {
  let hash = 5381;
  for (let index = 0; index < text.length; index++) hash = (hash * 33 + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(16);
}
