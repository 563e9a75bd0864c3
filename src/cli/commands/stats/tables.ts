import { readTables } from "../../../stats/reports/tables.ts";
import type { TableRow } from "../../../stats/reports/tables.ts";
import type { Counting } from "../../../stats/rates.ts";
import { formatBytes } from "../../../ui/units.ts";
import { text } from "../../../ui/view.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const size = (field: "totalBytes" | "heapBytes" | "toastBytes" | "indexBytes") => (row: TableRow) =>
  `${row.exactness === "estimate" ? "~" : ""}${formatBytes(row[field])}`;

const isBad = ({ deadRatio, deadRows }: TableRow): boolean =>
  (deadRatio ?? 0) > 0.2 && (deadRows ?? 0) > 10_000;

const columns: readonly ReportColumn<TableRow>[] = [
  { name: "schema", field: "schema", unit: "text" },
  { name: "table", field: "table", unit: "text", least: 24 },
  { name: "total", field: "totalBytes", unit: "bytes", show: size("totalBytes") },
  { name: "heap", field: "heapBytes", unit: "bytes", show: size("heapBytes") },
  { name: "indexes", field: "indexBytes", unit: "bytes", show: size("indexBytes") },
  { name: "toast", field: "toastBytes", unit: "bytes", show: size("toastBytes"), isOptional: true },
  { name: "rows ~", field: "rowsEstimate", unit: "count" },
  { name: "dead", field: "deadRatio", unit: "part", tone: (row) => (isBad(row) ? "warning" : undefined) },
  { name: "bloat ~", field: "bloatBytes", unit: "bytes" },
  {
    name: "parts",
    field: "partitions",
    unit: "count",
    show: ({ partitions }) => (partitions === null ? "" : String(partitions)),
  },
  { name: "seq scans", field: "seqScans", unit: "count", isOptional: true },
  { name: "index scans", field: "indexScans", unit: "count", isOptional: true },
  {
    name: "vacuumed",
    field: "vacuumedAt",
    unit: "time",
    show: ({ vacuumedAt }) => vacuumedAt?.slice(0, 10) ?? "never",
    isOptional: true,
  },
];

const counting: Counting<TableRow> = {
  keyOf: ({ schema, table }) => JSON.stringify([schema, table]),
  fields: ["seqScans", "indexScans"],
};

export const command = defineReport({
  description:
    "Ranks tables by the sizes that the catalog remembers, then asks those shown for their exact ones, but not those locked.",
  flags: {
    schema: flag.text("--schema <name>", "only the tables of this schema"),
    partitions: flag.switch("--partitions", "show each partition by itself"),
  },
  examples: [
    { command: "veza-db stats tables", summary: "the largest tables, partitions counted together" },
    { command: "veza-db stats tables --schema public --limit 50 -o csv", summary: "for a spreadsheet" },
  ],
  read: async ({ flags }, db) =>
    readTables(db, { limit: flags.limit, schema: flags.schema, splitsPartitions: flags.partitions }),
  counting,
  view: (report) => [
    ...(report.rows.length === 0 ? [text("There are no tables.")] : [reportTable(columns, report.rows)]),
    ...closing(report),
  ],
});
