// Bundles the command line (src/cli/run.ts) into dist/bundle/: CommonJS, since Node starts it sooner than ES modules,
// in as many chunks as there are ways through the tool. What every call walks through is one chunk, veza-db.cjs. It is
// all one module graph: an error class that was there twice would not know its own errors. Packages stay outside.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");
const folder = join(root, "dist", "bundle");
const entry = join(source, "cli", "run.ts");

/** What is loaded by import() on the way of a call that is made often, as cron and CI make it. */
const often = ["cli/walk.ts", "cli/commands/migrate/apply.ts", "ui/human.ts"].map((name) =>
  join(source, name),
);
/** Packages that are CommonJS: require() loads them without the loader of ES modules, which costs more than they do. */
const commonJs = ["cli-table3", "dotenv"];

const hot = new Set();

const plugin = {
  name: "veza-db",
  transform(code, id) {
    if (!id.startsWith(source)) return undefined;
    let text = code;
    for (const name of commonJs)
      text = text.replaceAll(`import("${name}")`, `Promise.resolve({ default: require("${name}") })`);
    text = text.replaceAll(/\bimport\("(node:[^"]+)"\)/g, 'Promise.resolve(require("$1"))');
    if (text.includes("import.meta.url")) {
      // A module finds its .sql texts and the package's files from its own place in dist/.
      const place = `../${relative(source, id).replaceAll("\\", "/").replace(/\.ts$/, ".js")}`;
      const url = `require("node:url").pathToFileURL(require("node:path").join(__dirname, ${JSON.stringify(place)})).href`;
      text = text
        .replaceAll("createRequire(import.meta.url)", "require")
        .replaceAll("import.meta.url", "importMetaUrl");
      if (text.includes("importMetaUrl")) text = `const importMetaUrl = ${url}; ${text}`;
    }
    // No line moves, so that the map of the source stays true.
    return text === code ? undefined : { code: text, map: null };
  },
  buildEnd() {
    const waiting = [entry, ...often];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (hot.has(id)) continue;
      const module = this.getModuleInfo(id);
      if (module === null) throw new Error(`${id} is not part of the command line`);
      hot.add(id);
      waiting.push(...module.importedIds.filter((imported) => this.getModuleInfo(imported)?.code != null));
    }
  },
};

/** The commands by their paths, what several of them share by a module of its own. */
function chunkName({ facadeModuleId, moduleIds, name }) {
  const id = facadeModuleId ?? moduleIds.at(-1);
  if (name === "veza-db" || id === undefined || !id.startsWith(source)) return `${name}.cjs`;
  return `${relative(source, id).replaceAll(/[\\/]/g, "-").replace(/\.ts$/, "")}.cjs`;
}

export async function bundle() {
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    input: { run: entry },
    cwd: root,
    platform: "node",
    transform: { target: "node20.19" },
    external: (id) => !/^[./\0]|^[A-Z]:\\/.test(id) && !id.startsWith("@oxc-project/runtime/"),
    plugins: [plugin],
    onLog(level, log) {
      // An import() of what is loaded anyway costs nothing.
      if (log.code === "INEFFECTIVE_DYNAMIC_IMPORT") return;
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await build.write({
    dir: folder,
    format: "cjs",
    comments: false,
    dynamicImportInCjs: true,
    sourcemap: true,
    entryFileNames: "[name].cjs",
    chunkFileNames: chunkName,
    codeSplitting: {
      groups: [{ name: "veza-db", test: (id) => hot.has(id) }],
    },
  });
  await build.close();
  for (const { fileName } of output) {
    if (fileName === "veza-db.cjs") finishMain(fileName);
    else if (fileName.endsWith(".map")) dropTexts(fileName);
  }
}

/**
 * The main chunk holds the bundler's few lines of its own, which would be one more file to look for, and is all ASCII:
 * V8 keeps such a text in half the memory, and reads it faster. The launcher lends it its import(). No line moves.
 */
function finishMain(fileName) {
  const file = join(folder, fileName);
  const runtime = readFileSync(join(folder, "rolldown-runtime.cjs"), "utf8").replaceAll(
    /^\/\/.*$|\s+/gm,
    " ",
  );
  const text = readFileSync(file, "utf8")
    .replaceAll(/\bimport\("([^".][^"]*)"\)/g, 'importPackage("$1")')
    .replace(
      'require("./rolldown-runtime.cjs")',
      () =>
        `((exports) => { ${runtime} return exports; })({}), importPackage = require.import ?? ((name) => import(name))`,
    );
  if (text.includes("String.raw")) throw new Error(`${fileName}: an escape would mean itself in String.raw`);
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  writeFileSync(file, text.replaceAll(/[^\0-\x7f]/g, escaped));
}

/** The maps keep the places, not the texts of the sources, which would double the package. */
function dropTexts(fileName) {
  const file = join(folder, fileName);
  const { sourcesContent: _, ...map } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(map));
}
