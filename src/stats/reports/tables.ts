import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { estimateBloat } from "../bloat.ts";
import type { TableShape } from "../bloat.ts";
import { readLocked } from "../locked.ts";
import type { LockedRelations } from "../locked.ts";
import type { Facts, Report } from "../model.ts";
import { ratioOf, rounded, sumOf } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";

/** One table, or one partitioned table with all its partitions. Sizes in bytes. */
export interface TableRow {
  readonly schema: string;
  readonly table: string;
  /** Partitions below it; null for a plain table. */
  readonly partitions: number | null;
  readonly totalBytes: number;
  readonly heapBytes: number;
  readonly toastBytes: number;
  readonly indexBytes: number;
  /** `exact` sizes were asked for; `estimate`: as the last VACUUM or ANALYZE left them in the catalog. */
  readonly exactness: "exact" | "estimate";
  /** Of all tables' estimated size, from 0 to 1. */
  readonly rowsEstimate: number;
  readonly deadRows: number | null;
  readonly deadRatio: number | null;
  /** An estimate; null where ANALYZE left no statistics that the role may see. */
  readonly bloatBytes: number | null;
  readonly seqScans: number | null;
  readonly indexScans: number | null;
  readonly inserted: number | null;
  readonly updated: number | null;
  readonly deleted: number | null;
  readonly vacuumedAt: string | null;
  readonly analyzedAt: string | null;
}

export interface TablesReport extends Report<TableRow> {
  readonly allTables: number;
}

export interface TablesWish {
  readonly limit: number;
  readonly schema: string | undefined;
  /** Each partition by itself. */
  readonly splitsPartitions: boolean;
}

interface Candidate {
  readonly top: number;
  readonly schema: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  readonly heapPages: number;
  readonly toastPages: number;
  readonly indexPages: number;
  readonly rowsEstimate: number;
  readonly leaves: number;
  /** Null for a partitioned table without partitions. */
  readonly oids: readonly string[] | null;
  readonly allTables: number;
}

interface Sizes {
  readonly oid: string;
  readonly heapBytes: number;
  readonly toastBytes: number;
  readonly indexBytes: number;
}

interface Activity {
  readonly oid: string;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly seqScans: number;
  readonly indexScans: number | null;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly vacuumedAt: string | null;
  readonly analyzedAt: string | null;
}

/** So many tables and partitions are asked for their exact sizes at most. */
const exactBudget = 1000;

/** The largest tables: ranked by what the catalog remembers, then asked for their exact sizes. */
export async function readTables(db: Db, wish: TablesWish): Promise<TablesReport> {
  return readStats(db, async (session) => {
    const { query, notes, facts } = session;
    // Some more than are shown: what the catalog remembers may be out of date, and exact sizes change the order.
    const most = wish.limit + Math.max(20, wish.limit);
    const [locked, candidates] = await Promise.all([
      readLocked(session),
      query<Candidate>(loadSql(import.meta.url, "./sql/table-candidates.sql"), [
        most,
        wish.splitsPartitions,
        wish.schema ?? null,
      ]),
    ]);
    const details = await readDetails(session, candidates, locked);
    const rows = candidates
      .map((candidate) => rowOf(candidate, details, facts))
      .toSorted((a, b) => b.totalBytes - a.totalBytes)
      .slice(0, wish.limit);
    const allTables = candidates[0]?.allTables ?? 0;
    if (allTables > rows.length) notes.add(`${allTables - rows.length} smaller tables are not shown.`);
    if (rows.some(({ exactness }) => exactness === "estimate")) {
      notes.add("Sizes marked ~ are estimates: as of the table's last VACUUM or ANALYZE.");
    }
    if (rows.some(({ bloatBytes }) => bloatBytes !== null))
      notes.add("Bloat is an estimate from ANALYZE's statistics.");
    if (rows.some(({ bloatBytes, totalBytes }) => bloatBytes === null && totalBytes > 0)) {
      notes.add("Bloat is not available where a table has no ANALYZE statistics that the role may see.");
    }
    if (!facts.tracksCounts) notes.add("Row counts and scans are not available: track_counts is off.");
    return { rows, notes: notes.lines, next: nextOf(rows), server: { version: facts.version }, allTables };
  });
}

interface Details {
  readonly sizes: ReadonlyMap<string, Sizes>;
  readonly activity: ReadonlyMap<string, Activity>;
  readonly shapes: ReadonlyMap<string, TableShape>;
}

async function readDetails(
  { query, attempt }: StatsSession,
  candidates: readonly Candidate[],
  locked: LockedRelations,
): Promise<Details> {
  const leaves = candidates.flatMap(({ oids }) => oids ?? []).slice(0, exactBudget);
  const free = leaves.filter((oid) => !locked.oids.has(oid));
  const [activity, shapes] = await Promise.all([
    query<Activity>(loadSql(import.meta.url, "./sql/table-activity.sql"), [listOf(leaves)]),
    query<TableShape & { readonly oid: string }>(loadSql(import.meta.url, "./sql/table-widths.sql"), [
      listOf(leaves),
    ]),
  ]);
  const sizes = await attempt("Exact sizes", async () =>
    query<Sizes>(loadSql(import.meta.url, "./sql/table-sizes.sql"), [listOf(free)]),
  );
  return { sizes: byOid(sizes ?? []), activity: byOid(activity), shapes: byOid(shapes) };
}

function rowOf(candidate: Candidate, { sizes, activity, shapes }: Details, facts: Facts): TableRow {
  const oids = candidate.oids ?? [];
  const pick = <T>(from: ReadonlyMap<string, T>): readonly T[] =>
    oids.map((oid) => from.get(oid)).filter((found) => found !== undefined);
  const exact = pick(sizes);
  const isExact = exact.length === oids.length;
  const bytes = (name: "heap" | "toast" | "index"): number =>
    isExact
      ? exact.reduce((sum, size) => sum + size[`${name}Bytes`], 0)
      : candidate[`${name}Pages`] * facts.blockBytes;
  const counted = facts.tracksCounts ? pick(activity) : [];
  const total = (
    name: "liveRows" | "deadRows" | "seqScans" | "indexScans" | "inserted" | "updated" | "deleted",
  ): number | null => sumOf(...counted.map((table) => table[name] ?? undefined)) ?? null;
  const bloats = pick(shapes).map((shape) => estimateBloat(shape, facts.blockBytes) ?? undefined);
  const deadRows = total("deadRows");
  const liveRows = total("liveRows");
  // Of partitions, the one that waits longest.
  const earliest = (name: "vacuumedAt" | "analyzedAt"): string | null =>
    counted.map((table) => table[name]).toSorted(nullsFirst)[0] ?? null;
  return {
    schema: candidate.schema,
    table: candidate.table,
    partitions: candidate.isPartitioned ? candidate.leaves : null,
    totalBytes: bytes("heap") + bytes("toast") + bytes("index"),
    heapBytes: bytes("heap"),
    toastBytes: bytes("toast"),
    indexBytes: bytes("index"),
    exactness: isExact ? "exact" : "estimate",
    rowsEstimate: candidate.rowsEstimate,
    deadRows,
    deadRatio:
      deadRows === null || liveRows === null ? null : rounded(ratioOf(deadRows, deadRows + liveRows), 4),
    bloatBytes: sumOf(...bloats) ?? null,
    seqScans: total("seqScans"),
    indexScans: total("indexScans"),
    inserted: total("inserted"),
    updated: total("updated"),
    deleted: total("deleted"),
    vacuumedAt: earliest("vacuumedAt"),
    analyzedAt: earliest("analyzedAt"),
  };
}

function byOid<T extends { readonly oid: string }>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [row.oid, row]));
}

/** A list as the server reads one. */
function listOf(oids: readonly string[]): string {
  return `{${oids.join(",")}}`;
}

function nullsFirst(a: string | null, b: string | null): number {
  return a === b ? 0 : a === null ? -1 : b === null ? 1 : a.localeCompare(b);
}

function nextOf(rows: readonly TableRow[]): readonly string[] {
  const dead = rows.find(({ deadRatio, deadRows }) => (deadRatio ?? 0) > 0.2 && (deadRows ?? 0) > 10_000);
  return dead === undefined ? [] : ["stats vacuum"];
}
