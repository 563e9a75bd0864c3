import type { Db } from "../../postgres/connect.ts";
import { ask } from "../read-database.ts";

/** How many sessions of clients a server has besides this one. */
export async function countOtherSessions(db: Db): Promise<number> {
  const [row] = await ask<{ number: number }>(db, "other-sessions");
  return row?.number ?? 0;
}
