/** A transaction that may hold up others: under a short lock_timeout, tried again and again, never queued for long. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../kernel/duration.ts";
import { VezaError } from "../kernel/error.ts";
import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { QuotedSql } from "../sql/quote.ts";

/** A table to be locked, before anything else of the transaction runs. */
export interface WantedLock {
  readonly table: QuotedSql;
  readonly mode: "ACCESS EXCLUSIVE" | "SHARE ROW EXCLUSIVE" | "SHARE UPDATE EXCLUSIVE";
}

export interface ShortWishes {
  /** How long others may have to queue behind us, over all locks of one attempt. */
  readonly lockTimeoutMs: number;
  /** How long to go on trying. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

export interface ShortTransaction {
  /** For messages: `attaching the partition x`. */
  readonly doing: string;
  readonly locks: readonly WantedLock[];
  /** Sent in one message once the locks are had. */
  readonly statements: readonly string[];
  /** Looks at things under the locks; true: there is nothing to do any more. */
  readonly isDone?: (db: Db) => Promise<boolean>;
}

/** Server errors after which the same may well succeed: a lock not had in time, a deadlock. */
const worthRetrying = new Set(["55P03", "40P01", "40001"]);

/**
 * Runs it, again and again while its locks cannot be had, until `waitMs` are over. It does not even try while an old
 * transaction holds a table that it wants for itself: that attempt could only make others wait. Throws
 * `locks.blocked` (failed) with the blockers named; a failure of a statement is thrown as the driver gave it.
 */
export async function runShortTransaction(
  db: Db,
  work: ShortTransaction,
  wishes: ShortWishes,
): Promise<void> {
  const deadline = performance.now() + wishes.waitMs;
  for (let attempt = 1; ; attempt++) {
    await waitForCalm(db, work, wishes, deadline);
    try {
      await cancellable(db, wishes.signal, () => attemptOnce(db, work, wishes));
      return;
    } catch (error) {
      if (db.isAlive) await db.send("ROLLBACK");
      if (wishes.signal.aborted) throw stopped(work);
      if (!worthRetrying.has(sqlstateOf(error) ?? "")) throw error;
      if (performance.now() >= deadline) throw await blocked(db, work, wishes, attempt, error);
      if (attempt === 1 || attempt % 20 === 0)
        wishes.note(`${work.doing}: the locks were not to be had at once; trying again (${attempt})`);
      // Long enough for those who queued behind us to get through; with jitter.
      await pause(Math.min(1000, wishes.lockTimeoutMs + 50 * attempt) * (0.5 + Math.random()), work, wishes);
    }
  }
}

async function attemptOnce(db: Db, work: ShortTransaction, wishes: ShortWishes): Promise<void> {
  const { lockTimeoutMs } = wishes;
  await db.send(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SET LOCAL statement_timeout = 0`);
  let since: number | undefined;
  for (const { table, mode } of work.locks) {
    // From the first table on, others may be queueing: the rest must come within the same time.
    const left = since === undefined ? lockTimeoutMs : lockTimeoutMs - (performance.now() - since);
    const limit = lockTimeoutMs === 0 ? 0 : Math.max(1, Math.round(left));
    since ??= performance.now();
    await db.send(`SET LOCAL lock_timeout = ${limit}; LOCK TABLE ONLY ${table} IN ${mode} MODE`);
  }
  if ((await work.isDone?.(db)) === true) {
    await db.send("ROLLBACK");
    return;
  }
  const { command } = await db.send([...work.statements, "COMMIT"].join(";\n"));
  if (command !== "COMMIT") throw new Error(`COMMIT was answered by ${command}`);
}

interface LockHolder {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  readonly state: string | null;
  /** False for the server's own, e.g. autovacuum, which is let alone and named in the end. */
  readonly isClient: boolean;
  readonly query: string | null;
  readonly transactionMs: number | null;
}

const pollMs = 40;

/** Waits until no transaction that is older than the lock_timeout holds a table that is wanted exclusively. */
async function waitForCalm(
  db: Db,
  work: ShortTransaction,
  wishes: ShortWishes,
  deadline: number,
): Promise<void> {
  const tables = work.locks.filter(({ mode }) => mode === "ACCESS EXCLUSIVE").map(({ table }) => table);
  if (tables.length === 0) return;
  for (let isTold = false; ; isTold = true) {
    const old = (await readHolders(db, tables)).filter(
      ({ transactionMs, isClient }) =>
        isClient && transactionMs !== null && transactionMs > wishes.lockTimeoutMs,
    );
    if (old.length === 0) return;
    if (!isTold) wishes.note(`${work.doing} waits for ${describe(old[0])}`);
    if (performance.now() >= deadline) throw blockedBy(work, wishes, 0, old, undefined);
    await pause(pollMs, work, wishes);
  }
}

async function readHolders(db: Db, tables: readonly QuotedSql[]): Promise<readonly LockHolder[]> {
  return db.query<LockHolder>(loadSql(import.meta.url, "./sql/holders.sql"), [JSON.stringify(tables)]);
}

async function pause(ms: number, work: ShortTransaction, { signal }: ShortWishes): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {
    throw stopped(work);
  });
}

function stopped({ doing }: ShortTransaction): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: `Stopped while ${doing}.`,
    state: "This step was rolled back; the steps before it stay done.",
  });
}

async function blocked(
  db: Db,
  work: ShortTransaction,
  wishes: ShortWishes,
  attempts: number,
  cause: unknown,
): Promise<VezaError> {
  const tables = work.locks.map(({ table }) => table);
  return blockedBy(work, wishes, attempts, await readHolders(db, tables), cause);
}

function blockedBy(
  { doing }: ShortTransaction,
  { waitMs }: ShortWishes,
  attempts: number,
  holders: readonly LockHolder[],
  cause: unknown,
): VezaError {
  return new VezaError({
    code: "locks.blocked",
    ending: "failed",
    message: `The locks for ${doing} were not to be had within ${formatDuration(waitMs)}.`,
    detail: [
      ...(attempts > 0 ? [`Tried ${attempts} times.`] : []),
      ...holders.map((holder) => `Blocked by ${describe(holder)}`),
    ].join("\n"),
    hint: "Run the command again when those who block are done, or with --lock-wait 10min.",
    state: "This step was rolled back; the steps before it stay done.",
    facts: { blockers: holders.map(({ pid }) => pid) },
    cause,
  });
}

function describe(holder: LockHolder | undefined): string {
  if (holder === undefined) return "a session that has just gone";
  const { pid, user, application, state, query, transactionMs } = holder;
  const age = transactionMs === null ? "" : `, in a transaction for ${formatDuration(transactionMs)}`;
  const sql = (query ?? "").replace(/\s+/g, " ").trim();
  return `pid ${pid} (user ${user ?? "unknown"}, application ${JSON.stringify(application ?? "")}, ${state ?? "state unknown"}${age}): ${sql}`;
}
