import type { Budget } from "./model.ts";

/** Of the machine's memory, what the server may come to use. The rest is the system's, and keeps files at hand. */
const share = 0.8;

export function budgetLimit(ramBytes: number): number {
  return Math.floor(ramBytes * share);
}

/**
 * The sum that a busy server may reach: shared memory, one sort or hash in every connection at once, one maintenance
 * command and every autovacuum worker. `amount` gives a setting's bytes or number.
 */
export function sumBudget(ramBytes: number, amount: (name: string) => number): Budget {
  const buffers = amount("shared_buffers");
  const walBuffers = amount("wal_buffers");
  // -1 takes a 32nd of shared_buffers, 16 MB at most.
  const sharedBytes = buffers + (walBuffers < 0 ? Math.min(buffers / 32, 16 * 1024 ** 2) : walBuffers);
  const connections = amount("max_connections");
  const workMemBytes = amount("work_mem");
  const hashMemMultiplier = amount("hash_mem_multiplier");
  const sessionsBytes = connections * workMemBytes * hashMemMultiplier;
  const maintenanceBytes = amount("maintenance_work_mem");
  const vacuum = amount("autovacuum_work_mem");
  const autovacuumBytes = amount("autovacuum_max_workers") * (vacuum < 0 ? maintenanceBytes : vacuum);
  const totalBytes = Math.round(sharedBytes + sessionsBytes + maintenanceBytes + autovacuumBytes);
  const limitBytes = budgetLimit(ramBytes);
  return {
    sharedBytes: Math.round(sharedBytes),
    connections,
    workMemBytes,
    hashMemMultiplier,
    sessionsBytes: Math.round(sessionsBytes),
    maintenanceBytes,
    autovacuumBytes,
    totalBytes,
    limitBytes,
    isWithin: totalBytes <= limitBytes,
  };
}
