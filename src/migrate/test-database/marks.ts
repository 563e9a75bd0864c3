/**
 * Who is alive: every process holds, as long as its connection lives, an advisory lock for itself and one for each
 * template that it uses. What bears the number of nobody alive may be swept.
 */
import { claimAdvisoryLock } from "../../locks/advisory.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";

/** The first keys of these locks: `vezr` for a process, `vezt` for a template. */
const lockClasses = { process: 0x76657a72, template: 0x76657a74 } as const;

export type Marked = keyof typeof lockClasses;

/** The pair of keys of a process (its number) or of a template (its hash): both hexadecimal. */
function keysOf(what: Marked, number: string): [number, number] {
  return [lockClasses[what], Number.parseInt(number.slice(0, 8), 16) | 0];
}

/** Says that this process is alive, or uses a template, until the session ends. */
export async function mark(db: Db, what: Marked, number: string): Promise<void> {
  try {
    await db.query(loadSql(import.meta.url, "./sql/share-lock.sql"), keysOf(what, number));
  } catch (error) {
    throw queryFailure(error, "marking test databases as in use");
  }
}

/** What other sessions of the whole server have marked. */
export async function readMarks(db: Db): Promise<{ has(what: Marked, number: string): boolean }> {
  const rows = await db.query<{ class: number; key: number }>(
    loadSql(import.meta.url, "./sql/held-locks.sql"),
    Object.values(lockClasses),
  );
  const held = new Set(rows.map((row) => `${row.class} ${row.key}`));
  return { has: (what, number) => held.has(keysOf(what, number).join(" ")) };
}

/** Takes what nobody uses for oneself, as long as it lives; undefined when somebody does. */
export async function claim(db: Db, what: Marked, number: string): Promise<AsyncDisposable | undefined> {
  return claimAdvisoryLock(db, keysOf(what, number));
}
