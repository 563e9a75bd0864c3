import { readCache } from "../../../stats/reports/cache.ts";
import type { CacheDatabase, CacheRow } from "../../../stats/reports/cache.ts";
import type { Counting } from "../../../stats/rates.ts";
import { heading, text } from "../../../ui/view.ts";
import type { Tone } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const enough = 100_000;

function toneOf({ hits, reads, hitRatio }: Pick<CacheRow, "hits" | "reads" | "hitRatio">): Tone | undefined {
  if (hitRatio === null || hits + reads < enough) return undefined;
  return hitRatio < 0.95 ? "bad" : hitRatio < 0.99 ? "warning" : "good";
}

const columns: readonly ReportColumn<CacheRow>[] = [
  { name: "schema", field: "schema", unit: "text" },
  { name: "table", field: "table", unit: "text", least: 24 },
  { name: "hit", field: "hitRatio", unit: "bar", tone: toneOf },
  { name: "found", field: "hits", unit: "count" },
  { name: "read", field: "reads", unit: "count" },
  { name: "heap", field: "heapHitRatio", unit: "part", isOptional: true },
  { name: "indexes", field: "indexHitRatio", unit: "part", isOptional: true },
  { name: "toast", field: "toastHitRatio", unit: "part", isOptional: true },
];

const databaseColumns: readonly ReportColumn<CacheDatabase>[] = [
  { name: "database", field: "database", unit: "text" },
  { name: "hit", field: "hitRatio", unit: "bar", tone: toneOf },
  { name: "found", field: "hits", unit: "count" },
  { name: "read", field: "reads", unit: "count" },
  { name: "read time", field: "readMs", unit: "ms" },
  { name: "write time", field: "writeMs", unit: "ms" },
  { name: "temp files", field: "tempFiles", unit: "count", isOptional: true },
  { name: "temp", field: "tempBytes", unit: "bytes", isOptional: true },
  { name: "deadlocks", field: "deadlocks", unit: "count", isOptional: true },
];

const counting: Counting<CacheRow> = {
  keyOf: ({ schema, table }) => JSON.stringify([schema, table]),
  fields: ["hits", "reads"],
};

export const command = defineReport({
  description: "Shows how much of what was read came from PostgreSQL's buffers, by table and by database.",
  examples: [
    { command: "veza-db stats cache", summary: "the tables that are read from outside the buffers" },
    { command: "veza-db stats cache --watch 5s", summary: "what is read now" },
  ],
  read: async ({ flags }, db) => readCache(db, flags.limit),
  counting,
  view: (report) => [
    ...(report.rows.length === 0 ? [text("There are no tables.")] : [reportTable(columns, report.rows)]),
    heading("Databases"),
    reportTable(databaseColumns, report.databases),
    ...closing(report),
  ],
});
