import { readProgress } from "../../../stats/reports/progress.ts";
import type { ProgressRow } from "../../../stats/reports/progress.ts";
import { text } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<ProgressRow>[] = [
  { name: "pid", field: "pid", unit: "text" },
  { name: "command", field: "command", unit: "text" },
  { name: "done", field: "done", unit: "bar" },
  { name: "phase", field: "phase", unit: "text" },
  { name: "on", field: "relation", unit: "text" },
  { name: "database", field: "database", unit: "text", isOptional: true },
  { name: "user", field: "user", unit: "text", isOptional: true },
  { name: "runs for", field: "runningMs", unit: "ms" },
];

export const command = defineReport({
  description: "Shows how far vacuums, index builds, copies and base backups have come.",
  examples: [
    { command: "veza-db stats progress", summary: "what is under way" },
    { command: "veza-db stats progress --watch 2s", summary: "until it is done" },
  ],
  read: async (_context, db) => readProgress(db),
  view: (report) => [
    ...(report.rows.length === 0
      ? [text("Nothing that tells its progress is under way.")]
      : [reportTable(columns, report.rows)]),
    ...closing(report),
  ],
});
