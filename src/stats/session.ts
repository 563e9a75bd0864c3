import { VezaError } from "../kernel/error.ts";
import type { Db, Parameter, Row } from "../postgres/connect.ts";
import { isConnectionLoss, queryFailure, serverErrorOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { Facts } from "./model.ts";
import { Notes } from "./notes.ts";

/** How long a statement of ours waits for a lock: less than anybody would notice who queues behind it. */
export const lockTimeoutMs = 100;
/** How long a statement of ours may take. */
export const statementTimeoutMs = 5000;

/** Stands in every statement of ours, so that reports can leave the tool itself out. */
export const ownMark = "/* veza-db stats */";

/** One read-only transaction in which a report reads what it needs. */
export interface StatsSession {
  readonly facts: Facts;
  readonly notes: Notes;
  readonly query: <T extends object = Row>(
    text: string,
    parameters?: readonly Parameter[],
  ) => Promise<readonly T[]>;
  /**
   * A part that a report can do without: where the server refuses it (a lock, the time limit, a privilege), the
   * report goes on without it and a note says what is missing and why.
   */
  readonly attempt: <T>(what: string, work: () => Promise<T>) => Promise<T | undefined>;
}

/**
 * Runs `work` in one read-only transaction with limits. Throws `VezaError` when the server refuses or goes away. With the
 * facts of an earlier transaction of the same session they are not asked for again, and `work` sends its first questions
 * together with the BEGIN; its time `now` then is that of the earlier one.
 */
export async function readStats<T>(
  db: Db,
  work: (session: StatsSession) => Promise<T>,
  known?: Facts,
): Promise<T> {
  try {
    const begun = begin(db);
    const [result] =
      known === undefined
        ? [await work(sessionOf(db, await readFacts(db, begun)))]
        : await Promise.all([work(sessionOf(db, known)), begun]);
    const ended = db.send(sql.commit());
    // Nothing was written that could fail to be kept: on a session that is used again nobody waits for it, what is sent next
    // comes behind it.
    if (known === undefined) await ended;
    else ended.catch(() => {});
    return result;
  } catch (error) {
    // Behind a pooler the session goes on to somebody else: not with our transaction.
    if (db.isAlive && !isConnectionLoss(error)) await db.send(sql.commit()).catch(() => {});
    throw gaveWay(error) ?? queryFailure(error, "reading the statistics");
  }
}

/** What a report cannot do without was locked, or took too long: it gives way. */
function gaveWay(error: unknown): VezaError | undefined {
  const sqlstate = serverErrorOf(error)?.sqlstate;
  if (sqlstate !== "55P03" && sqlstate !== "57014") return undefined;
  const isLock = sqlstate === "55P03";
  return new VezaError({
    code: "stats.gave-way",
    ending: "environment",
    message: isLock
      ? `A catalog that this report needs is locked, and it does not wait longer than ${lockTimeoutMs} ms.`
      : `The server took longer than ${statementTimeoutMs / 1000} s for a part that this report needs.`,
    detail: `${isLock ? "VACUUM FULL or REINDEX of a catalog does that.\n" : ""}SQLSTATE ${sqlstate}`,
    hint: isLock
      ? `psql -c "SELECT pid, relation::regclass, mode FROM pg_locks WHERE mode = 'AccessExclusiveLock'" shows who.`
      : "Run the command again when the server is less busy.",
    facts: { sqlstate },
    cause: error,
  });
}

async function begin(db: Db): Promise<void> {
  // Sent together: one round trip.
  await Promise.all([
    db.send(marked(sql.begin())),
    db.query(marked(sql.limits()), [`${lockTimeoutMs}ms`, `${statementTimeoutMs}ms`]),
  ]);
}

async function readFacts(db: Db, begun: Promise<void>): Promise<Facts> {
  const [[facts]] = await Promise.all([db.query<Facts>(marked(sql.facts())), begun]);
  if (facts === undefined) throw new Error("the server says nothing of itself");
  return facts;
}

function sessionOf(db: Db, facts: Facts): StatsSession {
  const query = async <Q extends object = Row>(
    text: string,
    parameters?: readonly Parameter[],
  ): Promise<readonly Q[]> => db.query<Q>(marked(text), parameters);
  const notes = new Notes();
  return {
    facts,
    notes,
    query,
    attempt: async (what, part) => {
      // The answers come in order, so the savepoint is there before the part begins.
      const saved = db.send(sql.savepoint());
      const [, outcome] = await Promise.all([saved, outcomeOf(part)]);
      if ("result" in outcome) {
        // Nobody waits for it: what is sent next comes behind it, and fails where it fails.
        db.send(sql.release()).catch(() => {});
        return outcome.result;
      }
      const server = serverErrorOf(outcome.error);
      if (server === undefined || isConnectionLoss(outcome.error)) throw outcome.error;
      await db.send(sql.rollbackTo());
      notes.unavailable(what, server);
      return undefined;
    },
  };
}

async function outcomeOf<T>(
  part: () => Promise<T>,
): Promise<{ readonly result: T } | { readonly error: unknown }> {
  try {
    return { result: await part() };
  } catch (error) {
    return { error };
  }
}

/** The statement with our mark after its first word: what the tool itself sends is left out of what it shows. */
export function marked(text: string): string {
  return text.replace(/^\w+/, (word) => `${word} ${ownMark}`);
}

const sql = {
  begin: () => loadSql(import.meta.url, "./sql/begin.sql"),
  limits: () => loadSql(import.meta.url, "./sql/limits.sql"),
  facts: () => loadSql(import.meta.url, "./sql/facts.sql"),
  commit: () => loadSql(import.meta.url, "./sql/commit.sql"),
  savepoint: () => loadSql(import.meta.url, "./sql/savepoint.sql"),
  release: () => loadSql(import.meta.url, "./sql/release.sql"),
  rollbackTo: () => loadSql(import.meta.url, "./sql/rollback-to.sql"),
};
