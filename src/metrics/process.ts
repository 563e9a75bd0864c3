import { readFileSync, readdirSync } from "node:fs";
import { labelsOf, single } from "../kernel/exposition.ts";
import type { Family } from "../kernel/exposition.ts";
import { toolVersion } from "../kernel/version.ts";

/** What this process costs, by the names that every Prometheus client library uses. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  const started = Math.floor(Date.now() / 1000 - process.uptime());
  return [
    single("process_cpu_seconds_total", "counter", "Processor time of this exporter.", (user + system) / 1e6),
    single("process_resident_memory_bytes", "gauge", "Memory of this exporter.", process.memoryUsage.rss()),
    single(
      "process_start_time_seconds",
      "gauge",
      "When this exporter started, in seconds since 1970.",
      started,
    ),
    ...openFiles(),
    {
      name: "veza_db_build_info",
      type: "gauge",
      help: "1 with the versions of veza-db and Node.js as labels.",
      labels: [labelsOf({ version: toolVersion(), node: process.versions.node })],
      values: [1],
    },
  ];
}

/** Where the system says it: Linux alone. */
function openFiles(): Family[] {
  if (process.platform !== "linux") return [];
  const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
  return [
    single("process_open_fds", "gauge", "Open files of this exporter.", readdirSync("/proc/self/fd").length),
    ...(limit === undefined ? [] : [single("process_max_fds", "gauge", "Most files it may open.", limit)]),
  ];
}
