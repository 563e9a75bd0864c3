/** Clears away what runs that were killed have left, under the lock that they would hold if they lived. */
import { readFile, readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { filesBelow } from "../files.ts";
import { draftName, fileNames, isBackupId, manifestName, partialPrefix, placeOf } from "../layout.ts";
import { finishDeletions } from "../prune/delete.ts";
import { exists } from "../read-backups.ts";
import { readManifest } from "../read-manifest.ts";
import { ask } from "../read-database.ts";
import type { Cluster } from "../read-database.ts";

/** Whose a draft is; the first thing that is written into its folder. */
export interface Draft {
  readonly systemIdentifier: string;
  readonly databaseOid: string;
  /** A standby has the primary's identifiers, and locks of its own. */
  readonly isStandby: boolean;
}

const patienceMs = 3_600_000;
/** A run that has written nothing for so long is dead, wherever it was. */
const longSilenceMs = 86_400_000;

/** The sessions of a run are known by this name on the server. */
export function applicationNameOf(id: string): string {
  return `veza-db backup ${id}`;
}

/** Gives the ids of the drafts that were cleared away. */
export async function sweepDrafts(db: Db, folder: string, cluster: Cluster): Promise<string[]> {
  const swept: string[] = [];
  if (!(await exists(folder))) return swept;
  for (const name of await readdir(folder)) {
    const id = name.startsWith(partialPrefix) ? name.slice(partialPrefix.length) : "";
    if (!isBackupId(id)) continue;
    const path = join(folder, name);
    const draft = await ownerOf(path);
    if (draft === undefined) {
      await removeEmpty(path);
      continue;
    }
    // Another cluster's draft may be alive: its lock is held elsewhere.
    if (draft.systemIdentifier !== cluster.systemIdentifier || draft.databaseOid !== cluster.databaseOid)
      continue;
    if (draft.isStandby !== db.facts.isStandby && !(await isSilent(path))) continue;
    await ask(db, "end-orphans", [applicationNameOf(id)]);
    await removeUnregistered(folder, id);
    await rm(path, { recursive: true, force: true });
    swept.push(id);
  }
  await finishDeletions(folder);
  return swept;
}

async function isSilent(folder: string): Promise<boolean> {
  const times = await Promise.all(
    [folder, ...(await filesBelow(folder))].map(async (path) => (await stat(path)).mtimeMs),
  );
  return Date.now() - Math.max(...times) > longSilenceMs;
}

/** Files of plain text that got their names, and no manifest. */
async function removeUnregistered(folder: string, id: string): Promise<void> {
  if (await exists(placeOf(folder, id, "plain").manifest)) return;
  const { dump, roles, catalog } = fileNames(id, "plain");
  for (const name of [dump, roles, catalog, `${id}.verified.json`, `${id}.pinned`])
    await rm(join(folder, name), { force: true });
}

/** At its last step a draft has its manifest already, and no more the file that said whose it is. */
async function ownerOf(folder: string): Promise<Draft | undefined> {
  const manifest = await readManifest(join(folder, manifestName));
  return "problem" in manifest
    ? readDraft(join(folder, draftName))
    : { ...manifest, isStandby: manifest.server.isStandby };
}

async function readDraft(path: string): Promise<Draft | undefined> {
  try {
    const draft: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof draft !== "object" || draft === null) return undefined;
    const { systemIdentifier, databaseOid, isStandby } = Object.fromEntries<unknown>(Object.entries(draft));
    return typeof systemIdentifier === "string" && typeof databaseOid === "string"
      ? { systemIdentifier, databaseOid, isStandby: isStandby === true }
      : undefined;
  } catch {
    return undefined; // not written yet, or cut short
  }
}

/** A draft that does not say whose it is was killed at its first step, or is at it now. */
async function removeEmpty(path: string): Promise<void> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs < patienceMs) return;
    await rm(join(path, draftName), { force: true });
    await rmdir(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST")) throw error;
  }
}
