import type { Db } from "../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { logTable } from "./history.ts";
import type { HistoryNames } from "./model.ts";

/** One attempt at a migration, successful or not. */
export interface Attempt {
  readonly id: string;
  readonly name: string;
  readonly action: "apply" | "down" | "baseline" | "resolve" | "repair";
  readonly outcome: "done" | "failed";
  /** ISO 8601 with zone. */
  readonly at: string;
  readonly durationMs: number;
  /** The statement that failed, from 1. */
  readonly statement: number | null;
  readonly sqlstate: string | null;
  readonly message: string | null;
  readonly by: string;
  readonly host: string | null;
  readonly toolVersion: string;
}

type LogRow = Omit<Attempt, "at" | "by" | "host"> & {
  readonly loggedAt: Date;
  readonly doneBy: string;
  readonly clientHost: string | null;
};

/** The newest attempts, of one migration or of all; none where there is no log yet. */
export async function readLog(
  db: Db,
  names: HistoryNames,
  id: string | undefined,
  limit: number,
): Promise<Attempt[]> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-log.sql"), { log: logTable(names) });
  try {
    const rows = await db.query<LogRow>(sql, [id ?? null, limit]);
    return rows.map(({ loggedAt, doneBy, clientHost, ...rest }) => ({
      ...rest,
      at: loggedAt.toISOString(),
      by: doneBy,
      host: clientHost,
    }));
  } catch (error) {
    if (sqlstateOf(error) === "42P01") return [];
    throw queryFailure(error, "reading the log of migrations");
  }
}
