import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";

/** One table of this database. Blocks since the counters were reset; ratios from 0 to 1, null where nothing was read. */
export interface CacheRow {
  readonly schema: string;
  readonly table: string;
  readonly hits: number;
  readonly reads: number;
  readonly hitRatio: number | null;
  readonly heapHitRatio: number | null;
  readonly indexHitRatio: number | null;
  readonly toastHitRatio: number | null;
}

export interface CacheDatabase {
  readonly database: string;
  readonly hits: number;
  readonly reads: number;
  readonly hitRatio: number | null;
  /** Null while track_io_timing is off. */
  readonly readMs: number | null;
  readonly writeMs: number | null;
  readonly tempFiles: number;
  readonly tempBytes: number;
  readonly deadlocks: number;
  readonly resetAt: string | null;
}

export interface CacheReport extends Report<CacheRow> {
  readonly databases: readonly CacheDatabase[];
}

interface TableBlocks {
  readonly schema: string;
  readonly table: string;
  readonly heapHits: number;
  readonly heapReads: number;
  readonly indexHits: number;
  readonly indexReads: number;
  readonly toastHits: number;
  readonly toastReads: number;
}

/** How much of what was read came from PostgreSQL's own buffers. */
export async function readCache(db: Db, limit: number): Promise<CacheReport> {
  return readStats(db, async ({ query, notes, facts }) => {
    const [databases, tables] = await Promise.all([
      query<Omit<CacheDatabase, "hitRatio">>(loadSql(import.meta.url, "./sql/cache-databases.sql")),
      query<TableBlocks>(loadSql(import.meta.url, "./sql/cache-tables.sql"), [limit]),
    ]);
    if (!facts.tracksIoTiming) {
      notes.add(
        "I/O times are not available: track_io_timing is off. ALTER SYSTEM SET track_io_timing = on;",
      );
    }
    notes.add("A miss may still have come from the operating system's cache: PostgreSQL cannot tell.");
    const own = databases.find(({ database }) => database === facts.database);
    const ownRatio = own === undefined ? null : ratioOf(own.hits, own.hits + own.reads);
    const isLow = ownRatio !== null && ownRatio < 0.95 && (own?.reads ?? 0) > 100_000;
    return {
      rows: tables.map(rowOf),
      notes: notes.lines,
      next: isLow ? ["stats slow-queries --by io"] : [],
      server: { version: facts.version },
      databases: databases.map((database) => ({
        ...database,
        hitRatio: rounded(ratioOf(database.hits, database.hits + database.reads), 4),
        readMs: facts.tracksIoTiming ? rounded(database.readMs) : null,
        writeMs: facts.tracksIoTiming ? rounded(database.writeMs) : null,
      })),
    };
  });
}

function rowOf({
  schema,
  table,
  heapHits,
  heapReads,
  indexHits,
  indexReads,
  toastHits,
  toastReads,
}: TableBlocks): CacheRow {
  const hits = heapHits + indexHits + toastHits;
  const reads = heapReads + indexReads + toastReads;
  return {
    schema,
    table,
    hits,
    reads,
    hitRatio: partOf(hits, reads),
    heapHitRatio: partOf(heapHits, heapReads),
    indexHitRatio: partOf(indexHits, indexReads),
    toastHitRatio: partOf(toastHits, toastReads),
  };
}

function partOf(hits: number, reads: number): number | null {
  return rounded(ratioOf(hits, hits + reads), 4);
}
