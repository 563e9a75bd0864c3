// Compiles src/ to dist/ with plain tsc, then copies the .sql texts beside their readers,
// so that paths and stack traces stay true.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

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
