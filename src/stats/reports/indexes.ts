import type { Db, Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteQualified } from "../../sql/quote.ts";
import { findDoubles } from "../duplicate-indexes.ts";
import type { Double, IndexShape } from "../duplicate-indexes.ts";
import { readLocked } from "../locked.ts";
import type { LockedRelations } from "../locked.ts";
import type { Report } from "../model.ts";
import { indexFindings, whyOf } from "./index-reasons.ts";
import type { IndexAbout, IndexFinding } from "./index-reasons.ts";
import { isFirstOfColumns, missingRow } from "./missing-fk.ts";
import type { MissingFk } from "./missing-fk.ts";
import { numberOf } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";

/** One index that can go or that is missing. */
export interface IndexRow {
  readonly finding: IndexFinding;
  readonly schema: string;
  readonly table: string;
  /** The name that the new one gets, where one is missing. */
  readonly index: string;
  /** Of the index; of the table where the index is missing. */
  readonly bytes: number;
  readonly exactness: "exact" | "estimate";
  readonly scans: number | null;
  /** Since PostgreSQL 16. */
  readonly lastScanAt: string | null;
  readonly why: string;
  /** What the reason names. */
  readonly about: IndexAbout;
  /** Null while the table is locked and its definition cannot be read. */
  readonly fix: string | null;
  /** Takes the fix back. */
  readonly undo: string | null;
}

export interface IndexesReport extends Report<IndexRow> {
  /** Since when scans are counted; null: since the database was made. */
  readonly countedSince: string | null;
}

interface Found {
  readonly oid: string;
  readonly finding: Exclude<IndexFinding, "missing-fk">;
  readonly tableOid: string;
  readonly pages: number;
  readonly double?: Double;
}

/** Indexes that cost and do not help, and those that are missing. */
export async function readIndexes(
  db: Db,
  wanted: readonly IndexFinding[],
  limit: number,
): Promise<IndexesReport> {
  return readStats(db, async (session) => {
    const { query, notes, facts } = session;
    const [locked, [counted]] = await Promise.all([
      readLocked(session),
      query<{ readonly resetAt: string | null }>(loadSql(import.meta.url, "./sql/reset-at.sql")),
    ]);
    const found = await findAll(session, wanted, locked, limit);
    const details = await readDetails(session, found, locked);
    const missing = wanted.includes("missing-fk")
      ? await query<MissingFk>(loadSql(import.meta.url, "./sql/missing-fk-indexes.sql"), [limit])
      : [];
    const rows = [
      ...found.map((one) => rowOf(one, details, facts.blockBytes)).filter((row) => row !== undefined),
      ...missing.filter(isFirstOfColumns).map((one) => missingRow(one, facts.blockBytes)),
    ].toSorted(
      (a, b) => indexFindings.indexOf(a.finding) - indexFindings.indexOf(b.finding) || b.bytes - a.bytes,
    );
    if (wanted.includes("unused")) noteUse(session, counted?.resetAt ?? null);
    if (rows.some(({ exactness }) => exactness === "estimate")) {
      notes.add("Sizes marked ~ are estimates: as of the last VACUUM or ANALYZE.");
    }
    return {
      rows: rows.slice(0, limit),
      notes: notes.lines,
      next: rows.length === 0 ? [] : ["stats indexes --full"],
      server: { version: facts.version },
      countedSince: counted?.resetAt ?? null,
    };
  });
}

async function findAll(
  { query, attempt }: StatsSession,
  wanted: readonly IndexFinding[],
  locked: LockedRelations,
  limit: number,
): Promise<readonly Found[]> {
  type Plain = Omit<Found, "finding" | "double">;
  const simple = async (finding: "invalid" | "unused"): Promise<readonly Found[]> => {
    const text =
      finding === "invalid"
        ? loadSql(import.meta.url, "./sql/invalid-indexes.sql")
        : loadSql(import.meta.url, "./sql/unused-indexes.sql");
    return wanted.includes(finding)
      ? (await query<Plain>(text, [limit])).map((row) => ({ ...row, finding }))
      : [];
  };
  const [invalid, unused] = [await simple("invalid"), await simple("unused")];
  const wantsDoubles = wanted.includes("duplicate") || wanted.includes("covered");
  if (!wantsDoubles && unused.length === 0) return invalid;
  const shapes = await attempt("Duplicate indexes", async () =>
    query<IndexShape & { readonly pages: number }>(loadSql(import.meta.url, "./sql/index-shapes.sql"), [
      listOf([...locked.oids]),
    ]),
  );
  const pages = new Map((shapes ?? []).map((shape) => [shape.oid, shape.pages]));
  const found = findDoubles(shapes ?? []);
  const needed = standIns(found);
  const idle = unused.filter(({ oid }) => !needed.has(oid));
  if (!wantsDoubles) return [...invalid, ...idle];
  const doubles = found
    .map((double) => ({
      oid: double.index.oid,
      tableOid: double.index.tableOid,
      pages: pages.get(double.index.oid) ?? 0,
      finding: double.kind,
      double,
    }))
    .toSorted((a, b) => b.pages - a.pages)
    .slice(0, limit);
  // What is named as a double already is not named again as unused.
  const named = new Set(doubles.map(({ oid }) => oid));
  return [...invalid, ...doubles, ...idle.filter(({ oid }) => !named.has(oid))];
}

/** Indexes that take over the scans of one that can go: not scanned so far, but soon. */
function standIns(doubles: readonly Double[]): ReadonlySet<string> {
  const needed = new Set<string>();
  // One that can go itself comes after those that it would have stood in for.
  for (const { index, by } of doubles) if (index.scans > 0 || needed.has(index.oid)) needed.add(by.oid);
  return needed;
}

async function readDetails(
  { query, attempt }: StatsSession,
  found: readonly Found[],
  locked: LockedRelations,
): Promise<ReadonlyMap<string, Row>> {
  const oids = listOf(
    found.flatMap(({ oid, double }) => [oid, ...(double === undefined ? [] : [double.by.oid])]),
  );
  const text = loadSql(import.meta.url, "./sql/index-details.sql");
  const ask = async (leftOut: string): Promise<readonly Row[]> => query(text, [oids, leftOut]);
  const details =
    (await attempt("Sizes and definitions of indexes", async () => ask(listOf([...locked.oids])))) ??
    // Somebody locked one meanwhile: names and counters can be had without any lock.
    (await ask(oids));
  return new Map(details.map((row) => [String(row["oid"]), row]));
}

function rowOf(found: Found, details: ReadonlyMap<string, Row>, blockBytes: number): IndexRow | undefined {
  const row = details.get(found.oid);
  if (row === undefined) return undefined; // dropped meanwhile
  const [schema, table, index] = [
    String(row["schemaname"]),
    String(row["relname"]),
    String(row["indexrelname"]),
  ];
  const bytes = numberOf(row["bytes"]);
  const definition = typeof row["definition"] === "string" ? row["definition"] : null;
  const other = found.double === undefined ? undefined : details.get(found.double.by.oid)?.["indexrelname"];
  const lastScan = row["last_idx_scan"];
  const about: IndexAbout = { other: typeof other === "string" ? other : null, foreignKey: null };
  return {
    finding: found.finding,
    schema,
    table,
    index,
    bytes: bytes ?? found.pages * blockBytes,
    exactness: bytes === undefined ? "estimate" : "exact",
    scans: numberOf(row["idx_scan"]) ?? null,
    lastScanAt: lastScan instanceof Date ? lastScan.toISOString() : null,
    why: whyOf(found.finding, about),
    about,
    fix: `DROP INDEX CONCURRENTLY ${quoteQualified(schema, index)};`,
    undo:
      definition === null
        ? null
        : `${definition.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ")};`,
  };
}

function noteUse({ notes, facts }: StatsSession, resetAt: string | null): void {
  if (!facts.tracksCounts)
    notes.add("Scans are not counted: track_counts is off. No index can be called unused.");
  notes.add(
    `Scans are counted ${resetAt === null ? "since the database was made" : `since ${resetAt.slice(0, 10)}`}, on this server ` +
      "alone: look at every standby that serves queries, and at a whole business cycle, before you drop an index.",
  );
}

function listOf(oids: readonly string[]): string {
  return `{${oids.join(",")}}`;
}
