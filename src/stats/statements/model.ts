/**
 * One entry of pg_stat_statements: a query as one user ran it in one database, at the top level or below. Times in
 * milliseconds, sizes in bytes; undefined where this version of the extension does not count it.
 */
export interface Statement {
  readonly userId: string;
  readonly databaseId: string;
  /** A signed 64-bit number, kept as text. */
  readonly queryid: string;
  readonly toplevel: boolean;
  /** The role's name; its oid where the role is gone. */
  readonly user: string;
  readonly database: string;
  /** Since when this entry counts; from PostgreSQL 17 on. */
  readonly since: string | undefined;
  readonly counters: Counters;
  readonly meanMs: number | undefined;
  readonly stddevMs: number | undefined;
  readonly maxMs: number | undefined;
}

/** What only ever grows, until a reset or an eviction. */
export const counterNames = [
  "calls",
  "totalMs",
  "rows",
  "sharedHit",
  "sharedRead",
  "sharedDirtied",
  "sharedWritten",
  "ioBlocks",
  "ioMs",
  "tempBytes",
  "walBytes",
  "walRecords",
  "plans",
  "planMs",
  "jitMs",
] as const;
export type CounterName = (typeof counterNames)[number];
export type Counters = Readonly<Partial<Record<CounterName, number>>>;

/** How the counters stand: what they leave out and since when they count. */
export interface StatementsInfo {
  readonly entries: number;
  readonly maxEntries: number | null;
  readonly hidden: number;
  /** How many times the least used entries were thrown out; null where the extension does not count it. */
  readonly evictions: number | null;
  readonly resetAt: string | null;
}

/** The key of an entry. Two users share a queryid, and so do the levels: the id alone is no key. */
export function keyOf({
  userId,
  databaseId,
  queryid,
  toplevel,
}: Pick<Statement, "userId" | "databaseId" | "queryid" | "toplevel">): string {
  return `${userId}/${databaseId}/${queryid}/${toplevel ? "top" : "nested"}`;
}
