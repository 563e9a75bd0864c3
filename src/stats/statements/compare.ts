import { counterNames, keyOf } from "./model.ts";
import type { Counters, Statement } from "./model.ts";

/** What happened to one entry between two moments. */
export interface StatementChange {
  readonly statement: Statement;
  readonly counters: Counters;
  /**
   * `new`: not there before. `reset`: it counts anew since the first moment (reset, evicted and come back, or the
   * server restarted without its statistics), so what is shown is a lower bound.
   */
  readonly mark: "grown" | "new" | "reset";
}

export interface Moment {
  readonly takenAt: string;
  readonly statements: readonly Statement[];
}

/** The differences of all counters; never a negative number. Entries without a call in between are left out. */
export function compareStatements(before: Moment, after: Moment): readonly StatementChange[] {
  const earlier = new Map(before.statements.map((statement) => [keyOf(statement), statement]));
  return after.statements
    .map((statement) => changeOf(earlier.get(keyOf(statement)), statement, before.takenAt))
    .filter(({ counters }) => Object.values(counters).some((value) => value > 0));
}

/** Entries that are gone: evicted or reset. What they counted in between is lost. */
export function goneStatements(before: Moment, after: Moment): readonly Statement[] {
  const later = new Set(after.statements.map(keyOf));
  return before.statements.filter((statement) => !later.has(keyOf(statement)));
}

function changeOf(before: Statement | undefined, after: Statement, takenAt: string): StatementChange {
  if (before === undefined) return { statement: after, counters: after.counters, mark: "new" };
  if (countsAnew(before, after, takenAt))
    return { statement: after, counters: after.counters, mark: "reset" };
  const counters: Partial<Record<keyof Counters, number>> = {};
  for (const name of counterNames) {
    const now = after.counters[name];
    // A counter that was not there before (the extension was updated) has no difference.
    const then = before.counters[name];
    if (now !== undefined && then !== undefined) counters[name] = now - then;
  }
  return { statement: after, counters, mark: "grown" };
}

/**
 * True when the entry was born again in between. From 17 on it says since when it counts; before, any counter that has
 * become less tells it (`calls` alone may have caught up).
 */
function countsAnew(before: Statement, after: Statement, takenAt: string): boolean {
  // An entry can be born after the moment's time was taken and still have been read then.
  if (after.since !== undefined && before.since !== undefined) {
    if (after.since !== before.since) return true;
  } else if (after.since !== undefined && Date.parse(after.since) > Date.parse(takenAt)) return true;
  return counterNames.some((name) => {
    const [then, now] = [before.counters[name], after.counters[name]];
    return then !== undefined && now !== undefined && now < then;
  });
}
