/** The backups below a root, as far as names, sizes and what is written beside them tell. Nothing is read whole. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareText } from "../kernel/compare.ts";
import { isSystemError } from "../kernel/error.ts";
import { isBackupId, manifestName, placeOf } from "./layout.ts";
import { levels } from "./model.ts";
import type { Backup, BackupPlace, BrokenBackup, Manifest, Verification } from "./model.ts";
import { readManifest, readVerifications } from "./read-manifest.ts";

export interface BackupsFound {
  /** Oldest first. */
  readonly backups: readonly Backup[];
  readonly broken: readonly BrokenBackup[];
}

/** All backups below the root. A root that is not there holds none. */
export async function readBackups(root: string): Promise<BackupsFound> {
  const found: BackupsFound[] = [];
  for (const name of await namesIn(root)) {
    if (name.startsWith(".")) continue;
    found.push(await readDatabaseFolder(join(root, name)));
  }
  return {
    backups: found.flatMap(({ backups }) => backups).toSorted((a, b) => compareText(a.id, b.id)),
    broken: found.flatMap(({ broken }) => broken).toSorted((a, b) => compareText(a.id, b.id)),
  };
}

/** The backups in the folder of one database. */
export async function readDatabaseFolder(folder: string): Promise<BackupsFound> {
  const backups: Backup[] = [];
  const broken: BrokenBackup[] = [];
  const add = async (id: string, place: BackupPlace): Promise<void> => {
    const found = await readBackup(place);
    if ("manifest" in found && found.id === id) backups.push(found);
    else {
      const problem = "manifest" in found ? "its manifest is of another backup" : found.problem;
      broken.push({ id, path: place.path, folder, problem });
    }
  };
  const plain = `.${manifestName}`;
  for (const name of (await namesIn(folder)).toSorted()) {
    if (isBackupId(name)) await add(name, placeOf(folder, name, "directory"));
    else if (name.endsWith(plain) && isBackupId(name.slice(0, -plain.length))) {
      const id = name.slice(0, -plain.length);
      await add(id, placeOf(folder, id, "plain"));
    }
  }
  return { backups, broken };
}

/** The backup whose parts lie there, or why there is none. */
export async function readBackup(place: BackupPlace): Promise<Backup | { readonly problem: string }> {
  const manifest = await readManifest(place.manifest);
  if ("problem" in manifest) return manifest;
  const verifications = await readVerifications(place.verifications);
  const failed = standingFailure(verifications);
  const problem =
    (await missingPart(place, manifest)) ??
    (failed === undefined ? undefined : `it failed its verification: ${failed.failed.join("; ")}`);
  return {
    id: manifest.id,
    place,
    manifest,
    problem,
    isPinned: await exists(place.pin),
    verifications,
  };
}

/** The last verification that failed, unless one of the same level or a higher one went well since. */
export function standingFailure(verifications: readonly Verification[]): Verification | undefined {
  return verifications.findLast(
    ({ ok, level }, index) =>
      !ok &&
      !verifications
        .slice(index + 1)
        .some((later) => later.ok && levels.indexOf(later.level) >= levels.indexOf(level)),
  );
}

/** The first file that is gone or of another size. */
async function missingPart(place: BackupPlace, { files }: Manifest): Promise<string | undefined> {
  for (const { path, bytes } of files) {
    try {
      const { size } = await stat(join(place.base, path));
      if (size !== bytes) return `${path} has ${size} bytes, not ${bytes}`;
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ENOTDIR", "EACCES", "EIO")) throw error;
      return `${path} is missing`;
    }
  }
  return undefined;
}

/** The last time when a backup was proven to be whole: by its hashes at least. */
export function verifiedAt({ verifications }: Pick<Backup, "verifications">): string | undefined {
  return verifications.findLast(({ ok, level }) => ok && level !== "list")?.at;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}
