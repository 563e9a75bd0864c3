import type { Family, MetricType, Value } from "../kernel/exposition.ts";
import type { Row } from "../postgres/connect.ts";
import type { StatsSession } from "../stats/session.ts";

/** What a collector may be told besides the session. */
export interface Wishes {
  /** Tables with series of their own, the largest first; the rest is one more, `relname="other"`. 0: all of them. */
  readonly maxTables: number;
  /** Statements with series of their own; 0: none at all. */
  readonly statements: number;
  /** Older names too, and what newer servers count elsewhere. */
  readonly isCompatible: boolean;
}

/** What one exporter remembers of one target from scrape to scrape. */
export interface Memory {
  /** Names the tables and statements that have series of their own, by database: they keep them while they exist. */
  readonly shown: Map<string, ReadonlySet<string>>;
  /** Collectors that failed last time: they are asked for themselves. */
  readonly troubled: Set<string>;
  /** Sizes of tables as they were last read, by database. */
  readonly sizes: Map<string, TableSizes>;
  /** Sizes of databases as they were last read. */
  databaseSizes: { readonly at: number; readonly byName: ReadonlyMap<string, Value> } | undefined;
  /** Of each remainder the last sum and what has to be added so that it never falls. */
  readonly remainders: Map<string, { last: number; lifted: number }>;
}

/** Sizes open files: they are read anew after so long. */
export const sizesMs = 60_000;

export interface TableSizes {
  /** When they were read, by `performance.now()`. */
  readonly at: number;
  readonly byOid: Map<string, Row>;
}

/** One subject, asked of the server in one go. */
export interface Collector {
  /** As postgres_exporter names it, where it has it: the label of `pg_scrape_collector_success`. */
  readonly name: string;
  /** True: it is asked in each database; else once a server. */
  readonly isPerDatabase?: boolean;
  /** False where the server or the wishes have no use for it. */
  readonly applies?: (session: StatsSession, wishes: Wishes) => boolean;
  readonly collect: (session: StatsSession, wishes: Wishes, memory: Memory) => Promise<Found>;
}

/** What a collector has found; mostly that is all. */
export type Found = readonly Family[] | Answer;

export interface Answer {
  readonly families: readonly Family[];
  /** What has to be asked besides, now that this is known: for itself, when nothing else is under way. */
  readonly rest?: (() => Promise<readonly Family[]>) | undefined;
}

/** A column of rows that becomes a family. */
export interface Column {
  readonly column: string;
  /** The metric's whole name. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
}
