import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { historyTable } from "./history.ts";
import { lockHeld, lockKeys, stoppedWaiting } from "./lock.ts";
import type { HistoryNames, Step } from "./model.ts";
import type { Direction, RunOptions } from "./run-options.ts";

/**
 * What takes the place of the session lock behind a pooler in transaction mode, where the next transaction may run in
 * another session: each transaction takes the lock for its own length and looks again whether its work is still to do.
 * Undefined on a direct connection.
 */
export function poolerGuard(
  db: Db,
  names: HistoryNames,
  id: string,
  direction: Direction = "up",
): ((db: Db) => Promise<"go" | "busy" | "done">) | undefined {
  if (!db.facts.isPooled) return undefined;
  return async (session) => {
    if (!(await lockTransaction(session, names))) return "busy";
    const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-status.sql"), {
      history: historyTable(names),
    });
    const [row] = await session.query(sql, [id]);
    return (row?.["status"] === "applied") === (direction === "up") ? "done" : "go";
  };
}

/** Begins a transaction; behind a pooler one that holds the lock, waited for as long as the run may wait. */
export async function beginLocked(db: Db, { names, lockWaitMs, signal, tell }: RunOptions): Promise<void> {
  const deadline = performance.now() + lockWaitMs;
  for (let attempt = 0; ; attempt++) {
    await db.send("BEGIN");
    if (!db.facts.isPooled || (await lockTransaction(db, names))) return;
    await db.send("ROLLBACK");
    if (attempt === 0) tell({ kind: "waiting-for-lock", holder: behindPooler });
    if (performance.now() >= deadline) throw lockHeld(behindPooler, lockWaitMs);
    await sleep(100 + Math.random() * 200, undefined, { signal }).catch(() => {
      throw stoppedWaiting();
    });
  }
}

/** Who holds the lock when it cannot be said by name. */
export const behindPooler = "a session behind the pooler";

async function lockTransaction(db: Db, names: HistoryNames): Promise<boolean> {
  const [lock] = await db.query(loadSql(import.meta.url, "./sql/xact-lock.sql"), [...lockKeys(names)]);
  return lock?.["isHeld"] === true;
}

/** Refuses, behind a pooler, what needs one session from beginning to end. */
export function refuseSessionWork(db: Db, step: Step): void {
  if (!db.facts.isPooled || step.directives.transaction) return;
  throw new VezaError({
    code: "migrate.pooler",
    ending: "refused",
    message: `${step.file.file} runs without a transaction, and ${db.target.host}:${db.target.port} is a connection pooler.`,
    detail:
      "Behind a pooler each statement may run in another session: no lock would guard the run, and no setting would hold.",
    hint: "Name the server itself with --direct-url <dsn> or DIRECT_DATABASE_URL.",
    state: "Nothing was changed.",
    facts: { file: step.file.shown },
  });
}
