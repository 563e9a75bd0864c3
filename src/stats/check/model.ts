/** `unknown`: this role or this server does not let it be seen. */
export type Status = "ok" | "warning" | "critical" | "unknown";

/** An object of the database that a check speaks of. */
export interface CheckObject {
  readonly kind: "database" | "sequence" | "table" | "index" | "slot";
  /** Null for what stands in no schema. */
  readonly schema: string | null;
  readonly name: string;
}

/** One thing that was looked at. */
export interface Check {
  readonly check: string;
  readonly status: Status;
  /** In the unit that follows; null where there is nothing to measure. */
  readonly value: number | null;
  readonly unit: "%" | "ms" | "xids" | "count";
  /** Above it is a warning, as monitoring plugins read a bound; null where there is none. */
  readonly warn: number | null;
  readonly crit: number | null;
  /** Its objects stand at its end. */
  readonly message: string;
  readonly objects: readonly CheckObject[];
  /** What to look at next; null while all is well. */
  readonly next: string | null;
}

/** A warning and a critical bound of one check. */
export interface Bounds {
  readonly warn: number;
  /** Null for what never is more than a warning. */
  readonly crit: number | null;
}

/** Percent, milliseconds and transactions. */
export interface Thresholds {
  readonly connections: Bounds;
  readonly idleInTransaction: Bounds;
  readonly transaction: Bounds;
  readonly blocked: Bounds;
  readonly wraparound: Bounds;
  readonly sequence: Bounds;
  readonly cacheMiss: Bounds;
  readonly lag: Bounds;
  readonly deadRows: Bounds;
  readonly requestedCheckpoints: Bounds;
  readonly prepared: Bounds;
}

export interface CheckReport {
  readonly status: Status;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  readonly server: { readonly version: string };
}
