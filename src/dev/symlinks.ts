/**
 * An npm package cannot hold symbolic links, so the packages of PostgreSQL bring a list of them and make them in an
 * install script. Where the package manager blocked that script, we make them.
 */
import { lstat, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import { isSystemError } from "../kernel/error.ts";

export interface Link {
  /** Where the link lies, and what it points to, both relative to the package's folder. */
  readonly path: string;
  readonly target: string;
}

/** The links that a package wants and does not have. */
export async function missingLinks(packageDir: string): Promise<Link[]> {
  const wanted = parseLinks(
    await readFile(join(packageDir, "native", "pg-symlinks.json"), "utf8").catch(() => "[]"),
  );
  const present = await Promise.all(wanted.map(({ path }) => exists(join(packageDir, path))));
  return wanted.filter((_, index) => present[index] === false);
}

/** Makes links; another process may be making the same ones. */
export async function makeLinks(packageDir: string, links: readonly Link[]): Promise<void> {
  for (const { path, target } of links) {
    const file = join(packageDir, path);
    await mkdir(dirname(file), { recursive: true });
    try {
      await symlink(relative(dirname(path), target), file);
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
}

/** The package's list: `source` is the file, `target` the link. Entries that leave the package are not followed. */
export function parseLinks(text: string): Link[] {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry: unknown) => {
    const fields = new Map<string, unknown>(
      Object.entries(typeof entry === "object" && entry !== null ? entry : {}),
    );
    const [path, target] = [fields.get("target"), fields.get("source")];
    return isInside(path) && isInside(target) ? [{ path: normalize(path), target: normalize(target) }] : [];
  });
}

function isInside(path: unknown): path is string {
  return typeof path === "string" && !isAbsolute(path) && normalize(path).startsWith("native/");
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
