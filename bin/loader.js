// Loads the bundle's main chunk, and the driver when it is asked for, from what V8 compiled of them in an earlier run. All
// of it lies in one file: Node's own compile cache, which there is from 22.1 on, would still look for a dozen. It is asked
// to keep the rest. What is read from there is run, so it lies in a folder that only this user can write.
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { dirname, join } = require("node:path");
const vm = require("node:vm");

/** Gives what the main chunk exports. */
exports.loadBundle = function loadBundle(root) {
  const main = join(root, "dist", "bundle", "veza-db.cjs");
  const folder = cacheFolder();
  const file = folder && join(folder, `${process.version}-${process.arch}-${fingerprint(root)}.bin`);
  const kept = readKept(file);
  const loaded = new Map();
  let isStale = false;
  let { driver } = kept;

  const load = (filename, requireHere) => {
    const stamp = stampOf(filename);
    const found = kept.sources.get(filename);
    const fresh = found?.stamp === stamp ? found : undefined;
    const source = fresh?.source ?? wrap(fs.readFileSync(filename, "utf8"));
    const script = new vm.Script(source, { filename, cachedData: fresh?.data });
    isStale ||= fresh === undefined || script.cachedDataRejected === true;
    const module = { exports: {} };
    loaded.set(filename, { module, script, source, stamp });
    const { exports } = module;
    script.runInThisContext().call(exports, exports, requireHere, module, filename, dirname(filename));
    return module.exports;
  };

  /** Everything else goes Node's own way, and meets the main chunk there as it is here. */
  const requireElse = (name) => {
    if (require.cache[main] === undefined) {
      const Module = require("node:module");
      if (folder !== undefined) Module.enableCompileCache?.(folder);
      const { exports } = loaded.get(main).module;
      require.cache[main] = Object.assign(new Module(main), { exports, filename: main, loaded: true });
    }
    return require(name.startsWith("./") ? join(dirname(main), name) : name);
  };
  const requireInDriver = (name) => {
    // It asks for TLS by itself only where it opens the socket, which it does not here.
    if (name === "tls") return new Proxy({}, { get: (_, key) => require("node:tls")[key] });
    if (!name.startsWith("./")) return require(name);
    const filename = join(dirname(driver), name);
    return loaded.get(filename)?.module.exports ?? load(filename, requireInDriver);
  };
  const requireInMain = (name) => {
    if (name.startsWith("node:")) return require(name);
    if (name !== "postgres") return requireElse(name);
    driver ??= require.resolve(name);
    return loaded.get(driver)?.module.exports ?? load(driver, requireInDriver);
  };
  // A script made from kept code has lost what import() needs (Node 20), or warns of it (22 to 26): this one lends its own.
  requireInMain.import = (name) => import(name);

  process.on("exit", (code) => {
    // Written by a run that went well and reached a server: it has compiled what such a run needs.
    if (isStale && code === 0 && file !== undefined && loaded.has(driver)) writeKept(file, driver, loaded);
  });
  return load(main, requireInMain);
};

/** As Node wraps a CommonJS module. */
function wrap(text) {
  return `(function (exports, require, module, __filename, __dirname) { ${text}\n})`;
}

/** The folder where compiled code is kept, or undefined where there is none that is ours alone. */
function cacheFolder() {
  const { HOME, LOCALAPPDATA, NODE_DISABLE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env;
  if (NODE_DISABLE_COMPILE_CACHE) return undefined;
  const ofUnix = XDG_CACHE_HOME?.startsWith("/") ? XDG_CACHE_HOME : HOME && join(HOME, ".cache");
  const base = process.platform === "win32" ? LOCALAPPDATA : ofUnix;
  if (!base) return undefined;
  const folder = join(base, "veza-db");
  return isOurs(folder) ? folder : undefined;
}

/** Whether the folder is there, or can be made, and nobody else may write in it. A home that is not there is not made. */
function isOurs(folder) {
  try {
    let found = fs.statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) {
      if (!fs.existsSync(dirname(folder))) fs.mkdirSync(dirname(folder), 0o700);
      fs.mkdirSync(folder, 0o700);
      found = fs.statSync(folder);
    }
    const isSafe =
      process.geteuid === undefined || (found.uid === process.geteuid() && (found.mode & 0o022) === 0);
    return isSafe && found.isDirectory();
  } catch {
    return false;
  }
}

/** Tells installations apart; a clash only costs them what is kept. */
function fingerprint(text) {
  let hash = 5381;
  for (let index = 0; index < text.length; index++) hash = (hash * 33 + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(16);
}

/** Whatever is done to a file changes its ctime. */
function stampOf(filename) {
  const { ctimeMs, ino, mtimeMs, size } = fs.statSync(filename);
  return [size, mtimeMs, ctimeMs, ino].join();
}

/**
 * The sources by their paths, each with its stamp and with what V8 made of it; nothing where nothing is kept. V8 itself
 * refuses what was made under other flags, and dies of what is damaged: hence the hash, the file's first 32 bytes.
 */
function readKept(file) {
  const sources = new Map();
  if (file === undefined) return { sources };
  try {
    const whole = fs.readFileSync(file);
    const bytes = whole.subarray(hashLength);
    if (!hashOf(bytes).equals(whole.subarray(0, hashLength))) return { sources };
    let at = 4 + bytes.readUInt32LE(0);
    const { driver, files } = JSON.parse(bytes.toString("utf8", 4, at));
    for (const { name, stamp, encoding, sourceLength, dataLength } of files) {
      const middle = at + sourceLength;
      const source = bytes.toString(encoding, at, middle);
      at = middle + dataLength;
      sources.set(name, { stamp, source, data: bytes.subarray(middle, at) });
    }
    return { driver, sources };
  } catch {
    return { sources: new Map() };
  }
}

const hashLength = 32;

function hashOf(bytes) {
  return createHash("sha256").update(bytes).digest();
}

/** Written whole, then renamed into place; a folder that is full, or gone, is no failure of the run. */
function writeKept(file, driver, loaded) {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    const parts = [];
    const files = [];
    for (const [name, { script, source, stamp }] of loaded) {
      const text = Buffer.from(source);
      const data = script.createCachedData();
      const encoding = text.length === source.length ? "latin1" : "utf8";
      files.push({ name, stamp, encoding, sourceLength: text.length, dataLength: data.length });
      parts.push(text, data);
    }
    const header = Buffer.from(JSON.stringify({ driver, files }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const bytes = Buffer.concat([length, header, ...parts]);
    fs.writeFileSync(draft, Buffer.concat([hashOf(bytes), bytes]), { flag: "wx", mode: 0o600 });
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}
