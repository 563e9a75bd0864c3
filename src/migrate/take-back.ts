import { VezaError, usageError } from "../kernel/error.ts";
import { readDirectives } from "../sql/directives.ts";
import type { Db } from "../postgres/connect.ts";
import { readHistoryRows, readStoredTexts } from "./history.ts";
import type { HistoryNames, HistoryRow, MigrationFile, MigrationFolder, Step } from "./model.ts";
import { performStep } from "./perform-step.ts";
import type { StepContext } from "./perform-step.ts";
import { poolerGuard, refuseSessionWork } from "./pooler.ts";
import { canCheckClient } from "./prepare-database.ts";
import type { Recording } from "./recording.ts";
import { surveyStep } from "./prepare.ts";
import { deleteSql, logSql } from "./record.ts";
import type { Applied, RunOptions } from "./run-options.ts";
import { withLock } from "./with-lock.ts";
import { readDownText } from "./read-files.ts";

export interface TakeBackWishes {
  /** How many migrations, the last applied first. */
  readonly steps?: number | undefined;
  /** The migration that stays the last one applied. */
  readonly to?: string | undefined;
}

/** Which migrations go, in the order in which they go: the last applied first, whatever their ids. */
export function planTakeBack(history: readonly HistoryRow[], wishes: TakeBackWishes): HistoryRow[] {
  const newestFirst = history.toReversed();
  if (wishes.to === undefined) return newestFirst.slice(0, wishes.steps ?? 1);
  const stop = newestFirst.findIndex(({ id }) => id === wishes.to);
  if (stop < 0) {
    throw usageError(
      "migrate.unknown-id",
      `${wishes.to} is not applied.`,
      "veza-db migrate status lists what is.",
    );
  }
  return newestFirst.slice(0, stop);
}

/** Reads how each of these migrations is taken back, and refuses the whole when one cannot be. */
export async function prepareTakeBack(
  db: Db,
  folder: MigrationFolder,
  names: HistoryNames,
  rows: readonly HistoryRow[],
): Promise<Step[]> {
  const stored = await readStoredTexts(
    db,
    names,
    rows.map(({ id }) => id),
  );
  const steps = rows.map((row) => {
    if (row.status === "partial") throw halfApplied(row);
    const file = folder.files.find(({ id }) => id === row.id);
    const onDisk = file === undefined ? undefined : readDownText(file);
    const text = onDisk ?? stored.find(({ id }) => id === row.id)?.downSql;
    if (text === undefined || text === null) throw noDown(row, folder);
    return downStep(row, folder, text);
  });
  for (const step of steps) {
    surveyStep(step);
    refuseSessionWork(db, step);
  }
  return steps;
}

/** Takes these migrations back, under the lock: what was planned, and not what another run has applied since. */
export async function takeBack(
  db: Db,
  folder: MigrationFolder,
  wishes: TakeBackWishes,
  ids: readonly string[],
  options: RunOptions,
): Promise<Applied[]> {
  return withLock(db, options, () => takeBackExactly(db, folder, wishes, ids, options));
}

/** The same where the lock is held already. */
export async function takeBackExactly(
  db: Db,
  folder: MigrationFolder,
  wishes: TakeBackWishes,
  ids: readonly string[],
  options: RunOptions,
): Promise<Applied[]> {
  const rows = planTakeBack(await readHistoryRows(db, options.names), wishes);
  if (rows.map(({ id }) => id).join() !== ids.join()) throw historyMoved(rows, options);
  const steps = await prepareTakeBack(db, folder, options.names, rows);
  const done: Applied[] = [];
  const context: StepContext = {
    ...options,
    direction: "down",
    done,
    checksClient: await canCheckClient(db),
    guardOf: (id) => poolerGuard(db, options.names, id, "down"),
  };
  for (const step of steps) {
    const record = (_statements: number, durationMs?: number): Recording => ({
      sql: `${deleteSql(options.names, step.file.id)}; ${logSql(options.names, step.file, "down", durationMs)}`,
    });
    const gone = await performStep(db, step, surveyStep(step), context, record);
    if (gone !== undefined) done.push(gone);
  }
  return done;
}

function historyMoved(rows: readonly HistoryRow[], { again }: RunOptions): VezaError {
  return new VezaError({
    code: "migrate.history-moved",
    ending: "refused",
    message: "Another run has changed the history since the plan was made.",
    detail: `Now this would be taken back: ${rows.map(({ id, name }) => `${id} ${name}`).join(", ") || "nothing"}.`,
    hint: again,
    state: "Nothing was changed.",
  });
}

function downStep(row: HistoryRow, folder: MigrationFolder, text: string): Step {
  const name = `${row.id}-${row.name}.down.sql`;
  const file: MigrationFile = {
    id: row.id,
    name: row.name,
    file: name,
    shown: `${folder.shownDir}/${name}`,
    path: `${folder.dir}/${name}`,
    checksum: row.checksum,
    bytes: Buffer.byteLength(text),
    downPath: undefined,
  };
  return {
    file,
    text,
    downText: undefined,
    directives: readDirectives(text, file.shown),
    isBegun: false,
    statementsDone: 0,
  };
}

function noDown({ id, name }: HistoryRow, { shownDir }: MigrationFolder): VezaError {
  return new VezaError({
    code: "migrate.no-down",
    ending: "refused",
    message: `${id} ${name} cannot be taken back: it has no .down.sql, and none was stored when it was applied.`,
    hint: `Write ${shownDir}/${id}-${name}.down.sql, or a new migration that undoes it: veza-db migrate new undo-${name}`,
    state: "Nothing was changed.",
    facts: { id },
  });
}

function halfApplied({ id, statementsDone, statementsTotal }: HistoryRow): VezaError {
  return new VezaError({
    code: "migrate.partial",
    ending: "refused",
    message: `${id} is half applied (${statementsDone} of ${statementsTotal} statements), so its .down.sql does not fit.`,
    hint: `Go on with it: veza-db migrate; or mend it by hand and say so: veza-db migrate resolve ${id} --pending`,
    state: "Nothing was changed.",
    facts: { id },
  });
}
