/** Clears away what runs that were killed have left, under the lock that they would hold if they lived. */
import { readFile, readdir, rm, rmdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
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
  /** So has a copy of the cluster. Undefined in drafts of earlier versions, and in the last moment of any. */
  readonly server?: DraftServer | undefined;
}

/** Which server it was, by either of the two: a server is started again, and is known by several names. */
export interface DraftServer {
  readonly startedAt: string;
  /** The machine that the backup runs on, and how the server is reached from there. */
  readonly from: string;
}

export function draftOf(db: Db, { systemIdentifier, databaseOid, startedAt }: Cluster): Draft {
  const { host, port } = db.target;
  const server = { startedAt, from: `${hostname()} ${host}:${port}` };
  return { systemIdentifier, databaseOid, isStandby: db.facts.isStandby, server };
}

/** Whether the lock of whoever wrote the one draft is the lock of whoever would write the other. */
function haveOneLock(a: Draft, b: Draft): boolean {
  if (a.isStandby !== b.isStandby) return false;
  if (a.server === undefined || b.server === undefined) return true;
  return a.server.startedAt === b.server.startedAt || a.server.from === b.server.from;
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
  const own = draftOf(db, cluster);
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
    if (!haveOneLock(draft, own) && !(await isSilent(path))) continue;
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
  if ("problem" in manifest) return readDraft(join(folder, draftName));
  const { systemIdentifier, databaseOid, server } = manifest;
  return { systemIdentifier, databaseOid, isStandby: server.isStandby };
}

async function readDraft(path: string): Promise<Draft | undefined> {
  try {
    const draft: unknown = JSON.parse(await readFile(path, "utf8"));
    const { systemIdentifier, databaseOid, isStandby, server } = fieldsOf(draft);
    return typeof systemIdentifier === "string" && typeof databaseOid === "string"
      ? { systemIdentifier, databaseOid, isStandby: isStandby === true, server: readServer(server) }
      : undefined;
  } catch {
    return undefined; // not written yet, or cut short
  }
}

function readServer(found: unknown): DraftServer | undefined {
  const { startedAt, from } = fieldsOf(found);
  return typeof startedAt === "string" && typeof from === "string" ? { startedAt, from } : undefined;
}

function fieldsOf(found: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries<unknown>(Object.entries(Object(found)));
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
