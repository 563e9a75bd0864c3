import { rename, rm, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import { syncFolder } from "../files.ts";
import { draftName, manifestName, placeOf } from "../layout.ts";
import type { Backup, Manifest } from "../model.ts";
import { removeDraft } from "../prune/delete.ts";
import { readBackup } from "../read-backups.ts";

/** Its parts lie side by side: the manifest comes last, and when it cannot come, the others go. */
async function publishPlain(draft: string, folder: string, { id, files }: Manifest): Promise<void> {
  const place = placeOf(folder, id, "plain");
  const parts = files.map(({ path }) => join(folder, path));
  try {
    for (const path of parts) await rename(join(draft, basename(path)), path);
    for (const path of [place.verifications, place.pin]) {
      await rename(join(draft, basename(path)), path).catch((error: unknown) => {
        if (!isSystemError(error, "ENOENT")) throw error; // not pinned
      });
    }
    await syncFolder(folder);
    await rename(join(draft, `${id}.${manifestName}`), place.manifest);
  } catch (error) {
    for (const path of [...parts, place.verifications, place.pin]) await rm(path, { force: true });
    throw error;
  }
  await removeDraft(draft);
}

/** From here on the backup has its name. */
export async function publish(draft: string, folder: string, manifest: Manifest): Promise<Backup> {
  const { id, format } = manifest;
  const place = placeOf(folder, id, format);
  await unlink(join(draft, draftName));
  await syncFolder(draft);
  if (format === "plain") await publishPlain(draft, folder, manifest);
  else await rename(draft, place.base);
  await syncFolder(folder);
  const backup = await readBackup(place);
  if ("manifest" in backup) return backup;
  throw new Error(`the backup that was just published cannot be read: ${backup.problem}`);
}
