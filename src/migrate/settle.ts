import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VezaError, usageError } from "../kernel/error.ts";
import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { readHistory, readStoredTexts } from "./history.ts";
import type { History } from "./history.ts";
import { compareIds } from "./migration-id.ts";
import type { LedgerRow, MigrationFile, MigrationFolder } from "./model.ts";
import { planMigrations } from "./plan.ts";
import { ensureHistory } from "./prepare-database.ts";
import { readStep, surveyStep } from "./prepare.ts";
import { clashError } from "./refuse-problems.ts";
import { beginLocked } from "./pooler.ts";
import { tidyTransaction } from "./session.ts";
import { deleteSql, logSql, setSql } from "./record.ts";
import type { LoggedAction } from "./record.ts";
import type { RunOptions } from "./run-options.ts";
import { withLock } from "./with-lock.ts";

/** A migration about which a person has settled what the history is to say. */
export interface Settled {
  readonly id: string;
  readonly name: string;
}

/** Adopts an existing database: records every migration up to `id` as applied without running it. */
export async function baseline(
  db: Db,
  folder: MigrationFolder,
  id: string,
  options: RunOptions,
): Promise<Settled[]> {
  refuseClashes(folder);
  return withLock(db, options, async (history) => {
    const files = folder.files.filter((file) => compareIds(file.id, id) <= 0);
    refuseRows(history);
    await ensureHistory(db, options, history.exists);
    return record(db, files, "baseline", options, refuseRows);
  });
}

/** A baseline is for a database without any history. */
export function refuseRows({ rows }: History): void {
  if (rows.length === 0) return;
  throw new VezaError({
    code: "migrate.history-not-empty",
    ending: "refused",
    message: `The history is not empty (${rows.length === 1 ? "one migration" : `${rows.length} migrations`}); a baseline is for a database without any.`,
    hint: "veza-db migrate status",
    state: "Nothing was changed.",
  });
}

/** Says of a migration that it is applied as its file is now, whatever the history said. */
export async function recordAsApplied(
  db: Db,
  folder: MigrationFolder,
  id: string,
  action: Extract<LoggedAction, "resolve" | "repair">,
  options: RunOptions,
): Promise<Settled[]> {
  refuseClashes(folder);
  const files = folder.files.filter((file) => file.id === id);
  const check = ({ rows }: History): void => {
    const half = rows.find((row) => row.status === "partial" && row.id === id);
    if (action === "repair" && half !== undefined) throw halfApplied(half);
  };
  return withLock(db, options, async (history) => {
    check(history);
    await ensureHistory(db, options, history.exists);
    return record(db, files, action, options, check);
  });
}

/** Where two files share an id, nobody can say which one an id means. */
function refuseClashes({ files, clashes }: MigrationFolder): void {
  if (clashes.length > 0) throw clashError(planMigrations(files, clashes, []).problems);
}

function halfApplied({ id, statementsDone, statementsTotal }: LedgerRow): VezaError {
  return new VezaError({
    code: "migrate.partial",
    ending: "refused",
    message: `${id} is half applied (${statementsDone} of ${statementsTotal} statements): its file cannot be what was applied.`,
    hint: `Go on with it: veza-db migrate; or when it was finished by hand: veza-db migrate resolve ${id} --applied`,
    state: "Nothing was changed.",
    facts: { id },
  });
}

/** Takes a migration out of the history, so that it is pending; nothing is run. */
export async function recordAsPending(db: Db, id: string, options: RunOptions): Promise<Settled[]> {
  return withLock(db, options, async (history) => {
    const [stored] = history.exists ? await readStoredTexts(db, options.names, [id]) : [];
    if (stored === undefined) throw notRecorded(id);
    const migration = { id, name: stored.name };
    await change(db, [deleteSql(options.names, id), logSql(options.names, migration, "resolve")], options);
    return [migration];
  });
}

/** Writes a missing file out again from the text that was stored when it was applied; never over a file. */
export async function restoreFile(
  db: Db,
  folder: MigrationFolder,
  id: string,
  options: RunOptions,
): Promise<string> {
  const [stored] = await readStoredTexts(db, options.names, [id]);
  if (stored === undefined) throw notRecorded(id);
  const path = join(folder.dir, `${id}-${stored.name}.sql`);
  if (folder.files.some((file) => file.id === id) || existsSync(path)) {
    throw usageError(
      "migrate.file-exists",
      `The file of ${id} is there already.`,
      `veza-db migrate repair ${id}`,
    );
  }
  writeFileSync(path, stored.sqlContent, { flag: "wx" });
  if (stored.downSql !== null)
    writeFileSync(join(folder.dir, `${id}-${stored.name}.down.sql`), stored.downSql, { flag: "wx" });
  return path;
}

async function record(
  db: Db,
  files: readonly MigrationFile[],
  action: LoggedAction,
  options: RunOptions,
  check: (history: History) => void,
): Promise<Settled[]> {
  const { names } = options;
  const sql = files.flatMap((file) => {
    const step = readStep({ file, isBegun: false, statementsDone: 0 });
    return [setSql(names, step, surveyStep(step).statements), logSql(names, file, action)];
  });
  await change(db, sql, options, check);
  return files.map(({ id, name }) => ({ id, name }));
}

/**
 * Changes the history, all or nothing. Behind a pooler the lock is taken here, for the transaction, and `check` looks
 * again at the history, which another run may have changed since.
 */
async function change(
  db: Db,
  statements: readonly string[],
  options: RunOptions,
  check: (history: History) => void = () => {},
): Promise<void> {
  try {
    await beginLocked(db, options);
    if (db.facts.isPooled) check(await readHistory(db, options.names));
    await cancellable(db, options.signal, async () => {
      for (const statement of statements) await db.send(statement);
    });
    await db.send("COMMIT");
  } catch (error) {
    await tidyTransaction(db);
    throw error instanceof VezaError
      ? error
      : queryFailure(error, "changing the history").with({
          state: "Rolled back; the database is unchanged.",
        });
  }
}

function notRecorded(id: string): VezaError {
  return usageError(
    "migrate.unknown-id",
    `${id} is not in the history.`,
    "veza-db migrate status lists what is.",
  );
}
