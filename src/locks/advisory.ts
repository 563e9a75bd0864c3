import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";

/** The first key of every advisory lock of this tool: `veza` in ASCII. */
const lockClass = 0x76657a61;

/** A pair of keys. Advisory locks are per database already. */
export type LockKeys = readonly [number, number];

/** The keys that guard one thing, named by its parts. */
export function advisoryKeys(...parts: readonly string[]): LockKeys {
  return [lockClass, createHash("sha256").update(parts.join("\0")).digest().readInt32BE(0)];
}

export interface AdvisoryWishes {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Told once, when the lock is not free at the first try. */
  readonly onWait: (holder: string) => void;
  /** The error when it was not to be had within the time. */
  readonly held: (holder: string, waitMs: number) => VezaError;
  /** The error when the signal came first. */
  readonly stopped: () => VezaError;
}

/**
 * Takes a session's advisory lock by polling: a session that waits inside the server would hold a snapshot, with which
 * CREATE INDEX CONCURRENTLY of the other run would deadlock. Freed with the session, however it ends.
 */
export async function takeAdvisoryLock(
  db: Db,
  keys: LockKeys,
  wishes: AdvisoryWishes,
): Promise<AsyncDisposable> {
  const deadline = performance.now() + wishes.waitMs;
  for (let attempt = 0; ; attempt++) {
    const lock = await claimAdvisoryLock(db, keys);
    if (lock !== undefined) return lock;
    const holder = await describeHolder(db, keys);
    if (attempt === 0 && wishes.waitMs > 0) wishes.onWait(holder);
    const left = deadline - performance.now();
    if (left <= 0) throw wishes.held(holder, wishes.waitMs);
    // 100 ms to 1 s, with jitter, so that many waiters do not ask in step.
    const pause = Math.min(left, Math.min(1000, 100 * 1.5 ** attempt) * (0.75 + Math.random() / 2));
    await sleep(pause, undefined, { signal: wishes.signal }).catch(() => {
      throw wishes.stopped();
    });
  }
}

/** Takes the lock where it is free; undefined when another session has it. */
export async function claimAdvisoryLock(db: Db, keys: LockKeys): Promise<AsyncDisposable | undefined> {
  try {
    const [row] = await db.query(loadSql(import.meta.url, "./sql/try-lock.sql"), [...keys]);
    if (row?.["isHeld"] !== true) return undefined;
  } catch (error) {
    throw queryFailure(error, "taking the lock against other runs").with({ state: "Nothing was changed." });
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (!db.isAlive) return;
      // When it cannot be given back, the session is gone, and the lock with it.
      await db.query(loadSql(import.meta.url, "./sql/unlock.sql"), [...keys]).catch(() => {});
    },
  };
}

export interface Holder {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly address: string | null;
  readonly since: Date | null;
  readonly state: string | null;
  readonly query: string | null;
}

/** Who holds the lock now: one row, or none. */
export async function readHolder(db: Db, keys: LockKeys): Promise<readonly Holder[]> {
  try {
    return await db.query<Holder>(loadSql(import.meta.url, "./sql/lock-holder.sql"), [...keys]);
  } catch (error) {
    throw queryFailure(error, "looking who holds the lock").with({ state: "Nothing was changed." });
  }
}

/** The session that holds the lock, in words. */
async function describeHolder(db: Db, keys: LockKeys): Promise<string> {
  const [holder] = await readHolder(db, keys);
  if (holder === undefined) return "a session that has just gone";
  const doing = holder.state === "active" ? "running" : `${holder.state ?? "state unknown"}, last ran`;
  return [
    `pid ${holder.pid}`,
    `application ${JSON.stringify(holder.application ?? "")}`,
    `user ${holder.user ?? "unknown"}`,
    ...(holder.address === null ? [] : [`from ${holder.address}`]),
    ...(holder.since === null ? [] : [`connected since ${holder.since.toISOString()}`]),
    `${doing} ${JSON.stringify((holder.query ?? "").replace(/\s+/g, " ").trim())}`,
  ].join(", ");
}
