import { join } from "node:path";
import { formatDuration } from "../../../kernel/duration.ts";
import { usageError } from "../../../kernel/error.ts";
import { compareSnapshots } from "../../../stats/snapshot/compare.ts";
import type { CounterDiff, StatementDiff, TableDiff } from "../../../stats/snapshot/compare.ts";
import { heading, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { withDefault } from "./shared/define-report.ts";

const statementColumns: readonly ReportColumn<StatementDiff>[] = [
  { name: "share", field: "share", unit: "bar" },
  { name: "total", field: "totalMs", unit: "ms" },
  { name: "calls", field: "calls", unit: "count" },
  { name: "calls/s", field: "callsPerSecond", unit: "count", isOptional: true },
  {
    name: "mean",
    field: "meanMs",
    unit: "ms",
    tone: ({ meanMs, meanBeforeMs }) =>
      (meanMs ?? 0) > 2 * (meanBeforeMs ?? Number.POSITIVE_INFINITY) ? "bad" : undefined,
  },
  { name: "before", field: "meanBeforeMs", unit: "ms" },
  {
    name: "",
    field: "mark",
    unit: "text",
    show: ({ mark }) => (mark === "grown" ? "" : mark),
    tone: ({ mark }) => (mark === "reset" ? "warning" : undefined),
  },
  { name: "user", field: "user", unit: "text", isOptional: true },
  { name: "database", field: "database", unit: "text", isOptional: true },
  { name: "queryid", field: "queryid", unit: "text" },
  { name: "query", field: "query", unit: "query" },
];

const tableColumns: readonly ReportColumn<TableDiff>[] = [
  { name: "schema", field: "schema", unit: "text" },
  { name: "table", field: "table", unit: "text", least: 24 },
  { name: "", field: "mark", unit: "text", show: ({ mark }) => (mark === "same" ? "" : mark) },
  {
    name: "size ~",
    field: "bytesGrown",
    unit: "bytes",
    tone: ({ bytesGrown }) => (bytesGrown > 0 ? "warning" : undefined),
  },
  { name: "rows ~", field: "rowsGrown", unit: "count" },
  { name: "seq scans", field: "seqScans", unit: "count" },
  { name: "index scans", field: "indexScans", unit: "count" },
  { name: "inserted", field: "inserted", unit: "count" },
  { name: "updated", field: "updated", unit: "count" },
  { name: "deleted", field: "deleted", unit: "count" },
];

const counterColumns: readonly ReportColumn<CounterDiff>[] = [
  { name: "of", field: "section", unit: "text" },
  { name: "counter", field: "counter", unit: "text" },
  { name: "grown by", field: "grown", unit: "count" },
  { name: "a second", field: "perSecond", unit: "count" },
  { name: "", field: "isReset", unit: "boolean", show: ({ isReset }) => (isReset ? "reset" : "") },
];

export const command = defineCommand({
  description:
    "Compares two snapshots: statements, tables and counters. Resets, restarts and evictions in between are marked.",
  args: [
    { name: "<from>", summary: "the earlier one: a path, or a name in .veza/snapshots" },
    { name: "<to>", summary: "the later one, or latest" },
  ],
  flags: { limit: withDefault(flag.integer("--limit <n>", "show at most so many rows of each part", 1), 20) },
  examples: [
    { command: "veza-db stats diff monday.json latest", summary: "what happened since Monday" },
    { command: "veza-db stats diff before.json after.json --json", summary: "for a program" },
  ],
  exits: [],
  async run(context) {
    const { readSnapshot } = await import("../../../stats/snapshot/read-snapshot.ts");
    const folder = join(context.settings.values.stateDir, "snapshots");
    const [from = "", to = ""] = context.args;
    const [before, after] = [readSnapshot(from, context.cwd, folder), readSnapshot(to, context.cwd, folder)];
    if (Date.parse(before.takenAt) > Date.parse(after.takenAt)) {
      throw usageError(
        "stats.snapshot-order",
        `${from} was taken after ${to}.`,
        `veza-db stats diff ${to} ${from}`,
      );
    }
    const diff = compareSnapshots(before, after);
    return {
      data: {
        rows: diff.statements,
        ...diff,
        limit: context.flags.limit,
        notes: [...diff.events, ...new Set([...before.notes, ...after.notes])],
        next: [],
        server: { version: after.server.version },
      },
    };
  },
  view: ({ from, to, windowMs, rows, tables, counters, limit, notes, next }): readonly Block[] => [
    text(`From ${from} to ${to}: ${formatDuration(windowMs)}.`),
    heading("Statements"),
    ...(rows.length === 0 ? [text("None ran.")] : [reportTable(statementColumns, rows.slice(0, limit))]),
    heading("Tables"),
    ...(tables.length === 0
      ? [text("Nothing changed.")]
      : [reportTable(tableColumns, tables.slice(0, limit))]),
    heading("Counters"),
    reportTable(counterColumns, counters),
    ...closing({ notes, next }),
  ],
});
