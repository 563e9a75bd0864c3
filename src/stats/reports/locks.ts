import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { arrangeTree } from "../lock-tree.ts";
import type { TreePlace } from "../lock-tree.ts";
import type { Report } from "../model.ts";
import { hiddenNote } from "../notes.ts";
import { rounded } from "../numbers.ts";
import { redact } from "../redact.ts";
import { readStats } from "../session.ts";

/** One session that waits for a lock or that others wait for. Ages in milliseconds; null where hidden or not so. */
export interface LockRow {
  /** 0 for a prepared transaction, which has no session. */
  readonly pid: number;
  /** Steps below the root of its tree. */
  readonly depth: number;
  readonly blockedBy: readonly number[];
  /** Sessions that wait for this one, directly or behind others. */
  readonly waiting: number;
  readonly isDeadlock: boolean;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly waitMs: number | null;
  readonly transactionMs: number | null;
  readonly lockType: string | null;
  readonly mode: string | null;
  readonly relation: string | null;
  /** What ends what it runs, to be sent by psql; for those alone that wait for nobody. */
  readonly cancel: string | null;
  /** Prepared transactions that hold what is waited for; they stand in one row, with the pid 0. */
  readonly gids: readonly string[];
  readonly query: string | null;
}

export interface LocksReport extends Report<LockRow> {
  readonly waiting: number;
}

interface WaitRow {
  readonly pid: number;
  readonly blockedBy: readonly number[];
  readonly lockType: string;
  readonly mode: string;
  readonly waitMs: number | null;
  readonly schema: string | null;
  readonly relation: string | null;
}

interface PreparedHolder {
  readonly gid: string;
  readonly user: string | null;
  readonly database: string | null;
  readonly transactionMs: number;
}

interface SessionRow {
  readonly pid: number;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly transactionMs: number | null;
  readonly query: string | null;
}

/** Who waits for a lock and for whom, each tree from its root. */
export async function readLocks(db: Db, limit: number): Promise<LocksReport> {
  return readStats(db, async ({ query, notes, facts }) => {
    const found = await query<WaitRow>(loadSql(import.meta.url, "./sql/waits.sql"));
    const waits = mergeWaits(found);
    const pids = [...new Set(waits.flatMap(({ pid, blockedBy }) => [pid, ...blockedBy]))];
    const sessions =
      pids.length === 0
        ? []
        : await query<SessionRow>(loadSql(import.meta.url, "./sql/lock-sessions.sql"), [
            `{${pids.join(",")}}`,
          ]);
    const prepared = pids.includes(0)
      ? await query<PreparedHolder>(loadSql(import.meta.url, "./sql/prepared-holders.sql"))
      : [];
    const places = arrangeTree(waits);
    const rows = places
      .slice(0, limit)
      .map((place) => (place.pid === 0 ? preparedRow(place, prepared) : rowOf(place, waits, sessions)));
    const hidden = sessions.filter(({ query: text }) => text === "<insufficient privilege>").length;
    if (hidden > 0) notes.add(hiddenNote(hidden, "sessions have their state and query", facts.user));
    if (places.length > limit)
      notes.add(`${places.length - limit} more sessions are not shown: --limit ${places.length} shows them.`);
    if (found.length >= 200) notes.add("Only the 200 longest waits were looked at.");
    if (rows.some(({ isDeadlock }) => isDeadlock)) {
      notes.add(
        "Sessions wait for each other in a circle: the server ends one of them after deadlock_timeout.",
      );
    }
    const root = rows.find(({ cancel }) => cancel !== null);
    return {
      rows,
      notes: notes.lines,
      next:
        root === undefined ? [] : [root.pid === 0 ? "stats transactions" : `psql -c '${root.cancel ?? ""}'`],
      server: { version: facts.version },
      waiting: waits.length,
    };
  });
}

/** A session may wait in several of its parallel workers. */
function mergeWaits(rows: readonly WaitRow[]): readonly WaitRow[] {
  const byPid = new Map<number, WaitRow>();
  for (const row of rows) {
    const before = byPid.get(row.pid);
    const blockedBy = [...new Set([...(before?.blockedBy ?? []), ...row.blockedBy])].filter(
      (pid) => pid !== row.pid,
    );
    byPid.set(row.pid, { ...(before ?? row), blockedBy });
  }
  return [...byPid.values()];
}

function rowOf(place: TreePlace, waits: readonly WaitRow[], sessions: readonly SessionRow[]): LockRow {
  const wait = waits.find(({ pid }) => pid === place.pid);
  const session = sessions.find(({ pid }) => pid === place.pid);
  const state = session?.state ?? null;
  return {
    pid: place.pid,
    depth: place.depth,
    blockedBy: wait?.blockedBy ?? [],
    waiting: place.waiting,
    isDeadlock: place.isCircular,
    user: session?.user ?? null,
    database: session?.database ?? null,
    application: session?.application ?? null,
    state,
    waitMs: rounded(wait?.waitMs, 0),
    transactionMs: rounded(session?.transactionMs, 0),
    lockType: wait?.lockType ?? null,
    mode: wait?.mode ?? null,
    relation: typeof wait?.relation === "string" ? `${wait.schema ?? ""}.${wait.relation}` : null,
    cancel: wait === undefined ? cancelCommand(place.pid, state) : null,
    gids: [],
    query: session?.query === null || session === undefined ? null : redact(session.query),
  };
}

/** What no session holds: it is ended one by one, the oldest first. */
function preparedRow(place: TreePlace, holders: readonly PreparedHolder[]): LockRow {
  const [oldest] = holders;
  return {
    pid: place.pid,
    depth: place.depth,
    blockedBy: [],
    waiting: place.waiting,
    isDeadlock: place.isCircular,
    user: oldest?.user ?? null,
    database: oldest?.database ?? null,
    application: null,
    state: "prepared",
    waitMs: null,
    transactionMs: rounded(oldest?.transactionMs, 0),
    lockType: null,
    mode: null,
    relation: null,
    cancel:
      holders.length === 0
        ? null
        : holders.map(({ gid }) => `ROLLBACK PREPARED ${quoteLiteral(gid)}`).join("; "),
    gids: holders.map(({ gid }) => gid),
    query: null,
  };
}

/** An idle session runs nothing that could be cancelled: its transaction ends only with it. */
export function cancelCommand(pid: number, state: string | null): string {
  return state?.startsWith("idle") === true
    ? `SELECT pg_terminate_backend(${pid})`
    : `SELECT pg_cancel_backend(${pid})`;
}
