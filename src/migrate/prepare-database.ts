import type { Db } from "../postgres/connect.ts";
import { queryFailure, serverErrorOf, sqlstateOf } from "../postgres/failure.ts";
import { createHistory } from "./record.ts";
import type { RunOptions } from "./run-options.ts";
import { tidyTransaction } from "./session.ts";

const noMigration = "No migration was applied or taken back.";

/** Creates the history table and its log where they are missing. */
export async function ensureHistory(db: Db, options: RunOptions, exists: boolean): Promise<void> {
  if (exists) return;
  const { names } = options;
  try {
    await createHistory(db, options);
  } catch (error) {
    await tidyTransaction(db);
    const failure = queryFailure(error, `creating the history table ${names.schema}.${names.table}`);
    if (sqlstateOf(error) !== "42501") throw failure.with({ state: noMigration });
    throw failure.with({
      hint: `GRANT CREATE ON SCHEMA ${names.schema} TO ${db.target.user};`,
      state: "Nothing was changed.",
    });
  }
}

/** Whether the server can look for a client that is gone while it runs a statement (not on every platform). */
export async function canCheckClient(db: Db): Promise<boolean> {
  try {
    await db.send("BEGIN; SET LOCAL client_connection_check_interval = 2000; COMMIT");
    return true;
  } catch (error) {
    if (serverErrorOf(error) === undefined || !db.isAlive)
      throw queryFailure(error, "preparing the session").with({ state: noMigration });
    await tidyTransaction(db);
    return false;
  }
}
