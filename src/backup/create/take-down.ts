/** Everything that is read in the one snapshot: the dump, the counts, the roles and the schema as facts. */
import { join } from "node:path";
import { readCatalog } from "../../catalog/read.ts";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { dataOids, listArchive } from "../archive.ts";
import { packCatalog } from "../catalog-file.ts";
import { countRowsUnlocked } from "../count-rows.ts";
import { writeSynced } from "../files.ts";
import { hasWholeSchema, isWhole } from "../kind.ts";
import type { fileNames } from "../layout.ts";
import type { Manifest, TableRows } from "../model.ts";
import { countLargeObjects, readNeeds, readTables } from "../read-database.ts";
import type { DumpedTable } from "../read-database.ts";
import { dump, dumpRoles, unpublished } from "./dump.ts";
import { liftTimeLimits } from "./snapshot.ts";
import type { CreatePorts, CreateRequest, Prepared } from "./prepare.ts";

export interface TakingDown {
  readonly prepared: Prepared;
  readonly request: CreateRequest;
  readonly ports: CreatePorts;
  readonly snapshot: string;
  readonly draft: string;
  readonly names: ReturnType<typeof fileNames>;
  readonly applicationName: string;
}

export interface Taken {
  readonly tables: readonly TableRows[];
  readonly largeObjects: number | null;
  readonly dataEntries: number | null;
  readonly needs: Pick<Manifest, "extensions" | "roles" | "tablespaces">;
  readonly hasCatalog: boolean;
}

/** So often a session that only holds the snapshot is spoken to, lest something on the way forgets it. */
const beatMs = 30_000;

export async function takeDown(db: Db, taking: TakingDown): Promise<Taken> {
  const { ports, request } = taking;
  const isAll = isWhole(request.contents);
  const found = await readTables(db);
  // Of unlogged tables a standby has no rows.
  const tables = db.facts.isStandby ? found.filter(({ isUnlogged }) => !isUnlogged) : found;
  const needs = await readNeeds(db);
  const largeObjects = isAll ? await countLargeObjects(db) : null;
  const failing = new AbortController();
  const signal = AbortSignal.any([request.signal, failing.signal]);
  const together = [
    runDump(db, taking, signal),
    runRoles(db, taking, signal),
    isAll ? countRowsUnlocked(db, tables) : Promise.resolve<TableRows[]>([]),
    hasWholeSchema(request.contents) ? keepCatalog(taking) : Promise.resolve(false),
  ] as const;
  // The first that fails stops the others, and is what is told.
  let first: { readonly error: unknown } | undefined;
  for (const task of together) {
    task.catch((error: unknown) => {
      first ??= { error };
      failing.abort(error);
    });
  }
  const beat = setInterval(() => void db.send("SELECT").catch(() => {}), beatMs);
  try {
    ports.working("Dumping …");
    const [said, , counted, hasCatalog] = await Promise.all(together);
    if (said !== "") ports.warn(`pg_dump said: ${said}`);
    const listed = await listData(taking);
    if (isAll && listed !== undefined) refuseMissing(tables, listed);
    const rest = listed === undefined ? [] : tables.filter(({ oid }) => listed.has(oid));
    return {
      tables: isAll ? counted : await countRowsUnlocked(db, rest),
      largeObjects,
      dataEntries: listed?.size ?? null,
      needs,
      hasCatalog,
    };
  } catch (error) {
    await Promise.allSettled(together); // no child of ours is left when this returns
    throw first?.error ?? error;
  } finally {
    clearInterval(beat);
  }
}

function runDump(db: Db, taking: TakingDown, signal: AbortSignal): Promise<string> {
  const { prepared, request, snapshot, draft, names, applicationName } = taking;
  const { clients, compression, jobs } = prepared;
  const { contents, format, lockTimeoutMs } = request;
  return dump({
    client: clients.dump,
    target: db.target,
    applicationName,
    folder: draft,
    file: names.dump,
    format,
    compression,
    jobs,
    snapshot,
    contents,
    lockTimeoutMs,
    signal,
  });
}

function runRoles(db: Db, taking: TakingDown, signal: AbortSignal): Promise<void> {
  const { prepared, draft, names, applicationName } = taking;
  return dumpRoles({
    client: prepared.clients.dumpall,
    target: db.target,
    applicationName,
    folder: draft,
    file: names.roles,
    withPasswords: prepared.cluster.isSuperuser,
    signal,
  });
}

/** Read by a session of its own, in the same snapshot. */
async function keepCatalog({ draft, names, ports, prepared, snapshot }: TakingDown): Promise<boolean> {
  await using session = await ports.open();
  await liftTimeLimits(session);
  const catalog = await readCatalog(session, { migrators: [prepared.properties.owner], snapshot });
  await writeSynced(join(draft, names.catalog), await packCatalog(catalog));
  return true;
}

/** The oids of the tables whose rows are in the archive; undefined for plain text, which has no table of contents. */
async function listData({ prepared, request, draft, names }: TakingDown): Promise<Set<string> | undefined> {
  if (request.format === "plain") return undefined;
  const { entries, complaint } = await listArchive(
    prepared.clients.restore,
    join(draft, names.dump),
    request.signal,
  );
  if (entries === undefined) throw incomplete(`its table of contents cannot be read: ${complaint}`);
  return new Set(dataOids(entries));
}

/** Every table of the snapshot must be in the archive. */
function refuseMissing(tables: readonly DumpedTable[], listed: ReadonlySet<string>): void {
  const missing = tables.filter(({ oid }) => !listed.has(oid)).map(({ schema, name }) => `${schema}.${name}`);
  if (missing.length > 0) throw incomplete(`rows are missing of ${missing.slice(0, 10).join(", ")}`);
}

function incomplete(detail: string): VezaError {
  return new VezaError({
    code: "backup.incomplete",
    ending: "failed",
    message: "The dump does not hold what the database holds.",
    detail,
    hint: "Run veza-db backup again; tables may have been dropped while it ran.",
    state: unpublished,
  });
}
