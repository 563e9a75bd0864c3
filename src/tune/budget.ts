import type { Budget } from "./model.ts";

/** Of the machine's memory, what the server may come to use. The rest is the system's, and keeps files at hand. */
const share = 0.8;

/** The least that the server takes for work_mem. */
export const leastWorkMem = 64 * 1024;

type Amount = (name: string) => number;

export function budgetLimit(ramBytes: number): number {
  return Math.floor(ramBytes * share);
}

/**
 * The server's shared memory in bytes: shared_buffers with what keeps track of them, WAL buffers, and a place and locks
 * for each connection. Measured on 15 and 18 (`postgres -C shared_memory_size`), 16 MB to 64 GB, 100 to 5000 connections:
 * within a twentieth.
 */
export function sharedMemory(amount: Amount): number {
  const buffers = amount("shared_buffers");
  const walBuffers = amount("wal_buffers");
  return Math.round(
    buffers * 1.0225 +
      // -1 takes a 32nd of shared_buffers, 16 MB at most.
      (walBuffers < 0 ? Math.min(buffers / 32, 16 * 1024 ** 2) : walBuffers) +
      (amount("max_connections") + amount("max_prepared_transactions")) * placeBytes(amount) +
      5 * 1024 ** 2,
  );
}

/** What one connection takes of it: its own place, and the locks that it may hold. */
function placeBytes(amount: Amount): number {
  return 16 * 1024 + amount("max_locks_per_transaction") * 500;
}

/**
 * The sum that a busy server may reach: shared memory, one sort or hash in every connection at once, one maintenance
 * command and every autovacuum worker. `amount` gives a setting's bytes or number.
 */
export function sumBudget(ramBytes: number, amount: Amount): Budget {
  const sharedBytes = sharedMemory(amount);
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
    sharedBytes,
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

/** How many connections the rest of the sum leaves room for, at the least work_mem; 0 where there is none. */
export function mostConnections(budget: Budget, amount: Amount): number {
  const { totalBytes, sessionsBytes, connections, limitBytes, hashMemMultiplier } = budget;
  const rest = totalBytes - sessionsBytes - connections * placeBytes(amount);
  return Math.max(
    0,
    Math.floor((limitBytes - rest) / (placeBytes(amount) + leastWorkMem * hashMemMultiplier)),
  );
}

/** The work_mem that these connections leave, in bytes; negative where the rest is too much by itself. */
export function workMemThatFits(budget: Budget): number {
  const { totalBytes, sessionsBytes, connections, limitBytes, hashMemMultiplier } = budget;
  return (limitBytes - totalBytes + sessionsBytes) / (connections * hashMemMultiplier);
}
