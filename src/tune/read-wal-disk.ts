/** The room on the disk of pg_wal. No function of PostgreSQL's tells it: it is asked of the system, where the server is here. */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Db } from "../postgres/connect.ts";
import { serverErrorOf } from "../postgres/failure.ts";
import { isFolderHere } from "../postgres/server-folder.ts";
import type { ServerPlace } from "../postgres/server-folder.ts";
import { loadSql } from "../sql/load.ts";
import type { WalDisk } from "./model.ts";

/** null: the server is elsewhere, or this role or this account may not look. */
export async function readWalDisk(db: Db): Promise<WalDisk | null> {
  try {
    const [place] = await db.query<ServerPlace>(loadSql(import.meta.url, "./sql/wal-place.sql"));
    if (place === undefined || !(await isFolderHere(place))) return null;
    const [wal] = await db.query<{ bytes: number }>(loadSql(import.meta.url, "./sql/wal-bytes.sql"));
    const { bavail, bsize } = await statfs(join(place.folder, "pg_wal"));
    return { freeBytes: bavail * bsize, walBytes: wal?.bytes ?? 0 };
  } catch (error) {
    if (serverErrorOf(error)?.sqlstate === "42501") return null;
    throw error;
  }
}
