import { VezaError } from "../../kernel/error.ts";
import { firstLines } from "../archive.ts";
import { runProgram } from "../../programs/run.ts";

/** What a hook is told, in its environment. */
export interface HookFacts {
  readonly database: string;
  readonly status?: "ok" | "failed";
  readonly id?: string | undefined;
  readonly path?: string | undefined;
  readonly error?: string | undefined;
}

/** Runs a program of the user's, without a shell between. Throws when it does not end well. */
export async function runHook(
  name: "before" | "after",
  program: string,
  { database, status, id, path, error }: HookFacts,
  signal: AbortSignal | undefined,
): Promise<void> {
  const facts = { DATABASE: database, STATUS: status, ID: id, PATH: path, ERROR: error, HOOK: name };
  const given = Object.entries(facts).flatMap(([key, value]) =>
    value === undefined ? [] : [[`VEZA_BACKUP_${key}`, value] as const],
  );
  const { exitCode, stdout, stderr } = await runProgram(program, { env: Object.fromEntries(given), signal });
  if (exitCode === 0) return;
  const said = firstLines(`${stdout}\n${stderr}`.trim());
  throw new VezaError({
    code: "backup.hook-failed",
    ending: "failed",
    message: `The program ${program} (backup.${name}) ended with ${exitCode}.`,
    detail: said === "" ? undefined : said,
    hint: name === "before" ? "Mend it, or leave --before out." : "Mend it, or leave --after out.",
    state: name === "before" ? "Nothing was backed up." : undefined,
  });
}
