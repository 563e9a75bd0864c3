import { join } from "node:path";
import { usageError } from "../../../kernel/error.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import {
  readSlowQueries,
  readSlowQueriesOver,
  readSlowQueriesSince,
  shownCharacters,
} from "../../../stats/reports/slow-queries.ts";
import type { SlowQueriesReport, SlowQueriesWish, SlowQuery } from "../../../stats/reports/slow-queries.ts";
import type { Counting } from "../../../stats/rates.ts";
import type { Moment } from "../../../stats/statements/compare.ts";
import { rankings } from "../../../stats/statements/rank.ts";
import { text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";
import { closing, wholeQueries } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";
import type { Shown } from "./shared/define-report.ts";

/** One GB: more than a text can have. */
const everything = 2 ** 30;

const counting: Counting<SlowQuery> = {
  keyOf: ({ user, database, queryid, toplevel }) => JSON.stringify([user, database, queryid, toplevel]),
  fields: ["calls", "totalMs", "rows"],
};

export const command = defineReport({
  description: "Ranks the statements that pg_stat_statements has counted, by user, database and level.",
  flags: {
    by: flag.choice("--by <what>", `rank by ${rankings.join(", ")}`, rankings, "total"),
    since: flag.text(
      "--since <snapshot>",
      "only what happened since this snapshot (a path, a name, or latest)",
    ),
    window: flag.duration("--window <duration>", "only what happens while the report looks on"),
    user: flag.text("--user <name>", "only statements of this user"),
    db: flag.text("--db <name>", "only statements of this database"),
    minCalls: flag.integer("--min-calls <n>", "only statements with so many calls", 0),
  },
  examples: [
    { command: "veza-db stats slow-queries", summary: "what takes the most time" },
    {
      command: "veza-db stats slow-queries --by io --window 10s",
      summary: "what reads and writes the most now",
    },
    { command: "veza-db stats slow-queries --by mean --min-calls 100 --json", summary: "for a program" },
  ],
  read: async (context, db) => {
    const { by, user, db: database, minCalls, limit, full, since, window } = context.flags;
    const wish: SlowQueriesWish = {
      by,
      limit,
      user,
      database,
      minCalls,
      mostCharacters: full ? everything : shownCharacters,
    };
    if (since !== undefined && window !== undefined) {
      throw usageError(
        "stats.two-windows",
        "--since and --window name two beginnings.",
        "Leave one of them out.",
      );
    }
    if (since !== undefined) return readSlowQueriesSince(db, wish, await momentOf(context, since));
    if (window !== undefined) return readSlowQueriesOver(db, wish, window, context.signal);
    return readSlowQueries(db, wish);
  },
  counting,
  // A window counts from its own beginning.
  isCumulative: ({ windowMs }) => windowMs === null,
  view: slowQueriesView,
});

/** The statements of a snapshot. */
async function momentOf({ settings, cwd }: Pick<Context, "settings" | "cwd">, name: string): Promise<Moment> {
  const { readSnapshot } = await import("../../../stats/snapshot/read-snapshot.ts");
  const { takenAt, statements } = readSnapshot(name, cwd, join(settings.values.stateDir, "snapshots"));
  if (statements !== null) return { takenAt, statements: statements.entries };
  throw usageError(
    "stats.snapshot-without-statements",
    `The snapshot ${name} holds no statements.`,
    "veza-db stats snapshot",
  );
}

function slowQueriesView(report: Shown<SlowQueriesReport>): readonly Block[] {
  const { rows, isFull, windowMs, statements } = report;
  const nothing = windowMs === null ? "No statement is counted yet." : "No statement ran meanwhile.";
  const since =
    statements.resetAt === null ? "" : ` since ${statements.resetAt.slice(0, 19).replace("T", " ")} UTC`;
  const span = windowMs === null ? `Counted${since}` : `Within ${formatDuration(windowMs)}`;
  return [
    ...(rows.length === 0 ? [text(nothing)] : [reportTable(columnsOf(report), rows), text("")]),
    text(`${span}; ${statements.entries} statements in all, ranked by ${report.by}.`),
    ...(isFull
      ? wholeQueries(
          rows.map(({ queryid, user, database, query }) => ({
            title: `${queryid} (${user}@${database})`,
            query,
          })),
        )
      : []),
    ...closing(report),
  ];
}

/** What everybody needs, then what the ranking is about, and only what is known of at least one row. */
function columnsOf({ by, windowMs, rows }: SlowQueriesReport): readonly ReportColumn<SlowQuery>[] {
  const optional = (about: string): { readonly isOptional: boolean } => ({ isOptional: by !== about });
  const all: readonly ReportColumn<SlowQuery>[] = [
    { name: "queryid", field: "queryid", unit: "text", isOptional: true, least: 20 },
    { name: "share", field: "share", unit: "bar" },
    { name: "total", field: "totalMs", unit: "ms" },
    { name: "calls", field: "calls", unit: "count" },
    { name: "calls/s", field: "callsPerSecond", unit: "count" },
    {
      name: "mean",
      field: "meanMs",
      unit: "ms",
      tone: ({ meanMs }) => ((meanMs ?? 0) > 1000 ? "bad" : (meanMs ?? 0) > 100 ? "warning" : undefined),
    },
    { name: "user", field: "user", unit: "text", isOptional: true },
    { name: "database", field: "database", unit: "text", isOptional: true },
    // The same statement of the same user, called by a function: another row.
    ...(rows.every(({ toplevel }) => toplevel)
      ? []
      : [
          {
            name: "level",
            field: "toplevel",
            unit: "text",
            show: ({ toplevel }: SlowQuery) => (toplevel ? "top" : "nested"),
          } as const,
        ]),
    { name: "max", field: "maxMs", unit: "ms", ...optional("max") },
    { name: "± sd", field: "stddevMs", unit: "ms", isOptional: true },
    { name: "rows", field: "rows", unit: "count", isOptional: true },
    {
      name: "hit",
      field: "hitRatio",
      unit: "part",
      tone: ({ hitRatio }) => (hitRatio !== null && hitRatio < 0.9 ? "warning" : undefined),
      isOptional: true,
    },
    { name: "I/O", field: "ioMs", unit: "ms", ...optional("io") },
    { name: "I/O blocks", field: "ioBlocks", unit: "count", ...optional("io") },
    { name: "temp", field: "tempBytes", unit: "bytes", ...optional("temp") },
    { name: "WAL", field: "walBytes", unit: "bytes", ...optional("wal") },
    { name: "planning", field: "planMs", unit: "ms", ...optional("plan") },
    { name: "JIT", field: "jitMs", unit: "ms", ...optional("jit") },
    { name: "", field: "mark", unit: "text", show: ({ mark }) => (mark === "grown" ? "" : (mark ?? "")) },
    { name: "query", field: "query", unit: "query" },
  ];
  // Counters that are zero everywhere, or not known of any row, only take the query's room.
  const alwaysShown = ["share", "total", "calls", "mean", "user", "database", "queryid", "query"];
  return all.filter(
    ({ name, field, isOptional }) =>
      alwaysShown.includes(name) ||
      (isOptional === false && windowMs === null && field !== "callsPerSecond") ||
      rows.some((row) => row[field] !== null && row[field] !== 0),
  );
}
