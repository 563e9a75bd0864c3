/** Calls of `veza-db stats …` in this process, aimed at a database. */
import { inject } from "vitest";
import type postgres from "postgres";
import { call, record } from "../../migrate/support/veza.ts";
import type { CallOptions, Called } from "../../migrate/support/veza.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface StatsCall extends Called {
  /** `rows` of the result. */
  rows(): readonly Fields[];
  /** `notes` of the result, a line each. */
  notes(): string;
}

/** Every report that asks PostgreSQL and takes no argument. */
export const reports = [
  "overview",
  "slow-queries",
  "tables",
  "indexes",
  "connections",
  "locks",
  "transactions",
  "cache",
  "vacuum",
  "replication",
  "wal",
  "io",
  "sequences",
  "settings",
  "progress",
] as const;

/** One call; `words` are what follows `veza-db stats`. */
export async function stats(
  url: string,
  words: string | readonly string[],
  options: CallOptions = {},
): Promise<StatsCall> {
  const argv = ["stats", ...(typeof words === "string" ? words.split(" ") : words)];
  const called = await call(inject("run").folder, argv, {
    ...options,
    env: { DATABASE_URL: url, ...options.env },
  });
  return {
    ...called,
    rows: () => listOf(called.data()["rows"]),
    notes: () => textsOf(called.data()["notes"]).join("\n"),
  };
}

export function listOf(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value.map(record);
}

export function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value.map(String);
}

/** A transaction that stays open until it is let go. */
export interface Holder extends AsyncDisposable {
  readonly pid: number;
}

/** Runs a statement in a transaction of a session of its own and keeps it open. With `waits`, the statement blocks. */
export async function hold(sql: postgres.Sql, text: string, more: readonly string[] = []): Promise<Holder> {
  const session = await sql.reserve();
  await session.unsafe("BEGIN");
  const [row] = await session<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  await session.unsafe(text);
  for (const next of more) await session.unsafe(next);
  return {
    pid: row?.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      await session.unsafe("ROLLBACK").catch(() => {});
      session.release();
    },
  };
}

/** Runs statements of which the last one waits for a lock; returns when it does. */
export async function holdWaiting(
  sql: postgres.Sql,
  before: readonly string[],
  waiting: string,
): Promise<Holder> {
  const session = await sql.reserve();
  const [row] = await session<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
  const pid = row?.pid ?? 0;
  await session.unsafe("BEGIN");
  for (const text of before) await session.unsafe(text);
  const running = session.unsafe(waiting).then(
    () => undefined,
    () => undefined,
  );
  for (;;) {
    const [state] = await sql`SELECT count(*)::int AS waits FROM pg_locks WHERE pid = ${pid} AND NOT granted`;
    if (state?.["waits"] !== 0) break;
  }
  return {
    pid,
    [Symbol.asyncDispose]: async () => {
      await sql`SELECT pg_cancel_backend(${pid})`;
      await running;
      await session.unsafe("ROLLBACK").catch(() => {});
      session.release();
    },
  };
}
