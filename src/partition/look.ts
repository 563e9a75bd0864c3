/** Looking through a pooler: what a session is set to would go on to whoever gets the server's session next. */
import type { Db } from "../postgres/connect.ts";
import { isConnectionLoss } from "../postgres/failure.ts";
import { noSession } from "./work.ts";

/**
 * Behind a pooler everything is looked at in one transaction, to whose end its settings last; on a direct connection nothing is
 * done. Throws `partition.pooler` where the pooler knows no transactions (its statement mode).
 */
export async function beginLook(db: Db): Promise<AsyncDisposable> {
  if (!db.facts.isPooled) return { [Symbol.asyncDispose]: async () => {} };
  try {
    await db.send("BEGIN READ ONLY");
  } catch (error) {
    throw noSession(db, error);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      if (!db.isAlive) return;
      await db.send("ROLLBACK").catch((error: unknown) => {
        if (!isConnectionLoss(error)) throw error;
      });
    },
  };
}

/** So that the catalog writes every name whole. */
export async function emptySearchPath(db: Db): Promise<void> {
  await db.send(`SET ${db.facts.isPooled ? "LOCAL" : "SESSION"} search_path = ''`);
}
