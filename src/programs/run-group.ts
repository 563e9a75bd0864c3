/**
 * Runs a program of the user's with all that it starts. What it says goes to a file: a pipe would be waited for as long as
 * anything that it has left running holds its end.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";
import { programEnvironment } from "./environment.ts";
import { cannotStart, tookTooLong } from "./run.ts";

export interface GroupOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Then it is ended, with what it has started. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface GroupResult {
  /** 128 + n when signal n ended it, as a shell says it. */
  readonly exitCode: number;
  /** What it said, on both streams. */
  readonly output: string;
}

const graceMs = 5000;

/** The result of a program that could be started; an error when it could not be, took too long, or the signal came. */
export async function runGroup(file: string, { env, timeoutMs, signal }: GroupOptions): Promise<GroupResult> {
  signal?.throwIfAborted();
  const folder = await mkdtemp(join(tmpdir(), "veza-db-program-"));
  try {
    await using said = await open(join(folder, "output"), "wx", 0o600);
    const child = spawn(file, {
      env: programEnvironment(env),
      stdio: ["ignore", said.fd, said.fd],
      detached: true, // a group of its own
    });
    const ended = once(child, "exit");
    try {
      await once(child, "spawn");
    } catch (error) {
      ended.catch(() => {});
      throw cannotStart(file, error);
    }
    const limit = AbortSignal.timeout(timeoutMs);
    const stopped = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    let grace: NodeJS.Timeout | undefined;
    const stop = (): void => {
      endGroup(child.pid, "SIGTERM");
      grace = setTimeout(() => endGroup(child.pid, "SIGKILL"), graceMs);
    };
    stopped.addEventListener("abort", stop, { once: true });
    if (stopped.aborted) stop();
    const [code, killer]: unknown[] = await ended;
    stopped.removeEventListener("abort", stop);
    clearTimeout(grace);
    if (stopped.aborted) {
      endGroup(child.pid, "SIGKILL"); // what it has left behind
      signal?.throwIfAborted();
      throw tookTooLong(file, timeoutMs, await outputOf(folder));
    }
    return { exitCode: exitCodeOf(code, killer), output: await outputOf(folder) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function exitCodeOf(code: unknown, killer: unknown): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return typeof code === "number" ? code : 128 + (numbers[String(killer)] ?? 0);
}

async function outputOf(folder: string): Promise<string> {
  return (await readFile(join(folder, "output"), "utf8")).trim();
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!isSystemError(error, "ESRCH")) throw error; // nobody is left
  }
}
