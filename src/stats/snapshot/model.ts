import type { Statement, StatementsInfo } from "../statements/model.ts";

export const snapshotSchema = "veza-db/snapshot@1";

/** What a server had counted at one moment: everything that a later moment is compared with. */
export interface Snapshot {
  readonly schema: typeof snapshotSchema;
  readonly takenAt: string;
  readonly server: { readonly version: string; readonly startedAt: string };
  readonly database: string;
  /** Null where pg_stat_statements could not be read. */
  readonly statements: SnapshotStatements | null;
  readonly tables: readonly SnapshotTable[];
  /** Counters of the server and of the database, by the names that the catalog gives them. */
  readonly sections: readonly Section[];
  /** What stood at that moment, e.g. `sessions.used`, `waiting.Lock`, `redis.usedBytes`; not in snapshots of older versions. */
  readonly gauges?: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

export interface SnapshotStatements {
  readonly entries: readonly Statement[];
  readonly info: StatementsInfo;
  /** Texts by `textKey`, cut; of those entries alone that took the most time. */
  readonly texts: Readonly<Record<string, string>>;
}

/** One table or partition. Sizes are estimates, in bytes. */
export interface SnapshotTable {
  readonly schema: string;
  readonly table: string;
  readonly bytes: number;
  readonly rows: number;
  /** Of `bytes`, those of its indexes; not in snapshots of older versions. */
  readonly indexBytes?: number;
  /** The partitioned table at the top, of a partition; not in snapshots of older versions. */
  readonly partOf?: { readonly schema: string; readonly table: string };
  /** Counters; null while nobody counts. */
  readonly counters: Readonly<Record<string, number>> | null;
}

export interface Section {
  readonly name: string;
  readonly resetAt: string | null;
  readonly counters: Readonly<Record<string, number>>;
}
