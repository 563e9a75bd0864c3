/** Deletes backups: what is going loses its name first, so that nothing half deleted looks like a backup. */
import { readdir, rename, rm, rmdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import { filesBelow, syncFolder } from "../files.ts";
import { deletingPrefix, isBackupId, manifestName } from "../layout.ts";
import type { Backup, BackupPlace, Manifest } from "../model.ts";
import { readManifest } from "../read-manifest.ts";

/** What lies in a backup's folder and is none of its files. Plain text lies among others: nothing can be said there. */
export async function unknownFiles({ place, manifest }: Backup): Promise<string[]> {
  if (manifest.format === "plain") return [];
  const known = new Set(ownFiles(place, manifest));
  return (await filesBelow(place.base)).filter((file) => !known.has(file));
}

/** Deletes a backup's own files, the manifest last. */
export async function deleteBackup({ id, place, manifest }: Backup): Promise<void> {
  if (manifest.format === "plain") {
    const going = join(place.base, `${deletingPrefix}${id}.${manifestName}`);
    await rename(place.manifest, going);
    await syncFolder(place.base);
    await removeFiles([...ownFiles(place, manifest), going]);
    return;
  }
  const parent = dirname(place.base);
  const going = join(parent, `${deletingPrefix}${basename(place.base)}`);
  await rename(place.base, going);
  await syncFolder(parent);
  await removeFolder(going, manifest);
}

/** Goes on with deletions that were cut short. */
export async function finishDeletions(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(deletingPrefix)) continue;
    const rest = name.slice(deletingPrefix.length);
    const path = join(folder, name);
    if (isBackupId(rest)) {
      const manifest = await readManifest(join(path, manifestName));
      await removeFolder(path, "problem" in manifest ? undefined : manifest);
    } else if (rest.endsWith(`.${manifestName}`) && isBackupId(rest.slice(0, -manifestName.length - 1))) {
      const manifest = await readManifest(path);
      if ("problem" in manifest) continue;
      const stem = join(folder, manifest.id);
      await removeFiles([
        ...manifest.files.map((file) => join(folder, file.path)),
        `${stem}.verified.json`,
        `${stem}.pinned`,
        path,
      ]);
    }
  }
}

function ownFiles(place: BackupPlace, manifest: Manifest): string[] {
  const files = manifest.files.map(({ path }) => join(place.base, path));
  return [...files, place.verifications, place.pin, place.manifest];
}

/** The known files, the manifest last, then the folders that are empty now. Without a manifest only empty folders go. */
async function removeFolder(folder: string, manifest: Manifest | undefined): Promise<void> {
  const files = manifest?.files.map(({ path }) => path) ?? [];
  const beside = manifest === undefined ? [] : ["verified.json", "pinned", manifestName];
  await removeFiles([...files, ...beside].map((path) => join(folder, path)));
  const inner = [...new Set(files.map((path) => dirname(path)))].filter((path) => path !== ".");
  for (const path of [
    ...inner.toSorted((a, b) => b.length - a.length).map((path) => join(folder, path)),
    folder,
  ]) {
    try {
      await rmdir(path);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
    }
  }
}

async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await unlink(path);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
    }
  }
}

/** Removes a draft that came to nothing. */
export async function removeDraft(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
