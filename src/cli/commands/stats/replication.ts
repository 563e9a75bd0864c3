import { readReplication } from "../../../stats/reports/replication.ts";
import type { ReplicationRow } from "../../../stats/reports/replication.ts";
import { text } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<ReplicationRow>[] = [
  { name: "kind", field: "kind", unit: "text" },
  { name: "name", field: "name", unit: "text" },
  { name: "state", field: "state", unit: "text", tone: ({ isBad }) => (isBad ? "bad" : "good") },
  { name: "behind", field: "lagBytes", unit: "bytes" },
  { name: "lag", field: "lagMs", unit: "ms" },
  { name: "WAL kept", field: "keptBytes", unit: "bytes" },
  { name: "what", field: "detail", unit: "text" },
];

export const command = defineReport({
  description:
    "Shows standbys, slots and subscriptions with how far they are behind; on a standby, the server it follows.",
  examples: [
    { command: "veza-db stats replication", summary: "who is behind, and which slot keeps WAL" },
    { command: "veza-db stats replication --watch 2s", summary: "while a standby catches up" },
  ],
  read: async (_context, db) => readReplication(db),
  view: (report) => [
    ...(report.rows.length === 0
      ? [text("Nothing is replicated from here or to here.")]
      : [reportTable(columns, report.rows)]),
    ...closing(report),
  ],
});
