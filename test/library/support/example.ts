/** The example project as its reader would have it: the library installed from its package. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { cleanEnvironment } from "../../support/cli.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** TypeScript's compiler, to be run by Node. */
export const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Copies the example and installs the packed library into it; its other packages are linked from ours. */
export async function installExample(): Promise<string> {
  const folder = await mkdtemp(join(inject("run").folder, "example-"));
  await cp(join(root, "examples", "notes"), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (!name.startsWith(".")) await symlink(join(root, "node_modules", name), join(modules, name));
  }
  // Without the scripts: packing must not build anew under the other tests.
  const packed = await run(folder, "npm", [
    "pack",
    "--silent",
    "--ignore-scripts",
    "--pack-destination",
    folder,
    root,
  ]);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (packed.code !== 0 || tarball === undefined) throw new Error(`npm pack failed: ${packed.output}`);
  const unpacked = await run(folder, "tar", ["-xzf", tarball]);
  if (unpacked.code !== 0) throw new Error(`tar failed: ${unpacked.output}`);
  await rename(join(folder, "package"), join(modules, "veza-db"));
  return folder;
}

/** Runs a program to its end; both its streams in one text. */
export function run(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = start(cwd, program, args, env);
  let output = "";
  child.stdout?.on("data", (text: string) => (output += text));
  child.stderr?.on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

export function start(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(program, args, { cwd, env: cleanEnvironment(env), stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  return child;
}
