import { VezaError } from "../../kernel/error.ts";
import { firstLines } from "../archive.ts";
import { runGroup } from "../../programs/run-group.ts";

/** What a hook is told, in its environment. */
export interface HookFacts {
  readonly database: string;
  readonly status?: "ok" | "failed";
  readonly id?: string | undefined;
  readonly path?: string | undefined;
  readonly error?: string | undefined;
}

export interface Hook {
  readonly name: "before" | "after";
  readonly program: string;
  /** How long it may take. */
  readonly timeoutMs: number;
}

/** Runs a program of the user's, without a shell between. Throws when it does not end well, or not in time. */
export async function runHook(
  { name, program, timeoutMs }: Hook,
  { database, status, id, path, error }: HookFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const facts = { DATABASE: database, STATUS: status, ID: id, PATH: path, ERROR: error, HOOK: name };
  const given = Object.entries(facts).flatMap(([key, value]) =>
    value === undefined ? [] : [[`VEZA_BACKUP_${key}`, value] as const],
  );
  const state = name === "before" ? "Nothing was backed up." : undefined;
  const { exitCode, output } = await runGroup(program, {
    env: Object.fromEntries(given),
    signal,
    timeoutMs,
  }).catch((error: unknown) => {
    throw error instanceof VezaError ? error.with({ state }) : error;
  });
  if (exitCode === 0) return;
  const said = firstLines(output);
  throw new VezaError({
    code: "backup.hook-failed",
    ending: "failed",
    message: `The program ${program} (backup.${name}) ended with ${exitCode}.`,
    detail: said === "" ? undefined : said,
    hint: name === "before" ? "Mend it, or leave --before out." : "Mend it, or leave --after out.",
    state,
  });
}
