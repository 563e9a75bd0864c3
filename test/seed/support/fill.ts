/** Databases filled by the tool, called within this process. */
import { fileURLToPath } from "node:url";
import type postgres from "postgres";
import { call } from "../../contract/support/call.ts";
import type { CallOptions, CallResult } from "../../contract/support/call.ts";
import type { TestDatabase } from "../../support/database.ts";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Where the history of the tests ends; a month with 31 days before it, a leap day within. */
export const asOf = "2026-01-01";

/** `veza-db seed` on a database, with this repository's seed files unless another folder is the current one. */
export function seed(
  { url }: Pick<TestDatabase, "url">,
  args: readonly string[] = [],
  options: CallOptions = {},
): Promise<CallResult> {
  return call(["seed", "--url", url, "--as-of", asOf, ...args], { cwd: repository, ...options });
}

export const tables = [
  "users",
  "user_profiles",
  "tracks",
  "playlists",
  "playlist_tracks",
  "chat_rooms",
  "chat_room_participants",
  "chat_messages",
  "likes",
  "follows",
  "comments",
  "sessions",
  "audit_logs",
  "user_stats",
  "track_search",
  "chat_room_stats",
];

/** One short text for everything in each table, whatever the order of its rows. */
export async function digests(
  sql: postgres.Sql,
  names: readonly string[] = tables,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const [row] = await sql.unsafe<{ digest: string }[]>(
      `SELECT count(*) || ' ' || md5(COALESCE(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C"), '')) AS digest FROM ${name} t`,
    );
    found[name] = row?.digest ?? "";
  }
  return found;
}

export async function countRows(
  sql: postgres.Sql,
  names: readonly string[] = tables,
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name of names) {
    const [row] = await sql.unsafe<{ rows: number }[]>(`SELECT count(*)::int AS rows FROM ${name}`);
    found[name] = row?.rows ?? -1;
  }
  return found;
}

/** The first column of the first row. */
export async function valueOf(sql: postgres.Sql, query: string): Promise<unknown> {
  const [row] = await sql.unsafe<Record<string, unknown>[]>(query);
  return Object.values(row ?? {})[0];
}

/** Triggers of the platform that do not fire. */
export async function restingTriggers(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql`
    SELECT tgrelid::regclass || '.' || tgname AS name FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'`;
  return rows.map(({ name }) => String(name));
}
