import { readConnections } from "../../../stats/reports/connections.ts";
import type { ActiveWait, ConnectionGroup } from "../../../stats/reports/connections.ts";
import { formatPercent } from "../../../ui/units.ts";
import { heading, text } from "../../../ui/view.ts";
import { closing } from "./shared/blocks.ts";
import { reportTable } from "./shared/columns.ts";
import type { ReportColumn } from "./shared/columns.ts";
import { defineReport } from "./shared/define-report.ts";

const columns: readonly ReportColumn<ConnectionGroup>[] = [
  { name: "database", field: "database", unit: "text" },
  { name: "user", field: "user", unit: "text" },
  { name: "application", field: "application", unit: "text" },
  {
    name: "state",
    field: "state",
    unit: "text",
    tone: ({ state }) => (state.startsWith("idle in") ? "warning" : undefined),
  },
  { name: "count", field: "connections", unit: "count" },
  {
    name: "wait for lock",
    field: "waitingForLock",
    unit: "count",
    tone: ({ waitingForLock }) => (waitingForLock > 0 ? "bad" : undefined),
  },
  { name: "longest in state", field: "longestInStateMs", unit: "ms" },
  { name: "oldest", field: "oldestMs", unit: "ms", isOptional: true },
  { name: "addresses", field: "addresses", unit: "count", isOptional: true },
];

const waitColumns: readonly ReportColumn<ActiveWait>[] = [
  { name: "for", field: "type", unit: "text", tone: ({ type }) => (type === "Lock" ? "bad" : undefined) },
  { name: "event", field: "event", unit: "text" },
  { name: "sessions", field: "sessions", unit: "count" },
  { name: "longest", field: "longestMs", unit: "ms" },
];

export const command = defineReport({
  description:
    "Counts client sessions by database, user, application and state, against the limit less what is reserved.",
  examples: [
    { command: "veza-db stats connections", summary: "who is connected, and how near the limit is" },
    { command: "veza-db stats connections --watch 2s", summary: "the same, every two seconds" },
  ],
  read: async ({ flags }, db) => readConnections(db, flags.limit),
  view: (report) => {
    const { used, maxConnections, reserved, saturation, limits } = report;
    const tone = saturation >= 0.9 ? "bad" : saturation >= 0.8 ? "warning" : "good";
    return [
      ...(report.rows.length === 0
        ? [text("No other session is connected.")]
        : [reportTable(columns, report.rows)]),
      ...(report.waits.length === 0
        ? []
        : [heading("What active sessions wait for"), reportTable(waitColumns, report.waits)]),
      ...(report.rows.length === 0 ? [] : [text("")]),
      text(
        `${used} of ${maxConnections - reserved} connections are in use (${formatPercent(saturation)}); ` +
          `${reserved} of ${maxConnections} are reserved.`,
        tone,
      ),
      ...limits
        .filter(({ connections, limit }) => connections >= limit * 0.8)
        .map(({ kind, name, connections, limit }) =>
          text(`The ${kind} ${name} has ${connections} of its own limit of ${limit}.`, "warning"),
        ),
      ...closing(report),
    ];
  },
});
