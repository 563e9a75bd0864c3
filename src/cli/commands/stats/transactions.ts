import { readTransactions } from "../../../stats/reports/transactions.ts";
import type { TransactionRow } from "../../../stats/reports/transactions.ts";
import { text } from "../../../ui/view.ts";
import { closing, wholeQueries } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<TransactionRow>[] = [
  {
    name: "pid",
    field: "pid",
    unit: "text",
    show: ({ pid, gid }) => (pid === null ? (gid ?? "") : String(pid)),
  },
  {
    name: "state",
    field: "state",
    unit: "text",
    tone: ({ state }) => (state === "active" ? undefined : "warning"),
  },
  {
    name: "open for",
    field: "transactionMs",
    unit: "ms",
    tone: ({ transactionMs }) =>
      transactionMs > 1_800_000 ? "bad" : transactionMs > 300_000 ? "warning" : undefined,
  },
  { name: "in state", field: "stateMs", unit: "ms" },
  { name: "xmin age", field: "xminAge", unit: "count", isOptional: true },
  { name: "wrote", field: "hasWritten", unit: "boolean", isOptional: true },
  { name: "waits for", field: "waitEvent", unit: "text", isOptional: true },
  { name: "user", field: "user", unit: "text" },
  { name: "database", field: "database", unit: "text", isOptional: true },
  { name: "application", field: "application", unit: "text", isOptional: true },
  { name: "query", field: "query", unit: "query" },
];

export const command = defineReport({
  description:
    "Lists open transactions, the oldest first: running, idle in transaction, prepared. Each with what ends it.",
  examples: [
    { command: "veza-db stats transactions", summary: "what holds locks and keeps vacuum back" },
    { command: "veza-db stats transactions --full --json", summary: "for a program, with the whole queries" },
  ],
  read: async ({ flags }, db) => readTransactions(db, flags.limit),
  view: (report) => [
    ...(report.rows.length === 0
      ? [text("No transaction is open.", "good")]
      : [reportTable(columns, report.rows)]),
    ...(report.isFull
      ? wholeQueries(
          report.rows.map(({ pid, gid, query, end }) => ({
            title: `${pid ?? gid ?? ""}: ${end};`,
            query: query ?? "",
          })),
        )
      : []),
    ...closing(report),
  ],
});
