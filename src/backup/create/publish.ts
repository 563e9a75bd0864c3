import { rename, rm, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../../kernel/error.ts";
import { syncFolder } from "../files.ts";
import { draftName, manifestName, placeOf } from "../layout.ts";
import type { Backup, Manifest } from "../model.ts";
import { removeDraft } from "../prune/delete.ts";
import { readBackup } from "../read-backups.ts";
import { diskFull, isDiskFull } from "./dump.ts";

/** Takes the name back; the draft stays for the caller to remove. */
type TakeBack = () => Promise<void>;

/** Its parts lie side by side: the manifest comes last, and when it cannot come, the others go. */
async function publishPlain(draft: string, folder: string, { id, files }: Manifest): Promise<TakeBack> {
  const place = placeOf(folder, id, "plain");
  const parts = files.map(({ path }) => join(folder, path));
  const takeBack = async (): Promise<void> => {
    // The manifest first: without it the others are nothing.
    for (const path of [place.manifest, ...parts, place.verifications, place.pin])
      await rm(path, { force: true });
  };
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
    await takeBack();
    throw error;
  }
  return takeBack;
}

async function publishFolder(draft: string, base: string): Promise<TakeBack> {
  await rename(draft, base);
  return () => rename(base, draft);
}

/** From here on the backup has its name. Where the disk does not take it, the name is taken back. */
export async function publish(draft: string, folder: string, manifest: Manifest): Promise<Backup> {
  const { id, format } = manifest;
  const place = placeOf(folder, id, format);
  await unlink(join(draft, draftName));
  await syncFolder(draft);
  const takeBack = await (format === "plain"
    ? publishPlain(draft, folder, manifest)
    : publishFolder(draft, place.base));
  try {
    await syncFolder(folder);
  } catch (error) {
    await takeBack().catch((failure: unknown) => {
      throw uncertain(place.path, error, failure);
    });
    throw notSynced(error);
  }
  if (format === "plain") await removeDraft(draft);
  const backup = await readBackup(place);
  if ("manifest" in backup) return backup;
  throw new Error(`the backup that was just published cannot be read: ${backup.problem}`);
}

function notSynced(error: unknown): VezaError {
  const said = messageOf(error);
  if (isDiskFull(said)) return diskFull(said);
  return new VezaError({
    code: "backup.not-synced",
    ending: "failed",
    message: "The disk did not take the name of the backup.",
    detail: said,
    hint: "Look at the disk, then run veza-db backup again.",
    cause: error,
  });
}

/** A disk that takes neither. */
function uncertain(path: string, error: unknown, failure: unknown): VezaError {
  return new VezaError({
    code: "backup.not-synced",
    ending: "failed",
    message: "The disk did not take the name of the backup, and the name could not be taken back.",
    detail: `${messageOf(error)}\n${messageOf(failure)}`,
    hint: "Look at the disk, then: veza-db backup verify --level hash",
    state: `${path} may be there, and may be gone after a power cut; earlier backups are as they were.`,
    cause: error,
  });
}
