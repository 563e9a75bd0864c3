/** What was changed, written before it is: `.veza/tune/<id>.json`, readable by its owner alone. */
import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { VezaError, messageOf } from "../kernel/error.ts";
import { makeFolder, keepOutOfGit } from "../kernel/write-whole.ts";

export const journalSchema = "veza-db/tune-journal@1";

/** `applying`: begun and not ended, whatever became of the run. */
export type JournalState = "applying" | "applied" | "taken back" | "undone";

export interface JournalEntry {
  readonly name: string;
  /** What stood in postgresql.auto.conf, as it stood there; null: nothing did. */
  readonly before: string | null;
  /** What was written. */
  readonly after: string;
  /** The same as pg_settings has it. */
  readonly wanted: string;
}

export interface Journal {
  readonly schema: typeof journalSchema;
  readonly id: string;
  readonly state: JournalState;
  /** The cluster's own number, else its address. */
  readonly cluster: string;
  /** user@host:port/database, for people. */
  readonly server: string;
  readonly version: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly settings: readonly JournalEntry[];
}

/** `20260102T030405Z-1a2b3c4d`: to the second in the order of time; which of two came first `startedAt` says. */
export function newJournalId(now = new Date()): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${randomBytes(4).toString("hex")}`;
}

/** Writes it whole and on disk before it returns: what follows can be taken back after any crash. */
export function writeJournal(folder: string, journal: Journal): void {
  const file = journalFile(folder, journal.id);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    // The state folder stays open: the embedded server may run as another account.
    keepOutOfGit(dirname(folder));
    makeFolder(folder, 0o700);
    const descriptor = openSync(draft, "w", 0o600);
    try {
      writeSync(descriptor, `${JSON.stringify(journal, undefined, 2)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    chmodSync(draft, 0o600);
    renameSync(draft, file);
    const parent = openSync(folder, "r");
    try {
      fsyncSync(parent);
    } finally {
      closeSync(parent);
    }
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    rmSync(draft, { force: true });
    throw new VezaError({
      code: "tune.journal-unwritable",
      ending: "environment",
      message: `The journal cannot be written to ${file}.`,
      detail: messageOf(error),
      hint: `ls -ld ${folder}`,
      cause: error,
    });
  }
}

export function journalFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}
