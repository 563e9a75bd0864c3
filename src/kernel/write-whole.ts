import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isSystemError } from "./error.ts";

/**
 * Writes a file whole, then renames it into place; a reader never sees half of it. Folders that lack are made. What comes in
 * pieces is never in memory as a whole.
 */
export function writeWhole(path: string, content: string | Iterable<string>, mode = 0o666): void {
  makeFolder(dirname(path));
  const draft = `${path}.${process.pid}.tmp`;
  try {
    if (typeof content === "string") writeFileSync(draft, content, { mode });
    else writePieces(draft, content, mode);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function writePieces(path: string, pieces: Iterable<string>, mode: number): void {
  const file = openSync(path, "w", mode);
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}

/** Keeps a state folder out of version control by a `.gitignore` of its own. */
export function keepOutOfGit(stateDir: string): void {
  const ignore = join(stateDir, ".gitignore");
  if (!existsSync(ignore)) writeWhole(ignore, "*\n");
}

/**
 * Makes a folder and those above it; gives those that were made, the outermost first. Node's own `recursive` never ends where a file system answers ENOENT to every
 * mkdir, as /proc does.
 */
export function makeFolder(path: string, mode = 0o777): string[] {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  const made: string[] = [];
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode });
      made.push(folder);
    } catch (error) {
      // Somebody else has made it meanwhile.
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
  return made;
}
