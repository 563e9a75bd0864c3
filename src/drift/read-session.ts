import type { Db } from "../postgres/connect.ts";
import { loadSql } from "../sql/load.ts";

export interface LiveSession {
  readonly searchPath: string;
  readonly user: string;
  /** Who owns the database. */
  readonly owner: string;
  readonly roles: readonly string[];
}

/** What a session on the live database brings along, and the roles that are known there. */
export async function readLiveSession(db: Db): Promise<LiveSession> {
  const [row] = await db.query<{ searchPath: string; user: string; owner: string; roles: string }>(
    loadSql(import.meta.url, "./sql/session.sql"),
  );
  if (row === undefined) throw new Error("the session has no facts");
  return {
    searchPath: row.searchPath,
    user: row.user,
    owner: row.owner,
    roles: row.roles.split("\u001f").filter((role) => role !== ""),
  };
}
