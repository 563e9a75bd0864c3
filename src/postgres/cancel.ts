import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "./connect.ts";

const againMs = 100;

/**
 * Does some work on a session. When `signal` is aborted meanwhile, what the session runs is cancelled, again and again
 * until the work has ended: a single request may arrive between two statements and hit nothing. No request is under
 * way any more when this returns, so that none hits what is sent afterwards.
 */
export async function cancellable<T>(db: Db, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  let over: AbortController | undefined;
  let cancelling: Promise<void> | undefined;
  const start = (): void => {
    over ??= new AbortController();
    cancelling ??= cancelUntil(db, over.signal);
  };
  signal.addEventListener("abort", start, { once: true });
  if (signal.aborted) start();
  try {
    return await work();
  } finally {
    over?.abort();
    signal.removeEventListener("abort", start);
    await cancelling;
  }
}

async function cancelUntil(db: Db, over: AbortSignal): Promise<void> {
  try {
    while (!over.aborted && db.isAlive) {
      await db.cancel();
      await sleep(againMs, undefined, { signal: over });
    }
  } catch (error) {
    // A request that cannot be delivered leaves the statement to its own end; the run then stops by itself.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
  }
}

/** A question that is answered within this time after the signal needs no cancelling. */
const graceMs = 300;

/** The same for a question that is nearly always answered at once: it is given a moment before it is cancelled. */
export async function cancelledLate<T>(
  db: Db,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (signal === undefined) return work();
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (): void => {
    timer ??= setTimeout(() => late.abort(), graceMs);
  };
  signal.addEventListener("abort", start, { once: true });
  if (signal.aborted) start();
  try {
    return await cancellable(db, late.signal, work);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", start);
  }
}
