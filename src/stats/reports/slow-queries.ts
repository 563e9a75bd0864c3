import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../../postgres/connect.ts";
import type { Facts, Report, StatementsFacts } from "../model.ts";
import { hiddenNote } from "../notes.ts";
import { ratioOf, rounded } from "../numbers.ts";
import { hasPlan } from "../explain.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { compareStatements, goneStatements } from "../statements/compare.ts";
import type { Moment, StatementChange } from "../statements/compare.ts";
import type { Counters, Statement, StatementsInfo } from "../statements/model.ts";
import { rankValue } from "../statements/rank.ts";
import type { Ranking } from "../statements/rank.ts";
import { readAll, readRanked, readTexts, textKey } from "../statements/read.ts";
import type { StatementFilter, StatementText } from "../statements/read.ts";
import { requireStatements } from "../statements/require.ts";

/** One statement of one user in one database. Null where it is not counted. */
export interface SlowQuery {
  readonly queryid: string;
  readonly user: string;
  readonly database: string;
  readonly toplevel: boolean;
  readonly calls: number;
  /** Between two moments alone. */
  readonly callsPerSecond: number | null;
  readonly totalMs: number;
  readonly meanMs: number | null;
  readonly stddevMs: number | null;
  readonly maxMs: number | null;
  readonly rows: number;
  /** Of the time of all statements, from 0 to 1. */
  readonly share: number | null;
  readonly hitRatio: number | null;
  readonly ioBlocks: number | null;
  readonly ioMs: number | null;
  readonly tempBytes: number | null;
  readonly walBytes: number | null;
  readonly planMs: number | null;
  readonly jitMs: number | null;
  readonly mark: StatementChange["mark"] | null;
  readonly query: string;
  /** In characters, where `query` was cut. */
  readonly queryLength: number | null;
}

export interface SlowQueriesReport extends Report<SlowQuery> {
  readonly by: Ranking;
  /** What the counters leave out and since when they count. */
  readonly statements: StatementsInfo;
  /** Between two moments: how far they lie apart. */
  readonly windowMs: number | null;
}

export interface SlowQueriesWish extends StatementFilter {
  readonly by: Ranking;
  readonly limit: number;
  /** Characters of a text that are fetched at most. */
  readonly mostCharacters: number;
}

/** Texts longer than this are cut, unless they are asked for in full. */
export const shownCharacters = 10_000;

/** The statements that take the most since the counters were reset. */
export async function readSlowQueries(db: Db, wish: SlowQueriesWish): Promise<SlowQueriesReport> {
  return readStats(db, async (session) => {
    const extension = requireStatements(session.facts);
    // Some more than are shown: our own are left out once their texts are known.
    const ranked = await readRanked(session, extension, wish.by, wish, wish.limit + 20);
    const texts = await readTexts(session, extension, ranked.statements, wish.mostCharacters);
    const own = ranked.statements.filter((statement) => texts.get(textKey(statement))?.isOwn === true);
    const ownMs = own.reduce((sum, { counters }) => sum + (counters.totalMs ?? 0), 0);
    const shown = ranked.statements.filter((statement) => !own.includes(statement)).slice(0, wish.limit);
    noteFacts(session, ranked.info, wish.by);
    return {
      rows: shown.map((statement) =>
        rowOf(statement, statement.counters, texts.get(textKey(statement)), session.facts, {
          allTotalMs: ranked.allTotalMs - ownMs,
          windowMs: null,
          mark: null,
        }),
      ),
      notes: session.notes.lines,
      next: nextOf(shown, texts, session.facts),
      server: { version: session.facts.version },
      by: wish.by,
      statements: ranked.info,
      windowMs: null,
    };
  });
}

/** The statements that take the most while the report looks on for `windowMs`. No transaction is open meanwhile. */
export async function readSlowQueriesOver(
  db: Db,
  wish: SlowQueriesWish,
  windowMs: number,
  signal: AbortSignal,
): Promise<SlowQueriesReport> {
  const before = await readMoment(db);
  await sleep(windowMs, undefined, { signal }).catch(() => {});
  return readSlowQueriesSince(db, wish, before);
}

/** Every entry as it stands now. */
export async function readMoment(db: Db): Promise<Moment> {
  return readStats(db, async (session) => {
    const { statements } = await readAll(session, requireStatements(session.facts));
    return { takenAt: session.facts.now, statements };
  });
}

/** The statements that took the most since an earlier moment. */
export async function readSlowQueriesSince(
  db: Db,
  wish: SlowQueriesWish,
  before: Moment,
): Promise<SlowQueriesReport> {
  return readStats(db, async (session) => {
    const extension = requireStatements(session.facts);
    const all = await readAll(session, extension);
    const after: Moment = { takenAt: session.facts.now, statements: all.statements };
    const windowMs = Math.max(0, Date.parse(after.takenAt) - Date.parse(before.takenAt));
    const changes = compareStatements(before, after)
      .filter(({ statement, counters }) => fits(wish, statement, counters))
      .toSorted(
        (a, b) =>
          rankValue(wish.by, b.counters, session.facts) - rankValue(wish.by, a.counters, session.facts),
      );
    const candidates = changes.slice(0, wish.limit + 20);
    const texts = await readTexts(
      session,
      extension,
      candidates.map(({ statement }) => statement),
      wish.mostCharacters,
    );
    const isOwn = ({ statement }: StatementChange): boolean => texts.get(textKey(statement))?.isOwn === true;
    const allTotalMs = changes
      .filter((change) => !isOwn(change))
      .reduce((sum, { counters }) => sum + (counters.totalMs ?? 0), 0);
    const shown = candidates.filter((change) => !isOwn(change)).slice(0, wish.limit);
    noteFacts(session, all.info, wish.by);
    noteWindow(session, before, after, changes);
    return {
      rows: shown.map(({ statement, counters, mark }) =>
        rowOf(statement, counters, texts.get(textKey(statement)), session.facts, {
          allTotalMs,
          windowMs,
          mark,
        }),
      ),
      notes: session.notes.lines,
      next: nextOf(
        shown.map(({ statement }) => statement),
        texts,
        session.facts,
      ),
      server: { version: session.facts.version },
      by: wish.by,
      statements: all.info,
      windowMs,
    };
  });
}

function fits(filter: StatementFilter, { user, database }: Statement, { calls = 0 }: Counters): boolean {
  return (
    (filter.user === undefined || filter.user === user) &&
    (filter.database === undefined || filter.database === database) &&
    calls >= (filter.minCalls ?? 0)
  );
}

interface RowFacts {
  readonly allTotalMs: number;
  readonly windowMs: number | null;
  readonly mark: StatementChange["mark"] | null;
}

function rowOf(
  statement: Statement,
  counters: Counters,
  text: StatementText | undefined,
  facts: Facts,
  { allTotalMs, windowMs, mark }: RowFacts,
): SlowQuery {
  const { calls = 0, totalMs = 0, sharedHit = 0, sharedRead = 0 } = counters;
  const isWindow = windowMs !== null;
  return {
    queryid: statement.queryid,
    user: statement.user,
    database: statement.database,
    toplevel: statement.toplevel,
    calls,
    callsPerSecond: isWindow && windowMs > 0 ? rounded((calls * 1000) / windowMs) : null,
    totalMs: rounded(totalMs) ?? 0,
    meanMs: rounded(isWindow ? ratioOf(totalMs, calls) : statement.meanMs),
    // Of a part of the calls neither is known.
    stddevMs: isWindow ? null : rounded(statement.stddevMs),
    maxMs: isWindow ? null : rounded(statement.maxMs),
    rows: counters.rows ?? 0,
    share: rounded(ratioOf(totalMs, allTotalMs), 4),
    hitRatio: rounded(ratioOf(sharedHit, sharedHit + sharedRead), 4),
    ioBlocks: counters.ioBlocks ?? null,
    ioMs: facts.tracksIoTiming ? rounded(counters.ioMs) : null,
    tempBytes: counters.tempBytes ?? null,
    walBytes: counters.walBytes ?? null,
    planMs: facts.tracksPlanning ? rounded(counters.planMs) : null,
    jitMs: rounded(counters.jitMs),
    mark,
    query: text?.text ?? "",
    queryLength: text?.isCut === true ? text.length : null,
  };
}

function noteFacts(session: StatsSession, info: StatementsInfo, by: Ranking): void {
  const { notes, facts } = session;
  if (info.hidden > 0) notes.add(hiddenNote(info.hidden, "statements are", facts.user));
  if (!facts.tracksIoTiming) {
    const instead = by === "io" ? " Ranked by blocks read and written instead." : "";
    notes.add(
      `I/O times are not available: track_io_timing is off.${instead} ALTER SYSTEM SET track_io_timing = on;`,
    );
  }
  if (!facts.tracksPlanning) {
    notes.add("Planning times are not available: pg_stat_statements.track_planning is off.");
  }
  noteVersion(session, facts.statements);
  const { entries, maxEntries, evictions } = info;
  if ((evictions ?? 0) > 0 || (maxEntries !== null && entries >= maxEntries)) {
    const times = evictions === null ? "" : ` ${evictions} times`;
    notes.add(
      `Rarely used statements were evicted${times} (${entries} of ${String(maxEntries)} entries): the list is a biased ` +
        "sample. Raise pg_stat_statements.max.",
    );
  }
}

function noteVersion({ notes, facts }: StatsSession, extension: StatementsFacts | null): void {
  if (extension === null || extension.columns.includes("toplevel")) return;
  notes.add(
    `pg_stat_statements is at the old version ${extension.version} on PostgreSQL ${facts.version}: newer counters are ` +
      "missing. ALTER EXTENSION pg_stat_statements UPDATE;",
  );
}

function noteWindow(
  { notes }: StatsSession,
  before: Moment,
  after: Moment,
  changes: readonly StatementChange[],
): void {
  notes.add("The deviation and the maximum are not available for a part of the calls.");
  const reset = changes.filter(({ mark }) => mark === "reset").length;
  if (reset > 0) {
    notes.add(`${reset} statements were reset or evicted in between: what they show is a lower bound.`);
  }
  const gone = goneStatements(before, after).length;
  if (gone > 0)
    notes.add(`${gone} statements are gone (evicted or reset): what they did in between is lost.`);
}

/** The plan of the first that has one and can be asked for here. */
function nextOf(
  shown: readonly Statement[],
  texts: ReadonlyMap<string, StatementText>,
  facts: Facts,
): readonly string[] {
  const first = shown.find(
    (statement) =>
      statement.database === facts.database && hasPlan(texts.get(textKey(statement))?.text ?? ""),
  );
  return first === undefined
    ? []
    : [`stats explain ${first.queryid.startsWith("-") ? "-- " : ""}${first.queryid}`];
}
