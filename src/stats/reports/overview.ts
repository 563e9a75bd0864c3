import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { checkWithin } from "../check/run.ts";
import type { Check, Status, Thresholds } from "../check/model.ts";
import type { Report } from "../model.ts";
import { ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { readRanked, readTexts, textKey } from "../statements/read.ts";
import { missingStatements } from "../statements/require.ts";

export interface TopQuery {
  readonly queryid: string;
  readonly share: number | null;
  readonly calls: number;
  readonly meanMs: number | null;
  readonly query: string;
}

/** Everything at a glance: the checks with the worst first, and what takes the most time. */
export interface OverviewReport extends Report<Check> {
  readonly status: Status;
  readonly database: string;
  readonly isStandby: boolean;
  readonly startedAt: string;
  readonly databaseBytes: number | null;
  readonly queries: readonly TopQuery[];
}

export async function readOverview(db: Db, thresholds: Thresholds): Promise<OverviewReport> {
  return readStats(db, async (session) => {
    const { facts, notes } = session;
    const { status, checks } = await checkWithin(session, thresholds);
    const sizes = await session.attempt("The size of the database", async () =>
      session.query<{ readonly bytes: number }>(loadSql(import.meta.url, "./sql/database-size.sql")),
    );
    const missing = missingStatements(facts);
    if (missing !== undefined)
      notes.add(`The slowest statements are not available. ${missing.message} ${missing.mend}`);
    const queries =
      missing === undefined
        ? await session.attempt("The slowest statements", async () => readTop(session))
        : [];
    const [worst] = checks;
    return {
      rows: checks,
      notes: notes.lines,
      next:
        worst?.next === null || worst === undefined
          ? // What would say the same as the note above leads nowhere.
            missing === undefined
            ? ["stats slow-queries"]
            : []
          : [worst.next === "doctor" ? "veza-db doctor" : worst.next],
      server: { version: facts.version },
      status,
      database: facts.database,
      isStandby: facts.isStandby,
      startedAt: facts.startedAt,
      databaseBytes: sizes?.[0]?.bytes ?? null,
      queries: queries ?? [],
    };
  });
}

async function readTop(session: StatsSession): Promise<readonly TopQuery[]> {
  const extension = session.facts.statements;
  if (extension === null) return [];
  const filter = { user: undefined, database: undefined, minCalls: undefined };
  const { statements, allTotalMs } = await readRanked(session, extension, "total", filter, 20);
  const texts = await readTexts(session, extension, statements, 1000);
  return statements
    .filter((statement) => texts.get(textKey(statement))?.isOwn !== true)
    .slice(0, 5)
    .map((statement) => ({
      queryid: statement.queryid,
      share: rounded(ratioOf(statement.counters.totalMs ?? 0, allTotalMs), 4),
      calls: statement.counters.calls ?? 0,
      meanMs: rounded(statement.meanMs),
      query: texts.get(textKey(statement))?.text ?? "",
    }));
}
