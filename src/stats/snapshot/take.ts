import type { Db, Row } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { numberOf } from "../numbers.ts";
import { readWalCounters } from "../reports/wal.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { readAll, readTexts, textKey } from "../statements/read.ts";
import { missingStatements } from "../statements/require.ts";
import { snapshotSchema } from "./model.ts";
import type { Section, Snapshot, SnapshotStatements, SnapshotTable } from "./model.ts";

/** Entries whose texts a snapshot keeps, and characters of each. */
const keptTexts = 2000;
const keptCharacters = 500;

/** Reads everything that counts. Nothing is reset. */
export async function takeSnapshot(db: Db): Promise<Snapshot> {
  return readStats(db, async (session) => {
    const { facts, notes } = session;
    const missing = missingStatements(facts);
    if (missing !== undefined)
      notes.add(`Statements are not in this snapshot. ${missing.message} ${missing.mend}`);
    const statements =
      missing === undefined
        ? await session.attempt("Statements", async () => takeStatements(session))
        : undefined;
    const tables = await session.attempt("Tables", async () => takeTables(session));
    const sections = await takeSections(session);
    const gauges = await session.attempt("Sessions", async () => takeGauges(session));
    if (!facts.seesAll)
      notes.add(`What the role ${facts.user} may not see is not in this snapshot: GRANT pg_monitor.`);
    return {
      schema: snapshotSchema,
      takenAt: facts.now,
      server: { version: facts.version, startedAt: facts.startedAt },
      database: facts.database,
      statements: statements ?? null,
      tables: tables ?? [],
      sections,
      gauges: gauges ?? {},
      notes: notes.lines,
    };
  });
}

async function takeStatements(session: StatsSession): Promise<SnapshotStatements | null> {
  const extension = session.facts.statements;
  if (extension === null) return null;
  const { statements, info } = await readAll(session, extension);
  const longest = statements
    .toSorted((a, b) => (b.counters.totalMs ?? 0) - (a.counters.totalMs ?? 0))
    .slice(0, keptTexts);
  const texts = await readTexts(session, extension, longest, keptCharacters);
  const own = new Set([...texts].filter(([, { isOwn }]) => isOwn).map(([key]) => key));
  return {
    entries: statements.filter((statement) => !own.has(textKey(statement))),
    info,
    texts: Object.fromEntries(
      [...texts].filter(([key]) => !own.has(key)).map(([key, { text }]) => [key, text]),
    ),
  };
}

async function takeTables({ query, facts }: StatsSession): Promise<readonly SnapshotTable[]> {
  type Size = Omit<SnapshotTable, "counters" | "partOf"> & {
    readonly oid: string;
    readonly topSchema: string | null;
    readonly topTable: string | null;
  };
  const [sizes, counted] = await Promise.all([
    query<Size>(loadSql(import.meta.url, "./sql/table-sizes.sql")),
    facts.tracksCounts ? query(loadSql(import.meta.url, "./sql/table-counters.sql")) : [],
  ]);
  const counters = new Map(counted.map(({ oid, ...row }) => [String(oid), numbersOf(row)]));
  return sizes.map(({ oid, topSchema, topTable, ...table }) => ({
    ...table,
    ...(topSchema === null || topTable === null ? {} : { partOf: { schema: topSchema, table: topTable } }),
    counters: counters.get(oid) ?? null,
  }));
}

async function takeGauges({ query, facts }: StatsSession): Promise<Readonly<Record<string, number>>> {
  const rows = await query<{ readonly gauge: string; readonly sessions: number }>(
    loadSql(import.meta.url, "./sql/sessions.sql"),
  );
  return {
    "sessions.used": rows.reduce((sum, { sessions }) => sum + sessions, 0),
    "sessions.usable": facts.maxConnections - facts.reservedConnections,
    ...Object.fromEntries(rows.map(({ gauge, sessions }) => [gauge, sessions])),
  };
}

async function takeSections(session: StatsSession): Promise<readonly Section[]> {
  const [database] = await session.query(loadSql(import.meta.url, "./sql/database.sql"));
  const { wal, bgwriter, checkpointer, archiver } = await readWalCounters(session);
  const checkpoints = {
    timed: checkpointer.timed,
    requested: checkpointer.requested,
    writeMs: checkpointer.writeMs,
  };
  return [
    sectionOf("database", database ?? {}),
    sectionOf("wal", wal),
    sectionOf("background writer", bgwriter),
    { ...sectionOf("checkpoints", checkpoints), resetAt: isoOf(checkpointer.resetAt) },
    sectionOf("archiver", archiver),
  ];
}

/** What is a state, and no counter. */
const states = new Set(["datid", "numbackends", "checksum_last_failure"]);

function sectionOf(name: string, row: Row): Section {
  return { name, resetAt: isoOf(row["stats_reset"]), counters: numbersOf(row) };
}

function numbersOf(row: Row): Readonly<Record<string, number>> {
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(row)) {
    const number = numberOf(value);
    if (number !== undefined && !states.has(name)) numbers[name] = number;
  }
  return numbers;
}

function isoOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}
