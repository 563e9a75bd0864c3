/** The built tool, installed as npm would in a folder, PostgreSQL's package beside it without its links. */
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installedPackage, packageName } from "../../src/dev/package.ts";
import { parseLinks } from "../../src/dev/symlinks.ts";
import { readFile } from "node:fs/promises";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Whether PostgreSQL's npm package is here to be copied. */
export const hasPackage = (await installedPackage()) !== undefined;

/** Copies PostgreSQL's package and takes its links away, as if its install script had been blocked. */
export async function copyPackageWithoutLinks(packageDir: string): Promise<void> {
  const found = await installedPackage();
  if (found === undefined) throw new Error("the npm package of PostgreSQL is not installed");
  await mkdir(dirname(packageDir), { recursive: true });
  await cp(found.folder, packageDir, { recursive: true, verbatimSymlinks: true });
  const links = parseLinks(await readFile(join(packageDir, "native", "pg-symlinks.json"), "utf8"));
  for (const { path } of links) await rm(join(packageDir, path), { force: true });
}

/** Installs the tool in a folder; where its dist is, as a url. */
export async function installTool(folder: string): Promise<{ dist: string; packageDir: string }> {
  const modules = join(folder, "node_modules");
  const tool = join(modules, "veza-db");
  await mkdir(tool, { recursive: true });
  await cp(join(root, "dist"), join(tool, "dist"), { recursive: true });
  await cp(join(root, "package.json"), join(tool, "package.json"));
  await symlink(join(root, "node_modules", "execa"), join(modules, "execa"));
  const packageDir = join(modules, packageName() ?? "none");
  await copyPackageWithoutLinks(packageDir);
  return { dist: pathToFileURL(join(tool, "dist/")).href, packageDir };
}
