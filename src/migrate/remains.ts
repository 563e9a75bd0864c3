import type { Db } from "../postgres/connect.ts";
import { sqlstateOf } from "../postgres/failure.ts";
import { classify } from "../sql/classify.ts";
import { clearInvalidIndex, describeInvalidIndex } from "./invalid-index.ts";
import { describePendingDetach, detachSql } from "./pending-detach.ts";

/** As `classify` names it. */
const detachConcurrently = "ALTER TABLE ... DETACH CONCURRENTLY";

/**
 * Clears away what an earlier attempt at a statement outside transactions has left, and gives what is to be sent now;
 * undefined when it had got through. `mayHavePassed`: an earlier run sent it and was not told what became of it.
 */
export async function clearRemains(
  db: Db,
  sql: string,
  mayHavePassed: boolean,
  note: (text: string) => void,
): Promise<string | undefined> {
  const { cannotRunInTransaction, concurrentIndex } = classify(sql);
  if (cannotRunInTransaction === detachConcurrently) return detachSql(db, sql, mayHavePassed, note);
  if (concurrentIndex === undefined) return sql;
  return (await clearInvalidIndex(db, concurrentIndex, mayHavePassed, note)) ? undefined : sql;
}

/** What a statement that failed outside transactions has left, in words; undefined when there is nothing. */
export async function describeRemains(db: Db, sql: string): Promise<string | undefined> {
  if (!db.isAlive) return undefined;
  const { cannotRunInTransaction, concurrentIndex } = classify(sql);
  try {
    if (concurrentIndex !== undefined) return await describeInvalidIndex(db, concurrentIndex);
    return cannotRunInTransaction === detachConcurrently ? await describePendingDetach(db, sql) : undefined;
  } catch {
    return undefined; // a courtesy beside a failure that is told anyway
  }
}

/** What the server answers when such a statement is sent a second time after it got through. */
const secondAnswers: Readonly<Record<string, string>> = {
  "CREATE DATABASE": "42P04",
  "DROP DATABASE": "3D000",
  "CREATE TABLESPACE": "42710",
  "DROP TABLESPACE": "42704",
  "CREATE SUBSCRIPTION": "42710",
  "DROP SUBSCRIPTION": "42704",
};

/** True when this refusal says that the statement had got through when it was sent before. */
export function saysDoneBefore(error: unknown, sql: string): boolean {
  const expected = secondAnswers[classify(sql).command];
  return expected !== undefined && sqlstateOf(error) === expected;
}
