import type { Db } from "../postgres/connect.ts";
import { readHistory } from "./history.ts";
import type { History } from "./history.ts";
import { takeLock } from "./lock.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Holds the lock against other runs while `work` goes on with the history as it is then. Behind a pooler no session
 * lock can be held: there each transaction takes it for itself.
 */
export async function withLock<T>(
  db: Db,
  options: RunOptions,
  work: (history: History) => Promise<T>,
): Promise<T> {
  const { names, signal, tell } = options;
  await using _lock = db.facts.isPooled
    ? undefined
    : await takeLock(db, names, {
        waitMs: options.lockWaitMs,
        signal,
        onWait: (holder) => tell({ kind: "waiting-for-lock", holder }),
      });
  // Awaited here: without it, `return` would give the lock back before the work is done.
  return await work(await readHistory(db, names));
}
