import { formatDuration } from "../../../kernel/duration.ts";
import { readOverview } from "../../../stats/reports/overview.ts";
import type { TopQuery } from "../../../stats/reports/overview.ts";
import { formatBytes } from "../../../ui/units.ts";
import { heading, text } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { checkColumns, statusTones } from "./shared/check-columns.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";
import { thresholdsOf } from "./shared/thresholds.ts";

const queryColumns: readonly ReportColumn<TopQuery>[] = [
  { name: "share", field: "share", unit: "bar" },
  { name: "calls", field: "calls", unit: "count" },
  { name: "mean", field: "meanMs", unit: "ms" },
  { name: "queryid", field: "queryid", unit: "text", least: 20 },
  { name: "query", field: "query", unit: "query" },
];

export const command = defineReport({
  description: "Shows on one screen what is wrong, the worst first, and which statements take the most time.",
  examples: [
    { command: "veza-db stats overview", summary: "where to look first" },
    { command: "veza-db stats overview --watch 5s", summary: "while you mend it" },
  ],
  read: async ({ settings }, db) => readOverview(db, thresholdsOf(settings.values)),
  view: (report) => {
    const { server, database, databaseBytes, isStandby, startedAt, status, rows, queries } = report;
    const up = formatDuration(Date.now() - Date.parse(startedAt));
    const size = databaseBytes === null ? "" : `, ${formatBytes(databaseBytes)}`;
    return [
      text(
        `${status}: PostgreSQL ${server.version}${isStandby ? ", standby" : ""}, up ${up}; database ${database}${size}.`,
        statusTones[status],
      ),
      text(""),
      reportTable(checkColumns, rows),
      ...(queries.length === 0
        ? []
        : [heading("What takes the most time"), reportTable(queryColumns, queries)]),
      ...closing(report),
    ];
  },
});
