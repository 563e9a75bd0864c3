import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "./connect.ts";

/**
 * While it lives, an abort of `signal` cancels what the session runs, again and again until nothing runs: a single
 * request may arrive between two statements and hit nothing.
 */
export function cancelOnAbort(db: Db, signal: AbortSignal): Disposable {
  let isOver = false;
  const cancel = async (): Promise<void> => {
    while (!isOver && db.isAlive) {
      await db.cancel();
      await sleep(100);
    }
  };
  // A request that cannot be delivered leaves the statement to its own end; the run then stops by itself.
  const listener = (): void => void cancel().catch(() => {});
  signal.addEventListener("abort", listener, { once: true });
  if (signal.aborted) listener();
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      signal.removeEventListener("abort", listener);
    },
  };
}
