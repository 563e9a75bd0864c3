/** Room for one more database, where the server's disk is one that can be looked at from here. */
import { statfs } from "node:fs/promises";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { isFolderHere } from "../../postgres/server-folder.ts";
import type { ServerPlace } from "../../postgres/server-folder.ts";
import type { Backup } from "../model.ts";
import { ask } from "../read-database.ts";

interface DataPlace extends Omit<ServerPlace, "folder"> {
  readonly folder: string | null;
  readonly presentBytes: number | null;
}

/** A compressed dump is smaller than its database; of values that do not shrink it may be a little larger. */
const leastShare = 0.8;

/**
 * Refuses where not even the bytes of the dump are free; gives a warning where fewer are free than the present database
 * takes. Looks at nothing unless the server's own folder is on this machine.
 */
export async function requireServerRoom(
  admin: Db,
  { manifest }: Backup,
  database: string,
): Promise<string | undefined> {
  const [place] = await ask<DataPlace>(admin, "data-place", [database]);
  if (place?.folder == null) return undefined;
  const { folder } = place;
  if (!(await isFolderHere({ ...place, folder }))) return undefined;
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const needed = manifest.compression.startsWith("none") ? 0 : Math.floor(manifest.bytes * leastShare);
  if (free < needed) {
    throw new VezaError({
      code: "restore.no-room",
      ending: "environment",
      message: `There are ${free} bytes free where the server keeps its data, and the dump alone has ${manifest.bytes}.`,
      detail: folder,
      hint: "Make room there; restore --drop-old drops what earlier restores have put aside.",
      state: "Nothing was changed.",
      facts: { freeBytes: free, neededBytes: needed },
    });
  }
  if (place.presentBytes === null || free >= place.presentBytes) return undefined;
  return `There are ${free} bytes free where the server keeps its data, and the present database has ${place.presentBytes}: a second one may not fit.`;
}
