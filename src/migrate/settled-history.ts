import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { readHolder } from "../locks/advisory.ts";
import type { Db } from "../postgres/connect.ts";
import { readHistory } from "./history.ts";
import { lockKeys } from "./lock.ts";
import type { LedgerRow } from "./model.ts";
import type { RunOptions } from "./run-options.ts";

/** A server that crashed is back by then, as a rule; and one that looks for its clients has noticed that ours is gone. */
const serverMs = 5000;
const sessionMs = 10_000;
const pollMs = 100;

/**
 * The history as a lost session has left it, read over a new connection once the server has ended that session: until
 * then it may still commit what it was sent. `busy` when it goes on and on, undefined when the server is away.
 */
export async function readSettledHistory(
  lost: Db,
  { names, reconnect }: Pick<RunOptions, "names" | "reconnect">,
): Promise<readonly LedgerRow[] | "busy" | undefined> {
  try {
    await using db = await untilReached(reconnect);
    const deadline = performance.now() + sessionMs;
    while (await isAtWork(db, lost, lockKeys(names))) {
      if (performance.now() > deadline) return "busy";
      await sleep(pollMs);
    }
    const { rows } = await readHistory(db, names);
    return rows;
  } catch {
    return undefined; // the server is away, which is what the message then says
  }
}

async function untilReached(reconnect: () => Promise<Db>): Promise<Db> {
  const deadline = performance.now() + serverMs;
  for (;;) {
    try {
      return await reconnect();
    } catch (error) {
      const isAway = error instanceof VezaError && error.ending === "environment";
      if (!isAway || performance.now() > deadline) throw error;
      await sleep(pollMs);
    }
  }
}

/** Whether the lost session still holds the lock. Behind a pooler nobody can say whose lock it is. */
async function isAtWork(db: Db, lost: Db, keys: readonly [number, number]): Promise<boolean> {
  const [holder] = await readHolder(db, keys);
  if (holder === undefined) return false;
  return lost.facts.isPooled || holder.pid === lost.facts.backendPid;
}
