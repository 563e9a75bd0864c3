import { clamp, counted, docsOn, leave, set } from "./rule.ts";
import type { Rule } from "./rule.ts";

const workerProcesses: Rule = {
  name: "max_worker_processes",
  source: `${docsOn("max_worker_processes")}: a standby needs at least the primary's; pgtune`,
  advise: (at) => {
    const current = at.amount("max_worker_processes");
    // Extensions and logical replication take some of them too.
    if (at.cpus + 3 > current && at.cpus >= 8)
      return set(
        at.cpus + 3,
        `${at.cpus} for parallel work on ${counted(at.cpus, "processor")}, 3 for extensions and replication`,
      );
    return leave(
      `${current} are enough for ${counted(at.cpus, "processor")}; never lowered, since a standby with fewer stops.`,
    );
  },
};

const parallelWorkers: Rule = {
  name: "max_parallel_workers",
  source: `${docsOn("max_parallel_workers")}; pgtune`,
  advise: (at) => {
    const wanted = clamp(at.cpus, 1, at.amount("max_worker_processes"));
    return set(wanted, `as many as the ${counted(at.cpus, "processor")} can serve`);
  },
};

const perGather: Rule = {
  name: "max_parallel_workers_per_gather",
  source: `${docsOn("max_parallel_workers_per_gather")}; pgtune`,
  advise: (at) => {
    if (at.cpus === 1) return set(0, "one processor has nobody to share with");
    const half = Math.ceil(at.cpus / 2);
    const wanted = at.wishes.profile === "dw" ? half : Math.min(4, half);
    return set(
      wanted,
      `half of the ${counted(at.cpus, "processor")} for one statement${wanted < half ? ", 4 at most" : ""}; the rest serves the others`,
    );
  },
};

const maintenanceWorkers: Rule = {
  name: "max_parallel_maintenance_workers",
  source: `${docsOn("max_parallel_maintenance_workers")}; pgtune`,
  advise: (at) => {
    const wanted = clamp(Math.ceil(at.cpus / 2), 1, 4);
    if (wanted <= at.amount("max_parallel_maintenance_workers") && at.cpus > 1)
      return leave("enough for index builds on that many processors.");
    return set(wanted, `half of the ${counted(at.cpus, "processor")} for an index build`);
  },
};

export const parallelRules: readonly Rule[] = [
  workerProcesses,
  parallelWorkers,
  perGather,
  maintenanceWorkers,
];
