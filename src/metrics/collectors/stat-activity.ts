import { labelsOf } from "../../kernel/exposition.ts";
import type { Family } from "../../kernel/exposition.ts";
import type { Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { labelText } from "../families.ts";
import type { Collector } from "../model.ts";

/** Names of applications with series of their own. Clients choose them as they like, some with a process id inside. */
const mostApplications = 50;

const names = [
  "datname",
  "state",
  "usename",
  "application_name",
  "backend_type",
  "wait_event_type",
  "wait_event",
] as const;

export const statActivity: Collector = {
  name: "stat_activity",
  collect: async ({ query }) =>
    activityFamilies(await query(loadSql(import.meta.url, "../sql/activity.sql")), mostApplications),
};

/** The names with the most sessions keep theirs, the others are summed up as `other`. Pure. */
export function activityFamilies(rows: readonly Row[], most: number): Family[] {
  const sessions = new Map<string, number>();
  for (const row of rows) {
    const application = labelText(row["application_name"]);
    sessions.set(application, (sessions.get(application) ?? 0) + Number(row["sessions"]));
  }
  const kept = new Set(
    [...sessions]
      .toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([application]) => application),
  );
  const groups = new Map<string, { labels: ReturnType<typeof labelsOf>; count: number; oldest: number }>();
  for (const row of rows) {
    const pairs = Object.fromEntries(names.map((name) => [name, labelText(row[name])]));
    const application = pairs["application_name"] ?? "";
    if (application !== "" && !kept.has(application)) pairs["application_name"] = "other";
    const labels = labelsOf(pairs);
    const group = groups.get(labels.text) ?? { labels, count: 0, oldest: 0 };
    groups.set(labels.text, {
      labels,
      count: group.count + Number(row["sessions"]),
      oldest: Math.max(group.oldest, Number(row["oldest"])),
    });
  }
  const found = [...groups.values()];
  const labels = found.map((group) => group.labels);
  return [
    {
      name: "pg_stat_activity_count",
      type: "gauge",
      help: "Sessions in this state.",
      labels,
      values: found.map(({ count }) => count),
    },
    {
      name: "pg_stat_activity_max_tx_duration",
      type: "gauge",
      help: "Age in seconds of the oldest transaction among them.",
      labels,
      values: found.map(({ oldest }) => oldest),
    },
  ];
}
