import { readLocks } from "../../../stats/reports/locks.ts";
import type { LockRow, LocksReport } from "../../../stats/reports/locks.ts";
import { text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { flag } from "../../flags.ts";
import { closing, wholeQueries } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";
import type { Shown } from "./shared/define-report.ts";

const columns: readonly ReportColumn<LockRow>[] = [
  {
    name: "state",
    field: "state",
    unit: "text",
    tone: ({ state }) => (state?.startsWith("idle in") === true ? "warning" : undefined),
  },
  {
    name: "waits",
    field: "waitMs",
    unit: "ms",
    show: ({ waitMs, blockedBy }) =>
      blockedBy.length === 0 ? "" : waitMs === null ? "n/a" : seconds(waitMs),
    tone: ({ waitMs }) => ((waitMs ?? 0) > 60_000 ? "bad" : "warning"),
  },
  { name: "open for", field: "transactionMs", unit: "ms" },
  {
    name: "lock",
    field: "mode",
    unit: "text",
    // A row is waited for through the transaction that changed it.
    show: ({ mode, lockType }) =>
      lockType === "transactionid" || lockType === "tuple" ? "row" : (mode ?? "").replace(/Lock$/, ""),
    isOptional: true,
  },
  {
    name: "on",
    field: "relation",
    unit: "text",
    show: ({ relation, lockType }) => relation ?? lockType ?? "",
  },
  { name: "user", field: "user", unit: "text", isOptional: true },
  { name: "database", field: "database", unit: "text", isOptional: true },
  { name: "application", field: "application", unit: "text", isOptional: true },
  { name: "query", field: "query", unit: "query" },
];

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export const command = defineReport({
  description:
    "Shows who waits for a lock and who keeps them waiting, roots first, with the command that ends each root.",
  flags: { tree: flag.switch("--tree", "draw who waits for whom as a tree") },
  examples: [
    { command: "veza-db stats locks --tree", summary: "who blocks whom" },
    { command: "veza-db stats locks --watch 1s", summary: "the same, every second" },
  ],
  read: async ({ flags }, db) => ({ ...(await readLocks(db, flags.limit)), isTree: flags.tree }),
  view: locksView,
});

function locksView(report: Shown<LocksReport & { readonly isTree: boolean }>): readonly Block[] {
  const { rows, waiting, isTree, isFull } = report;
  if (rows.length === 0) return [text("Nobody waits for a lock.", "good"), ...closing(report)];
  const roots = rows.filter(({ cancel }) => cancel !== null);
  return [
    reportTable(
      [
        pidColumn(isTree),
        { name: "behind", field: "waiting", unit: "count" },
        ...(isTree ? [] : [blockers]),
        ...columns,
      ],
      rows,
    ),
    text(""),
    text(`${count(waiting, "session")} ${waiting === 1 ? "waits" : "wait"} for a lock.`, "warning"),
    ...roots.map(({ pid, gids, waiting: behind, cancel }) =>
      text(
        `To free ${count(behind, "session")} from ${pid === 0 ? `the prepared ${gids.join(", ")}` : pid}: ${cancel ?? ""};`,
      ),
    ),
    ...(isFull
      ? wholeQueries(rows.map(({ pid, query }) => ({ title: String(pid), query: query ?? "" })))
      : []),
    ...closing(report),
  ];
}

const blockers: ReportColumn<LockRow> = {
  name: "blocked by",
  field: "blockedBy",
  unit: "text",
  show: ({ blockedBy }) => blockedBy.join(", "),
};

function pidColumn(isTree: boolean): ReportColumn<LockRow> {
  return {
    name: "pid",
    field: "pid",
    unit: "text",
    show: ({ pid, gids, depth, isDeadlock }) =>
      `${isTree && depth > 0 ? `└${"──".repeat(depth - 1)}─ ` : ""}${pid === 0 ? gids.join(", ") : pid}${isDeadlock ? " (circle)" : ""}`,
    tone: ({ depth }) => (depth === 0 ? "bad" : undefined),
  };
}
