import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { numberOf, ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";

/** One command that says how far it has come. */
export interface ProgressRow {
  readonly pid: number;
  readonly command: string;
  readonly phase: string | null;
  readonly database: string | null;
  /** `schema.table`, in the database that is asked; elsewhere its oid. */
  readonly relation: string | null;
  readonly user: string | null;
  readonly runningMs: number | null;
  /** Of the present phase, from 0 to 1; null where it does not say how much there is to do. */
  readonly done: number | null;
}

interface Found {
  readonly command: string;
  readonly progress: Readonly<Record<string, unknown>>;
  readonly user: string | null;
  readonly runningMs: number | null;
  readonly schema: string | null;
  readonly relation: string | null;
}

/** Vacuums, index builds, copies, backups and their like, under way now. */
export async function readProgress(db: Db): Promise<Report<ProgressRow>> {
  return readStats(db, async ({ query, notes, facts }) => {
    const found = await query<Found>(loadSql(import.meta.url, "./sql/progress.sql"));
    if (!facts.seesAll)
      notes.add(
        `How far the commands of others are is hidden from the role ${facts.user}: GRANT pg_monitor.`,
      );
    return { rows: found.map(rowOf), notes: notes.lines, next: [], server: { version: facts.version } };
  });
}

function rowOf({ command, progress, user, runningMs, schema, relation }: Found): ProgressRow {
  const text = (name: string): string | null => (typeof progress[name] === "string" ? progress[name] : null);
  const relid = numberOf(progress["relid"]);
  return {
    pid: numberOf(progress["pid"]) ?? 0,
    command: text("command") ?? command,
    phase: text("phase"),
    database: text("datname"),
    relation:
      relation === null
        ? relid === undefined || relid === 0
          ? null
          : `oid ${relid}`
        : `${schema ?? ""}.${relation}`,
    user,
    runningMs: rounded(runningMs, 0),
    done: rounded(doneOf(progress), 4),
  };
}

/** What is done and what there is to do, by the names of the columns; the first pair that knows its whole tells. */
const pairs: readonly (readonly [done: string, whole: string])[] = [
  ["heap_blks_scanned", "heap_blks_total"],
  ["sample_blks_scanned", "sample_blks_total"],
  ["blocks_done", "blocks_total"],
  ["tuples_done", "tuples_total"],
  ["backup_streamed", "backup_total"],
  ["bytes_processed", "bytes_total"],
];

export function doneOf(progress: Readonly<Record<string, unknown>>): number | null {
  for (const [done, whole] of pairs) {
    const total = numberOf(progress[whole]);
    if (total !== undefined && total > 0)
      return Math.min(1, ratioOf(numberOf(progress[done]) ?? 0, total) ?? 0);
  }
  return null;
}
