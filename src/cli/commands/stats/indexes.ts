import { indexFindings } from "../../../stats/reports/index-reasons.ts";
import { readIndexes } from "../../../stats/reports/indexes.ts";
import type { IndexFinding } from "../../../stats/reports/index-reasons.ts";
import type { IndexRow } from "../../../stats/reports/indexes.ts";
import { formatBytes } from "../../../ui/units.ts";
import { heading, sql, text } from "../../../ui/view.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<IndexRow>[] = [
  {
    name: "finding",
    field: "finding",
    unit: "text",
    tone: ({ finding }) => (finding === "invalid" ? "bad" : "warning"),
  },
  { name: "schema", field: "schema", unit: "text", isOptional: true },
  { name: "table", field: "table", unit: "text", least: 16 },
  { name: "index", field: "index", unit: "text", least: 30 },
  {
    name: "size",
    field: "bytes",
    unit: "bytes",
    show: ({ bytes, exactness }) => `${exactness === "estimate" ? "~" : ""}${formatBytes(bytes)}`,
  },
  { name: "scans", field: "scans", unit: "count" },
  { name: "last scan", field: "lastScanAt", unit: "time", isOptional: true },
  { name: "why", field: "why", unit: "text" },
];

export const command = defineReport({
  description:
    "Names indexes that cost and do not help, and foreign keys without one; each with the SQL that mends it and its inverse.",
  flags: {
    unused: flag.switch("--unused", "indexes that nobody scans"),
    duplicate: flag.switch("--duplicate", "indexes that another one does the work of"),
    invalid: flag.switch("--invalid", "indexes that no query can use"),
    missingFk: flag.switch("--missing-fk", "foreign keys whose columns begin no index"),
  },
  examples: [
    { command: "veza-db stats indexes", summary: "every finding, the worst first" },
    {
      command: "veza-db stats indexes --unused --full",
      summary: "with the DROP of each and the CREATE that takes it back",
    },
  ],
  read: async ({ flags }, db) => {
    const report = await readIndexes(db, wantedOf(flags), flags.limit);
    return flags.full ? { ...report, next: [] } : report;
  },
  view: (report) => [
    ...(report.rows.length === 0
      ? [text("Nothing was found.", "good")]
      : [reportTable(columns, report.rows)]),
    ...(report.isFull
      ? report.rows.flatMap(({ finding, index, fix, undo }) => [
          heading(`${index} (${finding})`),
          sql(
            [fix, undo === null ? null : `-- to take it back:\n-- ${undo.replaceAll("\n", "\n-- ")}`]
              .filter((line) => line !== null)
              .join("\n"),
          ),
        ])
      : []),
    ...closing(report),
  ],
});

interface Wanted {
  readonly unused: boolean;
  readonly duplicate: boolean;
  readonly invalid: boolean;
  readonly missingFk: boolean;
}

/** What the flags name; everything when they name nothing. */
function wantedOf({ unused, duplicate, invalid, missingFk }: Wanted): readonly IndexFinding[] {
  const wanted: readonly IndexFinding[] = [
    ...(invalid ? (["invalid"] as const) : []),
    ...(duplicate ? (["duplicate", "covered"] as const) : []),
    ...(missingFk ? (["missing-fk"] as const) : []),
    ...(unused ? (["unused"] as const) : []),
  ];
  return wanted.length === 0 ? indexFindings : wanted;
}
