import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../kernel/duration.ts";
import { messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";

interface Blocker {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly query: string | null;
  readonly transactionSeconds: number | null;
}

export interface BlockerWatch extends AsyncDisposable {
  /** Who was seen blocking, one line each; the last sight of each. */
  readonly seen: () => readonly string[];
}

export interface BlockerWishes {
  /** How long the session waits for a lock before it gives up; 0: for ever. */
  readonly lockTimeoutMs: number;
  /** The same was blocked already a moment ago: nothing speaks for waiting before we look. */
  readonly isSecond: boolean;
  /** Processes that were told already; those that are told now are added. */
  readonly told: Set<number>;
  /** Told each blocker, when it is first seen. */
  readonly onBlocker: (blocker: string) => void;
  /** Told when blockers cannot be looked for. */
  readonly onBlind: (why: string) => void;
}

/** A statement that takes less is not worth a second connection. */
const mostPatienceMs = 1000;

/**
 * Watches, from a connection of its own, who keeps a session waiting. Nothing is opened until the session has been at
 * it for a second, or for a third of the time after which it gives up.
 */
export function watchBlockers(
  session: Db,
  openMonitor: () => Promise<Db>,
  { lockTimeoutMs, isSecond, told, onBlocker, onBlind }: BlockerWishes,
): BlockerWatch {
  const patienceMs =
    lockTimeoutMs === 0 ? mostPatienceMs : Math.min(mostPatienceMs, Math.max(50, lockTimeoutMs / 3));
  const seen = new Map<number, string>();
  let stop: AbortController | undefined;
  let watching: Promise<void> | undefined;
  // Nearly every migration is done before: a timer that is cleared again costs it nothing.
  const timer = setTimeout(
    () => {
      stop = new AbortController();
      watching = watch(stop);
    },
    isSecond ? 0 : patienceMs,
  );
  // Behind a pooler the session that waits changes from transaction to transaction.
  if (session.facts.isPooled) clearTimeout(timer);
  return {
    seen: () => [...seen.values()],
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      stop?.abort();
      await watching;
    },
  };

  async function watch({ signal }: AbortController): Promise<void> {
    try {
      await using monitor = await openMonitor();
      for (;;) {
        const blockers = await monitor.query<Blocker>(loadSql(import.meta.url, "./sql/blockers.sql"), [
          session.facts.backendPid,
        ]);
        for (const blocker of blockers) {
          const line = describe(blocker);
          if (!told.has(blocker.pid)) onBlocker(line);
          told.add(blocker.pid);
          seen.set(blocker.pid, line);
        }
        await sleep(patienceMs, undefined, { signal });
      }
    } catch (error) {
      // Watching is a courtesy: without a second connection the run goes on. When the server itself has gone, the
      // session that is watched says so.
      if (!signal.aborted && !isConnectionLoss(error)) onBlind(messageOf(error));
    }
  }
}

function describe({ pid, user, application, state, query, transactionSeconds }: Blocker): string {
  const age =
    transactionSeconds === null ? "" : `, in a transaction for ${formatDuration(transactionSeconds * 1000)}`;
  const sql = (query ?? "").replace(/\s+/g, " ").trim();
  return `pid ${pid} (user ${user ?? "unknown"}, application ${JSON.stringify(application ?? "")}, ${state ?? "state unknown"}${age}): ${sql}`;
}
