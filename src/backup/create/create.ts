/** Makes one backup: looks first, writes under a name that begins with a dot, proves it, and publishes by one rename. */
import { basename, join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../../kernel/error.ts";
import { toolVersion } from "../../kernel/version.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { describeCompression } from "../compression.ts";
import { makeSyncedFolder, ownFilesBelow, writeSynced } from "../files.ts";
import { hashFiles } from "../hash-files.ts";
import { sealVerifications, verificationOf } from "../keep-verification.ts";
import { draftName, fileNames, newBackupId, partialPrefix, placeOf } from "../layout.ts";
import type { Backup, BackupFile, Check, Manifest } from "../model.ts";
import { removeDraft } from "../prune/delete.ts";
import { seal } from "../seal.ts";
import { checkFiles } from "../verify/check-files.ts";
import { diskFull, isDiskFull, unpublished } from "./dump.ts";
import { prepare } from "./prepare.ts";
import type { CreatePorts, CreateRequest, Prepared } from "./prepare.ts";
import { publish } from "./publish.ts";
import { exportSnapshot } from "./snapshot.ts";
import { applicationNameOf, draftOf } from "./sweep.ts";
import { takeDown } from "./take-down.ts";

/**
 * Backs up the database that the session is in. The session holds the locks and the snapshot to the end; when it is
 * lost, nothing is published.
 */
export async function createBackup(db: Db, request: CreateRequest, ports: CreatePorts): Promise<Backup> {
  const prepared = await prepare(db, request, ports);
  const { cluster, folder } = prepared;
  const startedAt = new Date();
  const begun = performance.now(); // the clock may be put back meanwhile
  const id = newBackupId(startedAt);
  const draft = join(folder, `${partialPrefix}${id}`);
  try {
    await makeSyncedFolder(draft);
    await writeSynced(join(draft, draftName), JSON.stringify(draftOf(db, cluster)));
    const filled = await fill(db, { id, draft, startedAt, prepared, request, ports });
    const manifest = await prove(draft, filled, { prepared, request, ports, begun });
    await endSnapshot(db);
    request.signal.throwIfAborted();
    return await publish(draft, folder, manifest);
  } catch (error) {
    await removeDraft(draft);
    if (isSystemError(error, "ENOSPC", "EDQUOT") || isDiskFull(messageOf(error)))
      throw diskFull(messageOf(error));
    throw error instanceof VezaError && error.state === undefined
      ? error.with({ state: unpublished })
      : error;
  }
}

interface Filling {
  readonly id: string;
  readonly draft: string;
  readonly startedAt: Date;
  readonly prepared: Prepared;
  readonly request: CreateRequest;
  readonly ports: CreatePorts;
}

/** The manifest before the files are hashed and the end is known. */
type Unproven = Omit<Manifest, "files" | "finishedAt" | "durationMs"> & {
  readonly files: readonly Omit<BackupFile, "sha256">[];
};

/** Writes the dump and what goes with it into the draft; gives the manifest, which is not written yet. */
async function fill(db: Db, filling: Filling): Promise<Unproven> {
  const { id, draft, startedAt, prepared, request, ports } = filling;
  const { cluster, clients, compression, properties } = prepared;
  const { contents, format } = request;
  const names = fileNames(id, format);
  const snapshot = await exportSnapshot(db);
  const taken = await takeDown(db, {
    prepared,
    request,
    ports,
    snapshot,
    draft,
    names,
    applicationName: applicationNameOf(id),
  });
  const parts = [names.dump, names.roles, ...(taken.hasCatalog ? [names.catalog] : [])];
  const files = (await Promise.all(parts.map((part) => ownFilesBelow(draft, part)))).flat();
  return {
    schema: "veza-db/backup@1",
    id,
    database: cluster.database,
    databaseOid: cluster.databaseOid,
    systemIdentifier: cluster.systemIdentifier,
    server: { version: db.facts.version, major: db.facts.major, isStandby: db.facts.isStandby },
    tool: toolVersion(),
    programs: { pgDump: clients.dump.version, pgDumpMajor: clients.dump.major },
    startedAt: startedAt.toISOString(),
    format,
    compression: describeCompression(compression),
    snapshot,
    contents,
    tables: taken.tables,
    rows: taken.tables.reduce((sum, { rows }) => sum + rows, 0),
    largeObjects: taken.largeObjects,
    dataEntries: taken.dataEntries,
    properties,
    ...taken.needs,
    migrations: prepared.migrations,
    dump: names.dump,
    rolesFile: names.roles,
    hasRolePasswords: cluster.isSuperuser,
    catalogFile: taken.hasCatalog ? names.catalog : null,
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    previous: prepared.previous?.id ?? null,
  };
}

interface Proving {
  readonly prepared: Prepared;
  readonly request: CreateRequest;
  readonly ports: CreatePorts;
  /** When the run began, by the clock that never goes back, ms. */
  readonly begun: number;
}

/** Reads what was written, whole, hashes it meanwhile, and writes the manifest with the proof beside it. */
async function prove(
  draft: string,
  filled: Unproven,
  { prepared: { clients }, request: { signal, isPinned }, ports, begun }: Proving,
): Promise<Manifest> {
  ports.working("Hashing, and reading the dump from end to end …");
  const reading = {
    base: draft,
    manifest: filled,
    level: "read",
    restore: clients.restore,
    signal,
    hashes: false, // made meanwhile, of the same files
  } as const;
  // Both to their ends, whatever becomes of one: nothing may be at the files any more when they are removed.
  const [read, hashed] = await Promise.allSettled([
    checkFiles(reading),
    hashAll(draft, filled.files, signal),
  ]);
  if (read.status === "rejected") throw read.reason;
  if (hashed.status === "rejected") throw hashed.reason;
  const checks = read.value;
  const finishedAt = new Date();
  const manifest: Manifest = {
    ...filled,
    finishedAt: finishedAt.toISOString(),
    durationMs: Math.round(performance.now() - begun),
    files: hashed.value,
  };
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length > 0) throw unreadable(failed);
  const place = placeOf(draft, manifest.id, manifest.format);
  const inDraft = (path: string): string => join(draft, basename(path));
  await writeSynced(
    inDraft(place.verifications),
    sealVerifications([verificationOf("read", checks, new Date())]),
  );
  if (isPinned) await writeSynced(inDraft(place.pin), "");
  await writeSynced(inDraft(place.manifest), seal(manifest));
  return manifest;
}

async function hashAll(
  draft: string,
  files: Unproven["files"],
  signal: AbortSignal,
): Promise<readonly BackupFile[]> {
  const outcomes = await hashFiles(
    files.map(({ path }) => join(draft, path)),
    signal,
  );
  return files.map(({ path }, index) => {
    const outcome = outcomes[index] ?? { problem: "it was not read" };
    if ("problem" in outcome)
      throw unreadable([{ check: "hashes", ok: false, message: `${path}: ${outcome.problem}` }]);
    return { path, ...outcome };
  });
}

function unreadable(failed: readonly Check[]): VezaError {
  return new VezaError({
    code: "backup.unreadable",
    ending: "failed",
    message: "The dump that was just written cannot be read back.",
    detail: failed.map(({ check, message }) => `${check}: ${message}`).join("\n"),
    hint: "Look at the disk, then run veza-db backup again.",
    state: unpublished,
  });
}

/** The last thing asked of the session: if it is gone, so are the locks, and nobody knows what was dumped. */
async function endSnapshot(db: Db): Promise<void> {
  try {
    await db.send("COMMIT");
  } catch (error) {
    throw queryFailure(error, "holding the snapshot of the backup").with({ state: unpublished });
  }
}
