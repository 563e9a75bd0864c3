import { readSequences } from "../../../stats/reports/sequences.ts";
import type { SequenceRow } from "../../../stats/reports/sequences.ts";
import { sql, text } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<SequenceRow>[] = [
  {
    name: "used",
    field: "used",
    unit: "bar",
    tone: ({ used, cycles }) =>
      cycles || used === null ? undefined : used > 0.9 ? "bad" : used > 0.75 ? "warning" : undefined,
  },
  { name: "schema", field: "schema", unit: "text", isOptional: true },
  { name: "sequence", field: "sequence", unit: "text", least: 22 },
  { name: "feeds", field: "feeds", unit: "text" },
  { name: "type", field: "columnType", unit: "text", isOptional: true },
  { name: "last value", field: "lastValue", unit: "integer" },
  { name: "limit", field: "limit", unit: "integer", isOptional: true },
  { name: "left", field: "left", unit: "integer", isOptional: true },
  { name: "cycles", field: "cycles", unit: "boolean", isOptional: true },
];

export const command = defineReport({
  description: "Ranks sequences by how near they are to their end or to that of the column they feed.",
  examples: [
    { command: "veza-db stats sequences", summary: "the fullest first" },
    { command: "veza-db stats sequences -o csv", summary: "for a spreadsheet" },
  ],
  read: async ({ flags }, db) => readSequences(db, flags.limit),
  view: (report) => [
    ...(report.rows.length === 0 ? [text("There are no sequences.")] : [reportTable(columns, report.rows)]),
    ...(report.isFull ? report.rows.flatMap(({ fix }) => (fix === null ? [] : [sql(`${fix};`)])) : []),
    ...closing(report),
  ],
});
