import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { readPartners } from "../reports/replication.ts";
import type { ReplicationRow } from "../reports/replication.ts";
import { readAllSequences } from "../reports/sequences.ts";
import type { Sequences } from "../reports/sequences.ts";
import { readOpen } from "../reports/transactions.ts";
import type { TransactionRow } from "../reports/transactions.ts";
import { readWalCounters } from "../reports/wal.ts";
import type { WalCounters } from "../reports/wal.ts";
import { ratioOf } from "../numbers.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { judge, worstFirst, worstOf } from "./judge.ts";
import type { Filled, InSchema, Readings } from "./judge.ts";
import type { CheckReport, Thresholds } from "./model.ts";

export interface CheckWish {
  readonly thresholds: Thresholds;
  /** Looks on for so long, to judge what only a difference tells: the hits of the buffers. */
  readonly windowMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Looks at everything that has a threshold. */
export async function runChecks(db: Db, { thresholds, windowMs, signal }: CheckWish): Promise<CheckReport> {
  const before = windowMs === undefined ? undefined : await readStats(db, readBlocks);
  if (windowMs !== undefined) await sleep(windowMs, undefined, { signal }).catch(() => {});
  return readStats(db, async (session) => checkWithin(session, thresholds, before));
}

/** The same within a transaction that is open. */
export async function checkWithin(
  session: StatsSession,
  thresholds: Thresholds,
  before?: Blocks,
): Promise<CheckReport> {
  const readings = await readAll(session, before);
  const checks = worstFirst(judge(readings, thresholds));
  return {
    status: worstOf(checks),
    checks,
    notes: session.notes.lines,
    server: { version: session.facts.version },
  };
}

interface Blocks {
  readonly hits: number;
  readonly reads: number;
}

async function readBlocks({ query }: StatsSession): Promise<Blocks> {
  const [blocks] = await query<Blocks>(loadSql(import.meta.url, "./sql/blocks.sql"));
  return blocks ?? { hits: 0, reads: 0 };
}

async function readAll(session: StatsSession, before: Blocks | undefined): Promise<Readings> {
  const { query, attempt, facts } = session;
  const used = await query<{ readonly used: number }>(loadSql(import.meta.url, "./sql/used-connections.sql"));
  const open = await readOpen(session);
  const wait = await query<{ readonly blockedMs: number }>(
    loadSql(import.meta.url, "./sql/longest-wait.sql"),
  );
  const [age] = await query<Readings["wraparound"]>(loadSql(import.meta.url, "./sql/wraparound.sql"));
  const sequences = await readAllSequences(session);
  const [worst] = facts.tracksCounts
    ? await query<Filled>(loadSql(import.meta.url, "./sql/worst-table.sql"))
    : [];
  const invalid = await query<InSchema>(loadSql(import.meta.url, "./sql/invalid-indexes.sql"));
  const partners = await readPartners(session);
  const wal = await attempt("WAL and checkpoints", async () => readWalCounters(session));
  const after = before === undefined ? undefined : await readBlocks(session);
  const usable = facts.maxConnections - facts.reservedConnections;
  return {
    connectionPercent: 100 * (ratioOf(used[0]?.used ?? 0, usable) ?? 0),
    connections: used[0]?.used ?? 0,
    usableConnections: usable,
    idleInTransactionMs: longest(
      open,
      ({ state, kind }) => kind === "session" && (state ?? "").startsWith("idle"),
      "stateMs",
    ),
    transactionMs: longest(open, ({ kind }) => kind === "session", "transactionMs"),
    preparedMs: longest(open, ({ kind }) => kind === "prepared", "transactionMs"),
    blockedMs: wait[0]?.blockedMs,
    wraparound: age ?? { database: facts.database, xidAge: 0, mxidAge: 0 },
    sequences: fullest(sequences),
    cacheHitPercent: hitPercent(before, after),
    lagMs: longestLag(partners),
    badSlots: partners
      .filter(({ kind, state }) => kind === "slot" && /lost|unreserved/.test(state))
      .map(({ name }) => name),
    deadTable: facts.tracksCounts ? (worst ?? null) : undefined,
    invalidIndexes: invalid,
    requestedPercent: wal === undefined ? undefined : requestedPercent(wal),
    isArchiverFailing: wal === undefined ? undefined : isArchiverFailing(wal),
    seesAll: facts.seesAll,
  };
}

function longest(
  rows: readonly TransactionRow[],
  fits: (row: TransactionRow) => boolean,
  field: "stateMs" | "transactionMs",
): number {
  return Math.max(0, ...rows.filter(fits).map((row) => row[field] ?? 0));
}

/** The sequence that is nearest to its end; undefined where none could be read, null where none can run out. */
function fullest(sequences: Sequences | undefined): Readings["sequences"] {
  if (sequences === undefined) return undefined;
  const first = sequences.rows.find(({ cycles, used }) => !cycles && used !== null);
  if (first === undefined) return sequences.hidden > 0 ? undefined : null;
  return { schema: first.schema, name: first.sequence, percent: (first.used ?? 0) * 100 };
}

function longestLag(partners: readonly ReplicationRow[]): number | null {
  const lagging = partners.filter(({ kind }) => kind !== "slot");
  return lagging.length === 0 ? null : Math.max(0, ...lagging.map(({ lagMs }) => lagMs ?? 0));
}

/** Fewer blocks say nothing of the buffers. */
const leastBlocks = 100_000;

function hitPercent(before: Blocks | undefined, after: Blocks | undefined): number | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [hits, reads] = [after.hits - before.hits, after.reads - before.reads];
  return hits < 0 || reads < 0 || hits + reads < leastBlocks ? undefined : (100 * hits) / (hits + reads);
}

/** So few checkpoints tell nothing of the settings. */
const leastCheckpoints = 10;

function requestedPercent({ checkpointer: { timed, requested } }: WalCounters): number | null {
  if (timed === undefined || requested === undefined || timed + requested < leastCheckpoints) return null;
  return (100 * requested) / (timed + requested);
}

function isArchiverFailing({ archiver }: WalCounters): boolean {
  const [failed, archived] = [archiver["last_failed_time"], archiver["last_archived_time"]];
  return failed instanceof Date && (!(archived instanceof Date) || archived < failed);
}
