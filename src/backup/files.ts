/** Files that must be there after a power cut: written, synced, renamed; and the hashes of what others wrote. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isSystemError } from "../kernel/error.ts";
import { makeFolder } from "../kernel/write-whole.ts";
import type { BackupFile } from "./model.ts";

const pieceBytes = 1024 * 1024;

/** Writes a new file and waits until the disk has it. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Writes a file whole under another name, then renames it into place. */
export async function replaceSynced(path: string, content: string): Promise<void> {
  const draft = join(dirname(path), `.${process.pid}-${Date.now().toString(36)}.tmp`);
  try {
    await writeSynced(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Waits until the disk has the names in a folder. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems cannot sync a folder; they have no other way either.
    if (!isSystemError(error, "EINVAL", "EPERM", "ENOTSUP", "EISDIR")) throw error;
  } finally {
    await folder.close();
  }
}

/** Makes a folder with those above it, and has the disk know each that is new. */
export async function makeSyncedFolder(path: string): Promise<void> {
  for (const made of makeFolder(path, 0o700).toReversed()) await syncFolder(dirname(made));
}

/** SHA-256 of a file, and how many bytes went into it. */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = createReadStream(path, {
    highWaterMark: pieceBytes,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) throw new Error("a file was read as text");
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Every file below a path (or the file itself) with its size; their owner alone may read them afterwards. */
export async function ownFilesBelow(base: string, path: string): Promise<Omit<BackupFile, "sha256">[]> {
  const files: Omit<BackupFile, "sha256">[] = [];
  for (const file of await filesBelow(join(base, path))) {
    await chmod(file, 0o600);
    files.push({ path: relative(base, file), bytes: (await stat(file)).size });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The paths of all files below a folder, or the path itself where it is a file. */
export async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
