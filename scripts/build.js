// Compiles src/ to dist/ with plain tsc, copies the .sql texts beside their readers, so that paths stay true, and bundles
// the command line. dist/index.js is the library, dist/bundle/ what bin/veza-db.js runs.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
cpSync(join(root, "src"), join(root, "dist"), {
  recursive: true,
  filter: (path) => !path.endsWith(".ts"),
});
process.exitCode = status ?? 1;
if (status === 0) await bundle();
