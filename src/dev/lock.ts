/**
 * One command at a time may start, stop or reset the server of a state folder.
 *
 * The lock is a symbolic link with a number in its name, which comes into being together with what it says, or not at
 * all; the highest number counts. It says whose it is, or `free`. Whoever finds the highest one free, or its owner
 * dead, makes the next number, which only one can. Nobody ever deletes the highest, so no step rests on a look that
 * has gone stale: the classic trap of breaking a dead owner's lock, where the second breaker removes the first one's
 * new lock.
 */
import { readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isSystemError, messageOf, VezaError } from "../kernel/error.ts";

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told once, when there is somebody to wait for. */
  readonly onWait?: ((pid: number) => void) | undefined;
  readonly waitMs?: number;
}

const prefix = "embedded.lock.";
const pollMs = 25;

export async function acquireLock(folder: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  const deadline = Date.now() + (options.waitMs ?? 300_000);
  let told = false;
  for (;;) {
    options.signal?.throwIfAborted();
    const numbers = await lockNumbers(folder);
    const highest = Math.max(0, ...numbers);
    const holder = highest === 0 ? undefined : await holderOf(lockPath(folder, highest));
    if (holder === undefined) {
      const mine = highest + 1;
      if ((await tryTake(folder, mine)) && Math.max(...(await lockNumbers(folder))) === mine) {
        await Promise.all(numbers.map((number) => rm(lockPath(folder, number), { force: true })));
        return { [Symbol.asyncDispose]: () => release(folder, mine) };
      }
      continue;
    }
    if (!told) options.onWait?.(holder);
    told = true;
    if (Date.now() > deadline) throw busy(folder, holder);
    await pause(pollMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

/** False when another process was first. */
async function tryTake(folder: string, number: number): Promise<boolean> {
  try {
    await symlink(`${process.pid} ${await birthOf(process.pid)}`, lockPath(folder, number));
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    if (isSystemError(error, "EACCES", "EPERM", "EROFS", "ENOSPC")) throw notWritable(folder, error);
    throw error;
  }
}

async function release(folder: string, number: number): Promise<void> {
  await symlink("free", lockPath(folder, number + 1)).catch((error: unknown) => {
    if (!isSystemError(error, "EEXIST")) throw error; // somebody took us for dead; it is theirs
  });
  await rm(lockPath(folder, number), { force: true });
}

/** The process id of the living holder; undefined when the lock is free, its holder dead, or a higher one there by now. */
async function holderOf(path: string): Promise<number | undefined> {
  const text = await readlink(path).catch(() => "");
  const [pid, birth] = text.split(" ");
  if (!/^\d+$/.test(pid ?? "")) return undefined;
  return (await lives(Number(pid), birth ?? "")) ? Number(pid) : undefined;
}

async function lives(pid: number, birth: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) return false;
  }
  const now = await birthOf(pid);
  return now === "-" || birth === "-" || now === birth;
}

/** When a process was born, in the kernel's ticks: tells it from a later one with the same number. `-`: not known. */
async function birthOf(pid: number): Promise<string> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, "utf8");
    return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? "-";
  } catch {
    return "-";
  }
}

async function lockNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)) || 0);
}

function lockPath(folder: string, number: number): string {
  return join(folder, `${prefix}${number}`);
}

function busy(folder: string, pid: number): VezaError {
  return new VezaError({
    code: "dev.busy",
    ending: "refused",
    message: `Another veza-db (process ${pid}) is busy with the embedded server.`,
    detail: `It holds the lock in ${folder}.`,
    hint: "wait for it to end, then try again",
    facts: { pid },
  });
}

/** The error for a state folder that is read-only, full, or another user's. */
export function notWritable(folder: string, cause: unknown): VezaError {
  return new VezaError({
    code: "dev.state-folder-not-writable",
    ending: "environment",
    message: `The folder ${folder} cannot be written.`,
    detail: messageOf(cause),
    hint: "if another user or root made it, run the command as that user",
    facts: { folder },
    cause,
  });
}
