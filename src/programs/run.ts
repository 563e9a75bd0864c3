/**
 * Runs a program to its end. Secrets travel in `env` or `input`, never among the arguments, which every user of the
 * machine can read in the process list.
 */
import { isSystemError, messageOf, VezaError } from "../kernel/error.ts";
import { programEnvironment } from "./environment.ts";

/** The unprivileged account that root steps down to before it starts a program. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface RunOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Added to the few variables that every program gets (see environment.ts). */
  readonly env?: Readonly<Record<string, string>>;
  /** What its standard input gives; without it there is none. */
  readonly input?: string | AsyncIterable<Uint8Array>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly account?: Account | undefined;
  /** What to do when the program is missing: a command. */
  readonly missingHint?: string;
}

export interface ProgramResult {
  /** 128 + n when signal n ended it, as a shell says it. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The result of a program that could be started, whatever its exit code; an error when it could not be, or took too long. */
export async function runProgram(file: string, options: RunOptions = {}): Promise<ProgramResult> {
  options.signal?.throwIfAborted();
  const [{ execa }, { constants }] = await Promise.all([import("execa"), import("node:os")]); // execa costs 85 ms
  const { account, cwd, input, signal, timeoutMs } = options;
  const result = await execa(file, options.args ?? [], {
    reject: false,
    extendEnv: false,
    env: programEnvironment(options.env),
    ...(cwd === undefined ? {} : { cwd }),
    ...stdinOf(input),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
  if (result.isCanceled) throw signal?.reason ?? new Error(`${file} was stopped`);
  if (result.timedOut) throw tookTooLong(file, timeoutMs ?? 0, result.stderr);
  if (result.exitCode !== undefined)
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  if (result.signal !== undefined) {
    return { exitCode: 128 + constants.signals[result.signal], stdout: result.stdout, stderr: result.stderr };
  }
  throw cannotStart(file, result.cause, options.missingHint);
}

/** A text is handed over whole; pieces are asked for as the program takes them. */
function stdinOf(
  input: RunOptions["input"],
): { stdin: "ignore" | AsyncIterable<Uint8Array> } | { input: string } {
  if (input === undefined) return { stdin: "ignore" };
  return typeof input === "string" ? { input } : { stdin: input };
}

/** The error for a program that was ended at its limit; `said` may help to tell why. */
export function tookTooLong(file: string, timeoutMs: number, said: string): VezaError {
  return new VezaError({
    code: "program.timeout",
    ending: "environment",
    message: `${file} took longer than ${timeoutMs} ms and was stopped.`,
    detail: said.trim() === "" ? undefined : said.trim(),
  });
}

/** The error for a program that did not even start. */
export function cannotStart(file: string, cause: unknown, missingHint?: string): VezaError {
  if (isSystemError(cause, "ENOENT")) {
    return new VezaError({
      code: "program.missing",
      ending: "environment",
      message: `The program ${file} is missing, or the machine lacks what it needs to load it.`,
      hint: missingHint,
      facts: { program: file },
      cause,
    });
  }
  return new VezaError({
    code: "program.cannot-start",
    ending: "environment",
    message: `The program ${file} cannot be started.`,
    detail: messageOf(cause),
    facts: { program: file },
    cause,
  });
}
