import type { Db } from "../postgres/connect.ts";
import { loadSql } from "../sql/load.ts";
import type { Facts } from "../stats/model.ts";
import { marked } from "../stats/session.ts";

/** The session that is kept between scrapes: what is prepared on it costs the server a third. */
export interface KeptSession {
  /** The one that is there, or a new one. */
  readonly take: (signal: AbortSignal, leftMs: number) => Promise<Taken>;
  /** The scrape is over: until the next one the session gets out of the way of whoever wants the database for himself. */
  readonly rest: () => void;
  readonly drop: () => Promise<void>;
}

export interface Taken {
  readonly db: Db;
  readonly isFresh: boolean;
  /** What the first scrape on this session has read of the server. */
  facts: Facts | undefined;
}

interface Kept extends Taken {
  readonly since: number;
}

/** A session is given back after so long: what the server keeps for it only grows. */
const sessionMs = 3_600_000;
/** DROP DATABASE and ALTER DATABASE … RENAME wait 5 s for others to leave. */
const lookMs = 2000;
/** Without a scrape for so long nobody seems to ask any more. */
const idleMs = 300_000;

export function keepSession(open: (signal: AbortSignal, leftMs: number) => Promise<Db>): KeptSession {
  let kept: Kept | undefined;
  let watching: NodeJS.Timeout | undefined;

  const stopWatching = (): void => {
    clearInterval(watching);
    watching = undefined;
  };
  const drop = async (): Promise<void> => {
    stopWatching();
    const last = kept;
    kept = undefined;
    await last?.db.close();
  };

  const take = async (signal: AbortSignal, leftMs: number): Promise<Taken> => {
    stopWatching();
    if (kept !== undefined && (!kept.db.isAlive || performance.now() - kept.since > sessionMs)) await drop();
    if (kept !== undefined) return kept;
    // The signal of one scrape stops the connecting, and nothing of the session's later life.
    const opening = new AbortController();
    const stop = (): void => opening.abort();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const db = await open(opening.signal, leftMs);
      kept = { db, isFresh: true, facts: undefined, since: performance.now() };
      return kept;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };

  const rest = (): void => {
    stopWatching();
    if (kept === undefined) return;
    const mine = (kept = { ...kept, isFresh: false });
    // Behind a pooler the session in the database is the pooler's.
    if (mine.db.facts.isPooled) return;
    const restingSince = performance.now();
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      const mustGo = performance.now() - restingSince > idleMs || (await isWanted(mine.db));
      isLooking = false;
      // A scrape may have begun meanwhile: it keeps its session, and looks again when it is over.
      if (mustGo && watching === timer) await drop();
    };
    const timer = setInterval(() => void look(), lookMs).unref();
    watching = timer;
  };

  return { take, rest, drop };
}

/** A session that is lost is nobody's either. */
async function isWanted(db: Db): Promise<boolean> {
  try {
    const [row] = await db.query<{ isWanted: boolean }>(marked(loadSql(import.meta.url, "./sql/wanted.sql")));
    return row?.isWanted === true;
  } catch {
    return true;
  }
}
