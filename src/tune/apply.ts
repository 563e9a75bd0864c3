import { VezaError, messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { describeTarget } from "../postgres/target.ts";
import { journalSchema, newJournalId, writeJournal } from "./journal.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import type { Change, Outcome } from "./model.ts";
import { readConfiguration } from "./read.ts";
import type { Configuration } from "./read.ts";
import { autoValue, standingOf } from "./standing.ts";
import { brokenLines } from "./validate.ts";
import { reload, reloadAndRead, writeFailure, writeSetting } from "./write.ts";

export interface ApplyPorts {
  /** Where journals lie. */
  readonly folder: string;
  readonly reconnect: () => Promise<Db>;
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface Applied {
  readonly id: string;
  readonly outcomes: readonly Outcome[];
}

/** Journals belong to a cluster: by its own number, else by its address. */
export function clusterOf(db: Db, { server }: Pick<Configuration, "server">): string {
  return server.systemIdentifier ?? `${db.target.host}:${db.target.port}`;
}

/**
 * Writes the changes, one by one, after a journal of what stood there before, and looks in a new session at what took
 * effect. What fails in the middle is taken back; a run that is killed is taken back by `undo`.
 */
export async function applyChanges(
  db: Db,
  configuration: Configuration,
  changes: readonly Change[],
  ports: ApplyPorts,
): Promise<Applied> {
  const journal: Journal = {
    schema: journalSchema,
    id: newJournalId(),
    state: "applying",
    cluster: clusterOf(db, configuration),
    server: describeTarget(db.target),
    version: configuration.server.version,
    startedAt: new Date().toISOString(),
    finishedAt: null,
    settings: changes.map(({ name, recommended, recommendedText }) => ({
      name,
      before: autoValue(configuration.lines, name),
      after: recommendedText,
      wanted: recommended,
    })),
  };
  writeJournal(ports.folder, journal);
  let now: Configuration;
  try {
    for (const { name, after } of journal.settings) {
      stopIfAsked(ports.signal);
      ports.tell(`ALTER SYSTEM SET ${name} = ${after}`);
      await writeSetting(db, name, after);
    }
    stopIfAsked(ports.signal);
    await refuseUnusable(db, journal);
    now = await reloadAndRead(db, ports.reconnect);
  } catch (error) {
    throw await takeBack(db, journal, ports, error);
  }
  finish(ports.folder, journal, "applied");
  return { id: journal.id, outcomes: journal.settings.map((entry) => standingOf(entry, now)) };
}

function stopIfAsked(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new VezaError({
    code: "cli.interrupted",
    ending: signal.reason === "SIGTERM" ? "terminated" : "interrupted",
    message: "Stopped while the settings were written.",
  });
}

/** A line that the server would not take at the next start is better found now. */
async function refuseUnusable(db: Db, { settings }: Journal): Promise<void> {
  const written = await readConfiguration(db);
  const ours = brokenLines(written.lines ?? [], written.settings).filter(({ name }) =>
    settings.some((entry) => entry.name === name),
  );
  if (ours.length === 0) return;
  throw new VezaError({
    code: "tune.not-taken",
    ending: "failed",
    message: "The server cannot use what was written.",
    detail: ours.map(({ name, value, error }) => `${name ?? ""} = ${value ?? ""}: ${error ?? ""}`).join("\n"),
    hint: 'psql -c "SELECT * FROM pg_file_settings WHERE error IS NOT NULL"',
  });
}

/** The earlier values again, all of them: a setting that was not reached has them still. */
async function takeBack(db: Db, journal: Journal, ports: ApplyPorts, error: unknown): Promise<VezaError> {
  const failure = writeFailure(error);
  try {
    if (db.isAlive) await restore(db, journal.settings);
    else {
      await using again = await ports.reconnect();
      await restore(again, journal.settings);
    }
  } catch (second) {
    return failure.with({
      detail: [failure.detail, `Taking the earlier values back failed too: ${messageOf(second)}`]
        .filter((line) => line !== undefined)
        .join("\n"),
      hint: `veza-db tune undo ${journal.id}`,
      state: `Some settings may be written; ${journal.id} in the journal says what stood there before.`,
    });
  }
  finish(ports.folder, journal, "taken back");
  return failure.with({ state: "The earlier values are back." });
}

/** By what no signal cancels, since a signal may be why. */
async function restore(db: Db, entries: readonly JournalEntry[]): Promise<void> {
  for (const { name, before } of entries) await writeSetting(db, name, before);
  await reload(db);
}

/** Says in the journal how the run ended. */
export function finish(folder: string, journal: Journal, state: Journal["state"]): void {
  writeJournal(folder, { ...journal, state, finishedAt: new Date().toISOString() });
}
