import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Report } from "../model.ts";
import { hiddenNote } from "../notes.ts";
import { rounded } from "../numbers.ts";
import { redact } from "../redact.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";
import { cancelCommand } from "./locks.ts";

/** One open transaction. Ages in milliseconds. */
export interface TransactionRow {
  readonly kind: "session" | "prepared";
  /** Null for a prepared transaction, which has no session. */
  readonly pid: number | null;
  readonly gid: string | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
  readonly state: string | null;
  readonly waitEvent: string | null;
  readonly transactionMs: number;
  /** For how long it has been idle, or has run its present statement. */
  readonly stateMs: number | null;
  /** How many transactions ago its snapshot was taken: what is younger cannot be vacuumed away. */
  readonly xminAge: number | null;
  readonly hasWritten: boolean | null;
  /** What ends it, to be sent by psql. */
  readonly end: string;
  readonly query: string | null;
}

/** Open transactions, the oldest first: running, idle in transaction, prepared. */
export async function readTransactions(db: Db, limit: number): Promise<Report<TransactionRow>> {
  return readStats(db, async (session) => {
    const rows = await readOpen(session);
    const { notes, facts } = session;
    if (rows.length > limit)
      notes.add(
        `${rows.length - limit} younger transactions are not shown: --limit ${rows.length} shows them.`,
      );
    const [oldest] = rows;
    const isOld =
      oldest !== undefined &&
      oldest.transactionMs > (oldest.state?.startsWith("idle") === true ? 60_000 : 300_000);
    return {
      rows: rows.slice(0, limit),
      notes: notes.lines,
      next: isOld ? [`psql -c ${JSON.stringify(oldest.end)}`] : [],
      server: { version: facts.version },
    };
  });
}

/** Every open transaction but our own, the oldest first. */
export async function readOpen({ query, notes, facts }: StatsSession): Promise<readonly TransactionRow[]> {
  type SessionPart = Omit<TransactionRow, "kind" | "gid" | "end"> & { readonly pid: number };
  type PreparedPart = Pick<TransactionRow, "user" | "database" | "transactionMs" | "xminAge"> & {
    readonly gid: string;
  };
  const [sessions, prepared, [count]] = await Promise.all([
    query<SessionPart>(loadSql(import.meta.url, "./sql/transactions.sql")),
    query<PreparedPart>(loadSql(import.meta.url, "./sql/prepared-transactions.sql")),
    query<{ readonly hidden: number }>(loadSql(import.meta.url, "./sql/hidden-sessions.sql")),
  ]);
  if ((count?.hidden ?? 0) > 0)
    notes.add(hiddenNote(count?.hidden ?? 0, "sessions have their transactions", facts.user));
  const rows: TransactionRow[] = [
    ...sessions.map((row) => ({
      kind: "session" as const,
      gid: null,
      ...row,
      query: row.query === null ? null : redact(row.query),
      end: cancelCommand(row.pid, row.state),
    })),
    ...prepared.map((row) => ({
      kind: "prepared" as const,
      pid: null,
      application: null,
      state: "prepared",
      waitEvent: null,
      stateMs: null,
      hasWritten: true,
      query: null,
      ...row,
      end: `ROLLBACK PREPARED ${quoteLiteral(row.gid)}`,
    })),
  ];
  return rows
    .map((row) => ({
      ...row,
      transactionMs: rounded(row.transactionMs, 0) ?? 0,
      stateMs: rounded(row.stateMs, 0),
    }))
    .toSorted((a, b) => b.transactionMs - a.transactionMs);
}
