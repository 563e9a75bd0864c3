/** Makes one backup: looks first, writes under a name that begins with a dot, proves it, and publishes by one rename. */
import { basename, join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../../kernel/error.ts";
import { toolVersion } from "../../kernel/version.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { describeCompression } from "../compression.ts";
import { hashTree, makeFolder, writeSynced } from "../files.ts";
import { sealVerifications, verificationOf } from "../keep-verification.ts";
import { draftName, fileNames, newBackupId, partialPrefix, placeOf } from "../layout.ts";
import type { Backup, Check, Manifest } from "../model.ts";
import { removeDraft } from "../prune/delete.ts";
import { seal } from "../seal.ts";
import { checkFiles } from "../verify/check-files.ts";
import { diskFull, isDiskFull, unpublished } from "./dump.ts";
import { prepare } from "./prepare.ts";
import type { CreatePorts, CreateRequest, Prepared } from "./prepare.ts";
import { publish } from "./publish.ts";
import { exportSnapshot } from "./snapshot.ts";
import { applicationNameOf } from "./sweep.ts";
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
    await makeFolder(draft);
    const { systemIdentifier, databaseOid } = cluster;
    await writeSynced(
      join(draft, draftName),
      JSON.stringify({ systemIdentifier, databaseOid, isStandby: db.facts.isStandby }),
    );
    const manifest = await fill(db, { id, draft, startedAt, begun, prepared, request, ports });
    await prove(draft, manifest, prepared, request, ports);
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
  /** By the clock that never goes back, ms. */
  readonly begun: number;
  readonly prepared: Prepared;
  readonly request: CreateRequest;
  readonly ports: CreatePorts;
}

/** Writes the dump and what goes with it into the draft; gives the manifest, which is not written yet. */
async function fill(db: Db, filling: Filling): Promise<Manifest> {
  const { id, draft, startedAt, begun, prepared, request, ports } = filling;
  const { cluster, clients, compression, properties } = prepared;
  const { contents, format, signal } = request;
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
  ports.working("Hashing …");
  const files = [
    ...(await hashTree(draft, names.dump, signal)),
    ...(await hashTree(draft, names.roles, signal)),
    ...(taken.hasCatalog ? await hashTree(draft, names.catalog, signal) : []),
  ];
  const finishedAt = new Date();
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
    finishedAt: finishedAt.toISOString(),
    durationMs: Math.round(performance.now() - begun),
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

/** Reads what was written, whole, and writes the manifest with the proof beside it. */
async function prove(
  draft: string,
  manifest: Manifest,
  { clients }: Prepared,
  { signal, isPinned }: CreateRequest,
  ports: CreatePorts,
): Promise<void> {
  ports.working("Reading the dump from end to end …");
  const checks = await checkFiles({
    base: draft,
    manifest,
    level: "read",
    restore: clients.restore,
    signal,
    hashes: false, // made a moment ago, of the same files
  });
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
