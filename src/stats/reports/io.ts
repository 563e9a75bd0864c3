import type { Db, Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { numberOf, ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";

/** What one kind of process did with one kind of object. Null where it cannot happen or is not counted. */
export interface IoRow {
  readonly backend: string;
  readonly object: string;
  readonly context: string;
  readonly reads: number | null;
  readonly readBytes: number | null;
  readonly readMs: number | null;
  readonly writes: number | null;
  readonly writeBytes: number | null;
  readonly writeMs: number | null;
  readonly extends: number | null;
  readonly hits: number | null;
  readonly hitRatio: number | null;
  readonly evictions: number | null;
  readonly fsyncs: number | null;
  readonly fsyncMs: number | null;
}

/** Reads, writes and syncs by kind of process, the most bytes first. PostgreSQL 16 and newer. */
export async function readIo(db: Db, limit: number): Promise<Report<IoRow>> {
  return readStats(db, async ({ query, facts, notes }) => {
    const server = { version: facts.version };
    if (!facts.views.includes("pg_stat_io")) {
      notes.add(
        "pg_stat_io is not available before PostgreSQL 16: stats cache and stats wal show what this server counts.",
      );
      return { rows: [], notes: notes.lines, next: ["stats cache", "stats wal"], server };
    }
    if (!facts.tracksIoTiming) {
      notes.add(
        "I/O times are not available: track_io_timing is off. ALTER SYSTEM SET track_io_timing = on;",
      );
    }
    const rows = (await query(loadSql(import.meta.url, "./sql/io.sql")))
      .map((row) => rowOf(row, row["object"] === "wal" ? row["timesWal"] === true : facts.tracksIoTiming))
      .toSorted((a, b) => bytesOf(b) - bytesOf(a));
    if (rows.some(({ object, writeMs }) => object === "wal" && writeMs === null)) {
      notes.add(
        "Times of WAL are not available: track_wal_io_timing is off. ALTER SYSTEM SET track_wal_io_timing = on;",
      );
    }
    return { rows: rows.slice(0, limit), notes: notes.lines, next: [], server };
  });
}

function bytesOf({ readBytes, writeBytes }: IoRow): number {
  return (readBytes ?? 0) + (writeBytes ?? 0);
}

function rowOf(row: Row, isTimed: boolean): IoRow {
  const count = (name: string): number | null => numberOf(row[name]) ?? null;
  // Until 17 every operation has one size, `op_bytes`; since 18 bytes are counted.
  const bytes = (own: string, operations: string): number | null =>
    count(own) ??
    (count(operations) === null || count("op_bytes") === null
      ? null
      : (count(operations) ?? 0) * (count("op_bytes") ?? 0));
  const time = (name: string): number | null => (isTimed ? rounded(numberOf(row[name])) : null);
  const [hits, reads] = [count("hits"), count("reads")];
  return {
    backend: String(row["backend_type"]),
    object: String(row["object"]),
    context: String(row["context"]),
    reads,
    readBytes: bytes("read_bytes", "reads"),
    readMs: time("read_time"),
    writes: count("writes"),
    writeBytes: bytes("write_bytes", "writes"),
    writeMs: time("write_time"),
    extends: count("extends"),
    hits,
    hitRatio: hits === null || reads === null ? null : rounded(ratioOf(hits, hits + reads), 4),
    evictions: count("evictions"),
    fsyncs: count("fsyncs"),
    fsyncMs: time("fsync_time"),
  };
}
