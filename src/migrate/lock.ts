import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { formatDuration } from "../kernel/duration.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { HistoryNames } from "./model.ts";

/** The first key of every advisory lock of this tool: `veza` in ASCII. */
const lockClass = 0x76657a61;

/** The pair of keys that guards one history table. Advisory locks are per database already. */
export function lockKeys({ schema, table }: HistoryNames): readonly [number, number] {
  return [lockClass, createHash("sha256").update(`${schema}\0${table}`).digest().readInt32BE(0)];
}

export interface LockWishes {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Told once, when the lock is not free at the first try. */
  readonly onWait: (holder: string) => void;
}

/**
 * Takes the lock against other runs by polling: a session that waits inside the server would hold a snapshot, with
 * which CREATE INDEX CONCURRENTLY of the other run would deadlock. Freed with the session, however it ends.
 */
export async function takeLock(db: Db, names: HistoryNames, wishes: LockWishes): Promise<AsyncDisposable> {
  const keys = lockKeys(names);
  const deadline = performance.now() + wishes.waitMs;
  for (let attempt = 0; ; attempt++) {
    if (await tryLock(db, keys)) break;
    const holder = await describeHolder(db, keys);
    if (attempt === 0 && wishes.waitMs > 0) wishes.onWait(holder);
    const left = deadline - performance.now();
    if (left <= 0) throw lockHeld(holder, wishes.waitMs);
    // 100 ms to 1 s, with jitter, so that many waiters do not ask in step.
    const pause = Math.min(left, Math.min(1000, 100 * 1.5 ** attempt) * (0.75 + Math.random() / 2));
    await sleep(pause, undefined, { signal: wishes.signal }).catch(() => {
      throw stoppedWaiting();
    });
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (!db.isAlive) return;
      // When it cannot be given back, the session is gone, and the lock with it.
      await db.query(loadSql(import.meta.url, "./sql/unlock.sql"), [...keys]).catch(() => {});
    },
  };
}

async function tryLock(db: Db, keys: readonly [number, number]): Promise<boolean> {
  try {
    const [row] = await db.query(loadSql(import.meta.url, "./sql/try-lock.sql"), [...keys]);
    return row?.["isHeld"] === true;
  } catch (error) {
    throw queryFailure(error, "taking the lock against other runs").with({ state: "Nothing was changed." });
  }
}

interface Holder {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly address: string | null;
  readonly since: Date | null;
  readonly state: string | null;
  readonly query: string | null;
}

async function readHolder(db: Db, keys: readonly [number, number]): Promise<readonly Holder[]> {
  try {
    return await db.query<Holder>(loadSql(import.meta.url, "./sql/lock-holder.sql"), [...keys]);
  } catch (error) {
    throw queryFailure(error, "looking who holds the lock").with({ state: "Nothing was changed." });
  }
}

/** The session that holds the lock, in words. */
async function describeHolder(db: Db, keys: readonly [number, number]): Promise<string> {
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

/** The error of a run that was stopped before it had the lock. */
export function stoppedWaiting(): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: "Stopped while another run held the migration lock.",
    state: "Nothing was changed.",
  });
}

/** The refusal of a run that could not have the lock. */
export function lockHeld(holder: string, waitMs: number): VezaError {
  return new VezaError({
    code: "migrate.lock-held",
    ending: "refused",
    message: `Another run holds the migration lock${waitMs > 0 ? ` and kept it for ${formatDuration(waitMs)}` : ""}.`,
    detail: `It is held by ${holder}.`,
    hint: "Wait until it is done, or wait longer with --lock-wait 10min.",
    state: "Nothing was changed.",
    facts: { holder },
  });
}
