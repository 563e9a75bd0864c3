/** Restores into a database that is in use, in one transaction: all of it or nothing. */
import { VezaError, usageError } from "../../kernel/error.ts";
import type { HistoryNames } from "../../migrate/model.ts";
import type { Db } from "../../postgres/connect.ts";
import { join } from "node:path";
import { findClient } from "../clients.ts";
import { countRows } from "../count-rows.ts";
import { lockBackup } from "../create/lock.ts";
import type { Backup, Check } from "../model.ts";
import { ask, readTables } from "../read-database.ts";
import { advanceSequences } from "./advance-sequences.ts";
import { checkDatabase } from "./check-database.ts";
import { failureHint } from "./fill.ts";
import { gatherStatisticsBy } from "./gather-statistics.ts";
import { loadArchive, setsUnknown } from "./load.ts";
import { withPatience } from "./patience.ts";
import { afterReferenced } from "./tables.ts";
import type { TableName } from "./tables.ts";

export interface InPlaceRequest {
  readonly backup: Backup;
  readonly withRoles: boolean;
  readonly withRows: boolean;
  readonly onlyTables: readonly { readonly schema: string; readonly name: string }[] | undefined;
  readonly more: readonly string[];
  readonly migrations: HistoryNames;
  readonly lockWaitMs: number;
  readonly programs: string | undefined;
  readonly signal: AbortSignal;
}

const applicationName = "veza-db restore";

/** Takes the locks of migrations and backups, and looks whether the tables to be filled are there and empty. */
export async function prepareInPlace(db: Db, request: InPlaceRequest): Promise<void> {
  const { backup, onlyTables, signal } = request;
  const { pgDump, pgDumpMajor } = backup.manifest.programs;
  if (backup.manifest.format === "plain") {
    throw usageError(
      "restore.in-place-plain",
      "--in-place needs an archive: plain text cannot take away what is there.",
      "Leave --in-place out: the database is then replaced by a restored one.",
    );
  }
  if (setsUnknown({ major: pgDumpMajor }, db.facts.major)) {
    throw new VezaError({
      code: "restore.in-place-newer",
      ending: "refused",
      message: `The dump was made by pg_dump ${pgDump}, whose pg_restore cannot fill a database of PostgreSQL ${db.facts.major} in one transaction.`,
      detail: "It sets transaction_timeout, which servers before 17 do not know.",
      hint: "Leave --in-place out: the database is then replaced by a restored one.",
      state: "Nothing was changed.",
    });
  }
  await lockBackup(db, {
    migrations: request.migrations,
    waitMs: request.lockWaitMs,
    signal,
    onWait: () => {},
  });
  if (onlyTables !== undefined) await requireEmpty(db, onlyTables);
}

async function requireEmpty(
  db: Db,
  wanted: readonly { readonly schema: string; readonly name: string }[],
): Promise<void> {
  const found = await readTables(db);
  const missing = wanted.filter(
    ({ schema, name }) => !found.some((table) => table.schema === schema && table.name === name),
  );
  const full = missing.length > 0 ? [] : (await countRows(db, wanted)).filter(({ rows }) => rows > 0);
  if (missing.length + full.length === 0) return;
  const shown = [
    ...missing.map(({ schema, name }) => `${schema}.${name} is not there`),
    ...full.map(({ schema, name, rows }) => `${schema}.${name} has ${rows} rows`),
  ];
  throw new VezaError({
    code: "restore.target-not-empty",
    ending: "refused",
    message: "--in-place --table fills tables that are there and empty.",
    detail: shown.join("\n"),
    hint: "Restore the tables beside it with --into <name>, and copy what is needed.",
    state: "Nothing was changed.",
  });
}

/** The tables, each after those of them that its foreign keys point to. */
export async function inForeignKeyOrder(db: Db, tables: readonly TableName[]): Promise<readonly TableName[]> {
  const found = await ask<{ fromSchema: string; fromName: string; toSchema: string; toName: string }>(
    db,
    "references",
  );
  const references = found.map(({ fromSchema, fromName, toSchema, toName }) => ({
    from: { schema: fromSchema, name: fromName },
    to: { schema: toSchema, name: toName },
  }));
  return afterReferenced(tables, references);
}

/** Gives the checks, which can be made only once all is committed. */
export async function restoreInPlace(db: Db, request: InPlaceRequest): Promise<readonly Check[]> {
  const { backup, more, onlyTables, withRoles, withRows, programs, signal } = request;
  const { manifest, place } = backup;
  const unchanged = `Rolled back; the database "${db.target.database}" is as it was.`;
  const restore = await findClient({
    name: "pg_restore",
    atLeast: manifest.programs.pgDumpMajor,
    folder: programs,
    because: `the dump was made by pg_dump ${manifest.programs.pgDump}`,
  });
  try {
    await withPatience(db, { applicationName, waitMs: request.lockWaitMs, signal }, (patient) =>
      loadArchive({
        restore,
        path: join(place.base, manifest.dump),
        target: db.target,
        applicationName,
        serverMajor: db.facts.major,
        jobs: 1,
        isSingleTransaction: true,
        withOwner: withRoles,
        withPrivileges: withRoles,
        more: [...more, ...(onlyTables === undefined ? ["--clean", "--if-exists"] : ["--data-only"])],
        hint: failureHint(manifest.server.major, db.facts.major) ?? "veza-db backup verify --level read",
        signal: patient,
      }),
    );
  } catch (error) {
    throw error instanceof VezaError ? error.with({ state: unchanged }) : error;
  }
  if (onlyTables !== undefined) await advanceSequences(db, onlyTables);
  const checks = await checkDatabase(db, {
    base: place.base,
    manifest,
    withRoles,
    withRows,
    withSettings: false,
    ...(onlyTables === undefined ? {} : { onlyTables }),
  });
  await gatherStatisticsBy(db, signal);
  return checks;
}
