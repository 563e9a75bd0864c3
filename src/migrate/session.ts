import type { Db } from "../postgres/connect.ts";
import type { Step } from "./model.ts";

/** What a script may have set (role, search_path, any setting) ends with it and reaches neither our rows nor the next file. */
export const resetAll = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL";

/**
 * The SQL that ends what would outlive a script in the session: temporary tables, cursors, prepared statements,
 * listening. Empty where the text has nothing of the kind. It may run inside the script's own transaction, once
 * triggers that wait for its end have fired.
 */
export function tidySql({ text }: Pick<Step, "text">): string {
  if (!/\b(temp|temporary|prepare|hold|listen)\b/i.test(text)) return "";
  return "SET CONSTRAINTS ALL IMMEDIATE; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD TEMP; ";
}

/** Sends what only tidies up. When the session is gone there is nothing to tidy, and what matters is told elsewhere. */
export async function tidy(db: Db, sql: string): Promise<void> {
  await quietly(db, () => db.send(sql));
}

/** Ends the transaction undone, if there is one. */
export async function tidyTransaction(db: Db): Promise<void> {
  await quietly(db, () => db.rollback());
}

async function quietly(db: Db, work: () => Promise<unknown>): Promise<void> {
  if (!db.isAlive) return;
  try {
    await work();
  } catch {
    // The next thing that is sent will say so.
  }
}
