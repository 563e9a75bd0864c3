import { readSettings } from "../../../stats/reports/settings.ts";
import type { SettingRow } from "../../../stats/reports/settings.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<SettingRow>[] = [
  { name: "setting", field: "name", unit: "text", least: 27 },
  {
    name: "value",
    field: "value",
    unit: "text",
    tone: ({ verdict }) => (verdict === null ? undefined : "bad"),
  },
  { name: "unit", field: "unit", unit: "text" },
  { name: "verdict", field: "verdict", unit: "text", least: 20 },
  { name: "default", field: "default", unit: "text", isOptional: true },
  { name: "from", field: "source", unit: "text", isOptional: true },
  {
    name: "restart",
    field: "needsRestart",
    unit: "boolean",
    tone: ({ needsRestart }) => (needsRestart ? "warning" : undefined),
    isOptional: true,
  },
];

export const command = defineReport({
  description:
    "Shows settings that differ from PostgreSQL's own, those first that lose data or blind whoever looks.",
  examples: [
    { command: "veza-db stats settings", summary: "what was changed, and what waits for a restart" },
    { command: "veza-db stats settings --json", summary: "for a program" },
  ],
  read: async (_context, db) => readSettings(db),
  view: (report) => [reportTable(columns, report.rows), ...closing(report)],
});
