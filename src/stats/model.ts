/** What every report has in common. */
export interface Report<Row> {
  readonly rows: readonly Row[];
  /** What is hidden, estimated, skipped or unavailable, and why. */
  readonly notes: readonly string[];
  /** What to do next where something is wrong; empty when nothing is. */
  readonly next: readonly string[];
  readonly server: { readonly version: string };
}

/** What the server says of itself and of the role that asks; read once per transaction. */
export interface Facts {
  /** As the server spells it, e.g. `15.18`. */
  readonly version: string;
  readonly database: string;
  readonly user: string;
  readonly isStandby: boolean;
  /** False: other people's sessions and statements are hidden from this role. */
  readonly seesAll: boolean;
  readonly tracksIoTiming: boolean;
  readonly tracksPlanning: boolean;
  /** `track_counts`: without it nobody counts what happens to tables. */
  readonly tracksCounts: boolean;
  readonly blockBytes: number;
  readonly maxConnections: number;
  /** Slots kept for superusers and, since 16, for pg_use_reserved_connections. */
  readonly reservedConnections: number;
  readonly startedAt: string;
  readonly now: string;
  /** Statistics views that this server has, e.g. `pg_stat_io`. */
  readonly views: readonly string[];
  /** The server was started with pg_stat_statements, whether or not this database has the extension. */
  readonly hasStatementsLoaded: boolean;
  readonly statements: StatementsFacts | null;
}

/** The extension pg_stat_statements as it is installed in this database. */
export interface StatementsFacts {
  readonly schema: string;
  /** Of the extension's objects, e.g. `1.6`: may be older than the server. */
  readonly version: string;
  readonly columns: readonly string[];
  readonly isPreloaded: boolean;
  readonly mayUse: boolean;
  /** `pg_stat_statements.max`: more statements than that are evicted. */
  readonly maxEntries: number | null;
  /** Since PostgreSQL 14 the extension (1.9) counts evictions and resets. */
  readonly hasInfo: boolean;
}
