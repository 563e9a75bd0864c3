import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { ClockReading, HistorySchema, ServerState, StatementsExtension } from "./model.ts";

export interface ServerFacts {
  readonly state: ServerState;
  readonly historySchema: HistorySchema;
  readonly statements: StatementsExtension;
  readonly clock: ClockReading;
}

/** Asks the server for everything that doctor judges. */
export async function readServer(db: Db, historySchema: string): Promise<ServerFacts> {
  try {
    const [[state], schemas, [statements]] = await Promise.all([
      db.query<ServerState>(loadSql(import.meta.url, "./sql/server.sql")),
      db.query<{ mayCreate: boolean }>(loadSql(import.meta.url, "./sql/history-schema.sql"), [historySchema]),
      db.query<StatementsExtension>(loadSql(import.meta.url, "./sql/statements-extension.sql")),
    ]);
    if (state === undefined || statements === undefined)
      throw new Error("the server says nothing of the session");
    const [schema] = schemas;
    return {
      state,
      historySchema: {
        name: historySchema,
        exists: schema !== undefined,
        mayCreate: schema?.mayCreate === true,
      },
      statements,
      clock: await readClock(db),
    };
  } catch (error) {
    throw queryFailure(error, "examining the server");
  }
}

async function readClock(db: Db): Promise<ClockReading> {
  const sentMs = Date.now();
  const [row] = await db.query<{ serverMs: number }>(loadSql(import.meta.url, "./sql/clock.sql"));
  const receivedMs = Date.now();
  return { serverMs: row?.serverMs ?? sentMs, sentMs, receivedMs };
}
