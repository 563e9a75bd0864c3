import { dirname, join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { keepOutOfGit, writeWhole } from "../kernel/write-whole.ts";

/** The last outcome of a command, read by metrics, report and doctor. */
export interface Outcome {
  readonly command: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly exitCode: number;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Writes what --file (or another flag) asked for; a place that cannot be written is no bug of ours. */
export function writeResult(path: string, content: string, flag = "--file"): void {
  try {
    writeWhole(path, content);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    const isWrongPlace = isSystemError(error, "EISDIR", "ENOTDIR", "EEXIST");
    throw new VezaError({
      code: "cli.cannot-write",
      ending: "environment",
      message: `The result cannot be written to ${path}.`,
      detail: messageOf(error),
      hint: isWrongPlace ? `Name a file with ${flag} <path>.` : `ls -ld ${dirname(path)}`,
      state: "The command itself went through; only its result is lost.",
      cause: error,
    });
  }
}

/** Keeps an outcome in `<stateDir>/last/<command>.json`. Returns a warning when that could not be done. */
export function recordOutcome(stateDir: string, outcome: Outcome): string | undefined {
  try {
    keepOutOfGit(stateDir);
    writeWhole(
      join(stateDir, "last", `${outcome.command}.json`),
      `${JSON.stringify({ schema: "veza-db/outcome@1", ...outcome }, undefined, 2)}\n`,
    );
    return undefined;
  } catch (error) {
    return `The outcome could not be kept in ${stateDir}/last: ${messageOf(error)}. Set outcomes.record to false to do without.`;
  }
}
