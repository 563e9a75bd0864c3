import type { Counting } from "../../../stats/rates.ts";
import { readIo } from "../../../stats/reports/io.ts";
import type { IoRow } from "../../../stats/reports/io.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<IoRow>[] = [
  { name: "backend", field: "backend", unit: "text", least: 18 },
  { name: "object", field: "object", unit: "text" },
  { name: "context", field: "context", unit: "text" },
  { name: "read", field: "readBytes", unit: "bytes" },
  { name: "read time", field: "readMs", unit: "ms", isOptional: true },
  { name: "written", field: "writeBytes", unit: "bytes" },
  { name: "write time", field: "writeMs", unit: "ms", isOptional: true },
  { name: "hit", field: "hitRatio", unit: "part" },
  { name: "evictions", field: "evictions", unit: "count", isOptional: true },
  { name: "fsyncs", field: "fsyncs", unit: "count", isOptional: true },
  { name: "fsync time", field: "fsyncMs", unit: "ms", isOptional: true },
];

const counting: Counting<IoRow> = {
  keyOf: ({ backend, object, context }) => `${backend}/${object}/${context}`,
  fields: ["readBytes", "writeBytes", "evictions", "fsyncs"],
};

export const command = defineReport({
  description: "Shows who reads and writes what, by kind of process; PostgreSQL 16 and newer count it.",
  examples: [
    { command: "veza-db stats io", summary: "the most bytes first" },
    { command: "veza-db stats io --watch 5s", summary: "what goes on now" },
  ],
  read: async ({ flags }, db) => readIo(db, flags.limit),
  counting,
  view: (report) => [
    ...(report.rows.length === 0 ? [] : [reportTable(columns, report.rows)]),
    ...closing(report),
  ],
});
