import { shellWord } from "../../kernel/shell-word.ts";
import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteQualified } from "../../sql/quote.ts";
import type { Report } from "../model.ts";
import { ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";

/** One table. Ages in transactions. */
export interface VacuumRow {
  readonly schema: string;
  readonly table: string;
  readonly deadRows: number | null;
  readonly deadRatio: number | null;
  /** Dead rows at which autovacuum takes the table. */
  readonly threshold: number;
  readonly xidAge: number;
  readonly mxidAge: number;
  /**
   * How near a vacuum against wraparound is, 1 where it is forced: of autovacuum_freeze_max_age, or of
   * autovacuum_multixact_freeze_max_age where that is nearer.
   */
  readonly freezeShare: number | null;
  readonly vacuumedAt: string | null;
  readonly autovacuum: boolean;
  readonly isOverdue: boolean;
  /** SQL that mends it now; null where nothing needs it. */
  readonly fix: string | null;
}

export interface WraparoundRow {
  readonly database: string;
  readonly xidAge: number;
  readonly mxidAge: number;
  /** Of the two thousand million transactions, or multixacts, that there are: the greater share, from 0 to 1. */
  readonly used: number | null;
}

/** What keeps dead rows from being removed. */
export interface HorizonHolder {
  readonly kind: "session" | "slot" | "prepared" | "standby";
  readonly name: string;
  readonly xminAge: number | null;
  readonly ageMs: number | null;
  readonly detail: string;
}

export interface VacuumReport extends Report<VacuumRow> {
  readonly databases: readonly WraparoundRow[];
  readonly horizon: readonly HorizonHolder[];
}

interface FoundTable extends Omit<
  VacuumRow,
  "deadRows" | "deadRatio" | "freezeShare" | "autovacuum" | "isOverdue" | "fix"
> {
  readonly oid: number;
  readonly deadRows: number;
  readonly liveRows: number;
  readonly isOff: boolean;
  readonly xidMaxAge: number;
  readonly mxidMaxAge: number;
}

/** Transactions between the oldest and the newest that the server can tell apart. */
export const wraparoundAt = 2 ** 31;

/** Where vacuum is behind, how near wraparound is, and what holds vacuum back. */
export async function readVacuum(db: Db, limit: number, withCatalog: boolean): Promise<VacuumReport> {
  return readStats(db, async ({ query, notes, facts }) => {
    const [tables, databases, horizon] = await Promise.all([
      query<FoundTable>(loadSql(import.meta.url, "./sql/vacuum-tables.sql"), [limit, withCatalog]),
      query<Omit<WraparoundRow, "used">>(loadSql(import.meta.url, "./sql/vacuum-databases.sql")),
      query<HorizonHolder>(loadSql(import.meta.url, "./sql/horizon.sql")),
    ]);
    if (!facts.tracksCounts)
      notes.add("Dead rows are not available: track_counts is off, and autovacuum does not run without it.");
    if (!facts.seesAll)
      notes.add(
        `Sessions that hold back vacuum may be hidden from the role ${facts.user}: GRANT pg_monitor.`,
      );
    const rows = tables.map((table) => rowOf(table, facts.tracksCounts));
    return {
      rows,
      notes: notes.lines,
      next: nextOf(rows, horizon),
      server: { version: facts.version },
      databases: databases.map((database) => ({
        ...database,
        used: rounded(ratioOf(Math.max(database.xidAge, database.mxidAge), wraparoundAt), 4),
      })),
      horizon,
    };
  });
}

function rowOf(found: FoundTable, isCounted: boolean): VacuumRow {
  const { oid: _oid, liveRows, isOff, xidMaxAge, mxidMaxAge, ...table } = found;
  const freezeShare = Math.max(
    ratioOf(table.xidAge, xidMaxAge) ?? 0,
    ratioOf(table.mxidAge, mxidMaxAge) ?? 0,
  );
  const isOverdue = (isCounted && table.deadRows > table.threshold) || freezeShare > 1;
  return {
    ...table,
    deadRows: isCounted ? table.deadRows : null,
    deadRatio: isCounted ? rounded(ratioOf(table.deadRows, table.deadRows + liveRows), 4) : null,
    threshold: rounded(table.threshold, 0) ?? 0,
    freezeShare: rounded(freezeShare, 4),
    autovacuum: !isOff,
    isOverdue,
    fix: isOverdue ? `VACUUM ${quoteQualified(table.schema, table.table)}` : null,
  };
}

function nextOf(rows: readonly VacuumRow[], horizon: readonly HorizonHolder[]): readonly string[] {
  const holder = horizon.find(({ xminAge, ageMs }) => (xminAge ?? 0) > 1_000_000 || (ageMs ?? 0) > 1_800_000);
  const overdue = rows.find(({ fix }) => fix !== null);
  return [
    // What a snapshot still sees no vacuum removes: first things first.
    ...(holder === undefined
      ? []
      : [holder.kind === "slot" || holder.kind === "standby" ? "stats replication" : "stats transactions"]),
    ...(overdue?.fix === null || overdue === undefined ? [] : [`psql -c ${shellWord(overdue.fix)}`]),
  ];
}
