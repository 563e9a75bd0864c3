import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../kernel/error.ts";

/** The last outcome of a command, read by metrics, report and doctor. */
export interface Outcome {
  readonly command: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly exitCode: number;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Writes a file whole, then renames it into place; a reader never sees half of it. */
export function writeWhole(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/** Keeps an outcome in `<stateDir>/last/<command>.json`. Returns a warning when that could not be done. */
export function recordOutcome(stateDir: string, outcome: Outcome): string | undefined {
  try {
    writeWhole(join(stateDir, ".gitignore"), "*\n");
    writeWhole(
      join(stateDir, "last", `${outcome.command}.json`),
      `${JSON.stringify({ schema: "veza-db/outcome@1", ...outcome }, undefined, 2)}\n`,
    );
    return undefined;
  } catch (error) {
    return `The outcome could not be kept in ${stateDir}/last: ${messageOf(error)}. Set outcomes.record to false to do without.`;
  }
}
