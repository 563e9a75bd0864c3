/** A sum over its limit: what is refused, and what is said. Pure. */
import { VezaError } from "../kernel/error.ts";
import type { Situation } from "./advice/rule.ts";
import { leastWorkMem, mostConnections, workMemThatFits } from "./budget.ts";
import { formatBytes } from "./bytes.ts";
import type { Budget } from "./model.ts";

/** A number of connections that was asked for and that the memory cannot hold, whatever else is made smaller. */
export function refuseCrowd(budget: Budget, at: Situation): void {
  const most = mostConnections(budget, at.amount);
  if (budget.isWithin || budget.connections <= most) return;
  throw new VezaError({
    code: "tune.too-many-connections",
    ending: "refused",
    message: `${budget.connections} connections do not fit into 80 % of ${formatBytes(at.ram)}, even with the least work_mem of ${formatBytes(leastWorkMem)}.`,
    detail: `${formatBytes(budget.sharedBytes)} shared, ${formatBytes(budget.sessionsBytes)} for sessions, ${formatBytes(budget.maintenanceBytes + budget.autovacuumBytes)} for maintenance: ${formatBytes(budget.totalBytes)} of ${formatBytes(budget.limitBytes)}.\nA pooler serves many clients with few connections.`,
    hint: most > 0 ? `veza-db tune --connections ${most}` : "veza-db tune --ram <size> --cpu <n>",
    state: "Nothing was changed.",
    facts: { connections: budget.connections, most },
  });
}

/** What would have to be lower where the sum is over its limit, and nobody has asked for that. */
export function overdrawn(budget: Budget, at: Situation): string | null {
  if (budget.isWithin) return null;
  const fits = workMemThatFits(budget);
  const most = mostConnections(budget, at.amount);
  const way =
    fits >= leastWorkMem
      ? `${budget.connections} connections leave ${formatBytes(Math.floor(fits / 1024) * 1024)} to each for work_mem`
      : most > 0
        ? `there is room for ${most} connections, behind a pooler (--connections ${most})`
        : "shared_buffers and the memory for maintenance are too much by themselves";
  return `The server could come to use ${formatBytes(budget.totalBytes)}, more than 80 % of its ${formatBytes(at.ram)}. Within that, ${way}.`;
}
