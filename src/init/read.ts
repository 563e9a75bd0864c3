import { lstatSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import type { CiService, Found, Templates } from "./model.ts";
import { projectPaths } from "./plan.ts";

/** Looks at the folder of a new project; it need not exist. `migrationsDir` is relative to it. */
export function readFolder(folder: string, migrationsDir: string, ci: CiService): Found {
  for (const name of [".", migrationsDir, "seeds", "queries", "partitions"])
    requireFolderOrNothing(join(folder, name));
  return {
    migrationsDir,
    hasMigrations: namesIn(join(folder, migrationsDir)).some((name) => name.toLowerCase().endsWith(".sql")),
    existing: new Set(projectPaths(ci).filter((path) => isThere(join(folder, path)))),
    gitignore: readText(join(folder, ".gitignore")),
  };
}

/** The texts of a new project's files, which lie beside this module. */
export function readTemplates(ci: CiService): Templates {
  const read = (name: string): string =>
    readFileSync(new URL(`./templates/${name}`, import.meta.url), "utf8");
  return {
    settings: read("veza-db.config.json"),
    environment: read("env.example"),
    migration: read("create-notes.sql"),
    migrationDown: read("create-notes.down.sql"),
    seeds: read("seeds.md"),
    queries: read("queries.md"),
    partitions: read("partitions.md"),
    ci: ci === "none" ? "" : read(`ci-${ci}.yml`),
  };
}

function requireFolderOrNothing(path: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    if (!isSystemError(error, "ENOTDIR")) throw unreadable(path, error);
    isFolder = false;
  }
  if (isFolder) return;
  throw usageError(
    "init.not-a-folder",
    `${path} is not a folder.`,
    "Name another folder: veza-db init <folder>",
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw unreadable(folder, error);
  }
}

/** True for a link that leads nowhere too: a file is not written over, nor through it. */
function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    // Where a file stands in the way of a folder, writing says so.
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw unreadable(path, error);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): VezaError {
  return new VezaError({
    code: "init.unreadable",
    ending: "environment",
    message: `${path} cannot be read.`,
    detail: messageOf(cause),
    hint: `ls -ld ${path}`,
    state: "Nothing was changed.",
    cause,
  });
}
