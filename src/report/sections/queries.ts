import { formatPercent } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData, ReportQuery, SeriesSet } from "../model.ts";
import { formatMs, formatTime, formatValue } from "./format.ts";
import { section } from "./model.ts";
import type { Folded, Lines, Section } from "./model.ts";

/** Bars that are drawn; the table has the others. */
const mostBars = 12;

/** `Q1`, `Q2`, … by rank: the name of a query wherever the page speaks of it. */
export function namesOf({ queries }: Pick<ReportData, "queries">): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  if (queries.state !== "read") return names;
  for (const { queryid } of queries.data.rows)
    if (!names.has(queryid)) names.set(queryid, `Q${names.size + 1}`);
  return names;
}

export function queriesSection(data: ReportData): Section {
  const base = { id: "queries", title: "Queries" };
  const { queries } = data;
  if (queries.state !== "read") return section({ ...base, absent: queries });
  const { rows, entries, since, isPeriod, notes } = queries.data;
  const names = namesOf(data);
  const [first] = rows;
  if (first === undefined) return section({ ...base, lede: "No statement is counted yet.", notes });
  const about = isPeriod ? "in this period" : "since its counters were reset";
  const when = since === null ? "" : ` (from ${formatTime(since)})`;
  const topShare = rows.slice(0, 5).reduce((sum, { share }) => sum + (share ?? 0), 0);
  const nameOf = ({ queryid }: ReportQuery): string => names.get(queryid) ?? "";
  return section({
    ...base,
    lede: `The server spent ${formatMs(allMs(rows))} on these ${count(rows.length, "statement")} ${about}${when}. ${rows.length > 5 ? `The first five take ${formatPercent(Math.min(1, topShare))} of all.` : ""} ${entries} are counted in all.`,
    plots: [
      {
        kind: "bars",
        title: "Share of execution time",
        parts: ["share"],
        full: Math.max(...rows.map(({ share }) => share ?? 0)),
        items: rows.slice(0, mostBars).map((query) => ({
          label: nameOf(query),
          values: [query.share ?? 0],
          note: `${formatPercent(query.share ?? 0)} · ${formatValue(query.calls, "count")} ${query.calls === 1 ? "call" : "calls"} × ${formatValue(query.meanMs, "ms")}`,
          queryid: query.queryid,
          id: `query-${nameOf(query)}`,
          folded: foldedOf(query),
        })),
      },
    ],
    tables: [
      {
        caption: "Statements by the time they took",
        columns: [
          { name: "query", unit: "text" },
          { name: "share", unit: "part" },
          { name: "total", unit: "ms" },
          { name: "calls", unit: "count" },
          { name: "mean", unit: "ms" },
          { name: "before", unit: "ms" },
          { name: "max", unit: "ms" },
          { name: "rows", unit: "count" },
          { name: "from buffers", unit: "part" },
          { name: "temp", unit: "bytes" },
          { name: "WAL", unit: "bytes" },
          { name: "user", unit: "text" },
          { name: "database", unit: "text" },
          { name: "text", unit: "code" },
        ],
        rows: rows.map((query) => ({
          queryid: query.queryid,
          cells: [
            nameOf(query),
            query.share,
            query.totalMs,
            query.calls,
            query.meanBeforeMs !== null && (query.meanMs ?? 0) > 2 * query.meanBeforeMs
              ? { value: query.meanMs, tone: "warning" as const }
              : query.meanMs,
            query.meanBeforeMs,
            query.maxMs,
            query.rows,
            query.hitRatio,
            query.tempBytes,
            query.walBytes,
            query.user,
            query.database,
            oneLine(withoutComments(query.query), 120),
          ],
        })),
      },
    ],
    notes,
  });
}

function allMs(rows: readonly ReportQuery[]): number {
  return rows.reduce((sum, { totalMs }) => sum + totalMs, 0);
}

function foldedOf(query: ReportQuery): Folded {
  const { plan, queryLength } = query;
  const cut = queryLength === null ? "" : `, cut from ${queryLength} characters`;
  return {
    title: oneLine(withoutComments(query.query), 240),
    facts: `queryid ${query.queryid}, ${query.user} in ${query.database}${cut}`,
    blocks: [
      { name: "Statement", code: query.query },
      ...(plan === null
        ? []
        : [{ name: "Plan", code: plan.why === null ? plan.lines.join("\n") : `No plan: ${plan.why}` }]),
    ],
  };
}

/** Calls and mean time of each, over time. */
export function loadSection(data: ReportData, absent: Section["absent"]): Section {
  const base = { id: "load", title: "Load over time" };
  const { calls, means, events } = data.history;
  if (calls.times.length === 0) return section({ ...base, absent });
  const names = namesOf(data);
  const labels = (set: SeriesSet): readonly string[] =>
    set.series.map(({ name, queryid }) =>
      queryid === null
        ? name === "all"
          ? "all statements"
          : name
        : (names.get(queryid) ?? `query ${queryid}`),
    );
  const lines = (title: string, unit: Lines["unit"], set: SeriesSet): Lines => ({
    kind: "lines",
    title,
    unit,
    set,
    labels: labels(set),
    shape: "line",
    events,
  });
  return section({
    ...base,
    lede: "What was called and how long it took, between each two snapshots. Q1, Q2, … are the queries above.",
    plots: [
      lines("Calls a second", "rate", calls),
      { ...lines("Mean time of a call", "ms", means), scale: "log" },
    ],
    notes: events.map(({ at, what }) => `${formatTime(at)}: ${what}`).slice(0, 20),
  });
}

/** What a statement does is seen without its comments, on a line where they would hide the rest. */
export function withoutComments(text: string): string {
  const bare = text.replace(/--[^\n]*(?:\n|$)/g, " ").replace(/\/\*[\s\S]*?\*\//g, " ");
  return bare.trim() === "" ? text : bare;
}

export function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
