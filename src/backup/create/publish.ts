import { rename, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import { syncFolder } from "../files.ts";
import { draftName, manifestName, placeOf } from "../layout.ts";
import type { Backup, Manifest } from "../model.ts";
import { removeDraft } from "../prune/delete.ts";
import { readBackup } from "../read-backups.ts";

/** From here on the backup has its name. */
export async function publish(draft: string, folder: string, manifest: Manifest): Promise<Backup> {
  const { id, format, files } = manifest;
  const place = placeOf(folder, id, format);
  await unlink(join(draft, draftName));
  await syncFolder(draft);
  if (format === "plain") {
    for (const { path } of files) await rename(join(draft, path), join(folder, path));
    for (const path of [place.verifications, place.pin]) {
      await rename(join(draft, basename(path)), path).catch((error: unknown) => {
        if (!isSystemError(error, "ENOENT")) throw error; // not pinned
      });
    }
    await syncFolder(folder);
    await rename(join(draft, `${id}.${manifestName}`), place.manifest);
    await removeDraft(draft);
  } else {
    await rename(draft, place.base);
  }
  await syncFolder(folder);
  const backup = await readBackup(place);
  if ("manifest" in backup) return backup;
  throw new Error(`the backup that was just published cannot be read: ${backup.problem}`);
}
