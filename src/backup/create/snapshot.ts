import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";
import { lifted } from "../limits.ts";
import { ask } from "../read-database.ts";

const unlimited = [...lifted.map(([setting, value]) => `SET ${setting} = ${value}`), "SET lock_timeout = 0"];

/** Nothing hides rows, and every name is looked for where it is said to be. */
const plain = ["SET row_security = off", "SET search_path = ''"];

/** Frees a session from the limits of time that it was born with. */
export async function liftTimeLimits(db: Db): Promise<void> {
  await setAll(db, unlimited);
}

/** Frees a session from the limits that it was born with. */
export async function liftLimits(db: Db): Promise<void> {
  await setAll(db, [...unlimited, ...plain]);
}

async function setAll(db: Db, wanted: readonly string[]): Promise<void> {
  const settings = [...wanted, ...(db.facts.major >= 17 ? ["SET transaction_timeout = 0"] : [])];
  try {
    await db.send(settings.join("; "));
  } catch (error) {
    throw queryFailure(error, "preparing the session");
  }
}

/** Begins the transaction that everything is read in and gives the name by which others join it. It ends with the session. */
export async function exportSnapshot(db: Db): Promise<string> {
  try {
    await db.send(loadSql(import.meta.url, "../sql/begin-snapshot.sql"));
  } catch (error) {
    throw queryFailure(error, "beginning the backup's transaction");
  }
  const [row] = await ask<{ snapshot: string }>(db, "export-snapshot");
  if (row === undefined) throw new Error("the server gave no snapshot");
  return row.snapshot;
}
