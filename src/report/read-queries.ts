import { VezaError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { explainQuery, hasPlan } from "../stats/explain.ts";
import { readSlowQueries, readSlowQueriesSince } from "../stats/reports/slow-queries.ts";
import type { SlowQueriesReport, SlowQueriesWish, SlowQuery } from "../stats/reports/slow-queries.ts";
import type { QueriesPart, QueryPlan, ReportQuery } from "./model.ts";
import type { Past } from "./read-past.ts";

/** Characters of a query's text, lines of its plan and characters of each. */
const mostCharacters = 2000;
const mostPlanLines = 60;
const mostPlanCharacters = 240;

/** The statements that took most: since the first snapshot of the period, or, without one, since the counters' reset. */
export async function readQueries(
  db: Db,
  past: Past,
  limit: number,
  plans: number,
  signal: AbortSignal,
): Promise<QueriesPart> {
  const wish: SlowQueriesWish = {
    by: "total",
    limit,
    user: undefined,
    database: undefined,
    minCalls: undefined,
    mostCharacters,
  };
  const { moment } = past;
  const report: SlowQueriesReport =
    moment === undefined ? await readSlowQueries(db, wish) : await readSlowQueriesSince(db, wish, moment);
  const means = new Map(
    moment?.statements.map(({ user, database, queryid, toplevel, meanMs }) => [
      identityOf({ user, database, queryid, toplevel }),
      meanMs,
    ]),
  );
  const rows: ReportQuery[] = [];
  for (const row of report.rows) {
    signal.throwIfAborted();
    rows.push({
      ...row,
      meanBeforeMs: row.mark === "grown" ? (means.get(identityOf(row)) ?? null) : null,
      plan: rows.length < plans ? await planOf(db, row) : null,
    });
  }
  return {
    rows,
    entries: report.statements.entries,
    since: moment?.takenAt ?? report.statements.resetAt,
    isPeriod: moment !== undefined,
    notes: report.notes,
  };
}

function identityOf({
  user,
  database,
  queryid,
  toplevel,
}: Pick<SlowQuery, "user" | "database" | "queryid" | "toplevel">): string {
  return JSON.stringify([user, database, queryid, toplevel]);
}

async function planOf(db: Db, { queryid, query }: SlowQuery): Promise<QueryPlan> {
  if (!hasPlan(query)) return { lines: [], why: "A statement of this kind has no plan." };
  try {
    const { rows } = await explainQuery(db, queryid);
    const lines = rows
      .slice(0, mostPlanLines)
      .map(({ line }) => (line.length > mostPlanCharacters ? `${line.slice(0, mostPlanCharacters)}…` : line));
    return {
      lines: rows.length > lines.length ? [...lines, `… ${rows.length - lines.length} more lines`] : lines,
      why: null,
    };
  } catch (error) {
    if (!(error instanceof VezaError) || !db.isAlive) throw error;
    return { lines: [], why: error.message };
  }
}
