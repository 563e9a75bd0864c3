import { readVacuum } from "../../../stats/reports/vacuum.ts";
import type { HorizonHolder, VacuumRow, WraparoundRow } from "../../../stats/reports/vacuum.ts";
import { heading, sql, text } from "../../../ui/view.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<VacuumRow>[] = [
  { name: "schema", field: "schema", unit: "text", isOptional: true },
  { name: "table", field: "table", unit: "text", least: 24 },
  {
    name: "dead",
    field: "deadRows",
    unit: "count",
    tone: ({ isOverdue }) => (isOverdue ? "warning" : undefined),
  },
  { name: "of all", field: "deadRatio", unit: "part" },
  { name: "due at", field: "threshold", unit: "count" },
  { name: "xid age", field: "xidAge", unit: "count" },
  { name: "multixact age", field: "mxidAge", unit: "count", isOptional: true },
  {
    name: "to freeze",
    field: "freezeShare",
    unit: "part",
    tone: ({ freezeShare }) => ((freezeShare ?? 0) > 1 ? "bad" : undefined),
  },
  {
    name: "vacuumed",
    field: "vacuumedAt",
    unit: "time",
    show: ({ vacuumedAt }) => vacuumedAt?.slice(0, 16).replace("T", " ") ?? "never",
    isOptional: true,
  },
  {
    name: "autovacuum",
    field: "autovacuum",
    unit: "boolean",
    tone: ({ autovacuum }) => (autovacuum ? undefined : "warning"),
    isOptional: true,
  },
];

const databaseColumns: readonly ReportColumn<WraparoundRow>[] = [
  { name: "database", field: "database", unit: "text" },
  {
    name: "used",
    field: "used",
    unit: "bar",
    tone: ({ used }) => ((used ?? 0) > 0.7 ? "bad" : (used ?? 0) > 0.46 ? "warning" : "good"),
  },
  { name: "xid age", field: "xidAge", unit: "count" },
  { name: "multixact age", field: "mxidAge", unit: "count" },
];

const holderColumns: readonly ReportColumn<HorizonHolder>[] = [
  { name: "by", field: "kind", unit: "text" },
  { name: "name", field: "name", unit: "text" },
  { name: "xmin age", field: "xminAge", unit: "count" },
  { name: "for", field: "ageMs", unit: "ms" },
  { name: "what", field: "detail", unit: "text" },
];

export const command = defineReport({
  description:
    "Shows where vacuum is behind, how near transaction and multixact ids are to running out, and what keeps dead rows alive.",
  flags: { catalog: flag.switch("--catalog", "the tables of the system catalog too") },
  examples: [
    { command: "veza-db stats vacuum", summary: "what autovacuum should have taken, and what holds it back" },
    { command: "veza-db stats vacuum --full", summary: "with the VACUUM for each" },
  ],
  read: async ({ flags }, db) => readVacuum(db, flags.limit, flags.catalog),
  view: (report) => [
    ...(report.rows.length === 0 ? [text("There are no tables.")] : [reportTable(columns, report.rows)]),
    heading("Transaction and multixact ids"),
    reportTable(databaseColumns, report.databases),
    heading("What holds vacuum back"),
    ...(report.horizon.length === 0
      ? [text("Nothing.", "good")]
      : [reportTable(holderColumns, report.horizon)]),
    ...(report.isFull ? report.rows.flatMap(({ fix }) => (fix === null ? [] : [sql(`${fix};`)])) : []),
    ...closing(report),
  ],
});
