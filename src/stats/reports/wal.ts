import type { Db, Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { numberOf, ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";

/** One figure. The unit says how to read the value: milliseconds, bytes, a part from 0 to 1, a time in ISO 8601. */
export interface WalRow {
  readonly area: "wal" | "checkpoints" | "background writer" | "archiver";
  readonly figure: string;
  /** Null where this server does not count it, or the role may not see it. */
  readonly value: number | string | null;
  readonly unit: "count" | "bytes" | "ms" | "part" | "time" | "text";
  readonly isBad: boolean;
}

/** WAL, checkpoints, the background writer and the archiver. */
export async function readWal(db: Db): Promise<Report<WalRow>> {
  return readStats(db, async (session) => {
    const counters = await readWalCounters(session);
    const files = await session.attempt("The size of the WAL folder", async () =>
      session.query(loadSql(import.meta.url, "./sql/wal-files.sql")),
    );
    const rows = figuresOf(counters, files?.[0]);
    if (counters.wal["isTimed"] !== true) {
      session.notes.add("Times of WAL writes are not available: track_wal_io_timing is off.");
    }
    const isRequested = rows.some(({ figure, isBad }) => figure === "requested" && isBad);
    const isFailing = rows.some(({ area, isBad }) => area === "archiver" && isBad);
    return {
      rows,
      notes: session.notes.lines,
      next: [
        ...(isRequested ? ["Most checkpoints are asked for by WAL volume: raise max_wal_size."] : []),
        ...(isFailing
          ? ["The archive_command fails: look into the server's log; WAL is kept until it succeeds."]
          : []),
      ],
      server: { version: session.facts.version },
    };
  });
}

export interface WalCounters extends WriterCounters {
  readonly wal: Row;
  readonly walIo: Row | undefined;
}

export interface WriterCounters {
  readonly bgwriter: Row;
  /** The checkpointer's counters by the names of 17, whichever view they come from. */
  readonly checkpointer: Checkpointer;
  readonly archiver: Row;
}

export interface Checkpointer {
  readonly timed: number | undefined;
  readonly requested: number | undefined;
  readonly writeMs: number | undefined;
  readonly syncMs: number | undefined;
  readonly buffers: number | undefined;
  readonly resetAt: unknown;
  /** All of the view's own row, where the server has the view. */
  readonly own: Row | undefined;
}

export async function readWalCounters(session: StatsSession): Promise<WalCounters> {
  const { query, facts } = session;
  const [[wal = {}], writers] = await Promise.all([
    query(loadSql(import.meta.url, "./sql/wal.sql")),
    readWriterCounters(session),
  ]);
  const movedToIo = !("wal_write" in wal) && facts.views.includes("pg_stat_io");
  const [walIo] = movedToIo ? await query(loadSql(import.meta.url, "./sql/wal-io.sql")) : [];
  return { ...writers, wal, walIo };
}

/** The background writer, the checkpointer and the archiver, asked in one go. */
export async function readWriterCounters({ query, facts }: StatsSession): Promise<WriterCounters> {
  const hasCheckpointer = facts.views.includes("pg_stat_checkpointer");
  const [[bgwriter = {}], [archiver = {}], [checkpointer]] = await Promise.all([
    query(loadSql(import.meta.url, "./sql/bgwriter.sql")),
    query(loadSql(import.meta.url, "./sql/archiver.sql")),
    hasCheckpointer ? query(loadSql(import.meta.url, "./sql/checkpointer.sql")) : [],
  ]);
  return { bgwriter, archiver, checkpointer: checkpointerOf(checkpointer, bgwriter) };
}

function checkpointerOf(own: Row | undefined, bgwriter: Row): Checkpointer {
  const pick = (now: string, before: string): number | undefined =>
    own === undefined ? numberOf(bgwriter[before]) : numberOf(own[now]);
  return {
    timed: pick("num_timed", "checkpoints_timed"),
    requested: pick("num_requested", "checkpoints_req"),
    writeMs: pick("write_time", "checkpoint_write_time"),
    syncMs: pick("sync_time", "checkpoint_sync_time"),
    buffers: pick("buffers_written", "buffers_checkpoint"),
    resetAt: (own ?? bgwriter)["stats_reset"],
    own,
  };
}

function figuresOf(
  { wal, bgwriter, checkpointer, archiver, walIo }: WalCounters,
  files: Row | undefined,
): readonly WalRow[] {
  const figure = (
    area: WalRow["area"],
    name: string,
    value: number | string | undefined | null,
    unit: WalRow["unit"],
    isBad = false,
  ): WalRow => ({
    area,
    figure: name,
    value: typeof value === "number" ? rounded(value) : (value ?? null),
    unit,
    isBad,
  });
  const { timed, requested } = checkpointer;
  const mode = archiver["archive_mode"];
  const isTimed = wal["isTimed"] === true;
  const ofRequested =
    timed === undefined || requested === undefined ? null : ratioOf(requested, timed + requested);
  const failed = numberOf(archiver["failed_count"]);
  const isFailing = timeOf(archiver["last_failed_time"]) > timeOf(archiver["last_archived_time"]);
  return [
    figure("wal", "written", numberOf(wal["wal_bytes"]), "bytes"),
    figure("wal", "records", numberOf(wal["wal_records"]), "count"),
    figure("wal", "full page images", numberOf(wal["wal_fpi"]), "count"),
    figure("wal", "buffers full", numberOf(wal["wal_buffers_full"]), "count"),
    figure(
      "wal",
      "write time",
      isTimed ? (numberOf(wal["wal_write_time"]) ?? numberOf(walIo?.["writeMs"])) : null,
      "ms",
    ),
    figure(
      "wal",
      "sync time",
      isTimed ? (numberOf(wal["wal_sync_time"]) ?? numberOf(walIo?.["syncMs"])) : null,
      "ms",
    ),
    figure("wal", "files", numberOf(files?.["files"]), "count"),
    figure("wal", "folder", numberOf(files?.["bytes"]), "bytes"),
    figure("wal", "since", isoOf(wal["stats_reset"]), "time"),
    figure("checkpoints", "timed", timed, "count"),
    figure("checkpoints", "requested", requested, "count", (ofRequested ?? 0) > 0.5 && (requested ?? 0) > 10),
    figure("checkpoints", "part requested", ofRequested, "part"),
    figure("checkpoints", "write time", checkpointer.writeMs, "ms"),
    figure("checkpoints", "sync time", checkpointer.syncMs, "ms"),
    figure("checkpoints", "buffers", checkpointer.buffers, "count"),
    figure("checkpoints", "since", isoOf(checkpointer.resetAt), "time"),
    figure("background writer", "buffers", numberOf(bgwriter["buffers_clean"]), "count"),
    figure("background writer", "stopped early", numberOf(bgwriter["maxwritten_clean"]), "count"),
    figure("archiver", "mode", typeof mode === "string" ? mode : null, "text"),
    figure("archiver", "archived", numberOf(archiver["archived_count"]), "count"),
    figure("archiver", "failed", failed, "count", isFailing),
    figure("archiver", "last archived", isoOf(archiver["last_archived_time"]), "time"),
    figure("archiver", "last failed", isoOf(archiver["last_failed_time"]), "time"),
  ];
}

function timeOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : 0;
}

function isoOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}
