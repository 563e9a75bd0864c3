import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import type { Report } from "../model.ts";
import { hiddenNote } from "../notes.ts";
import { ratioOf, rounded } from "../numbers.ts";
import { readStats } from "../session.ts";

/** Sessions that are alike. Ages in milliseconds, null where they are hidden. */
export interface ConnectionGroup {
  readonly database: string;
  readonly user: string;
  readonly application: string;
  /** As in pg_stat_activity; `hidden` where the role may not see it. */
  readonly state: string;
  readonly connections: number;
  readonly waitingForLock: number;
  readonly longestInStateMs: number | null;
  readonly oldestMs: number | null;
  readonly addresses: number;
}

export interface OwnLimit {
  readonly kind: "database" | "role";
  readonly name: string;
  readonly limit: number;
  readonly connections: number;
}

/** What sessions that run something wait for. */
export interface ActiveWait {
  /** As in pg_stat_activity; `CPU` where they wait for nothing. */
  readonly type: string;
  readonly event: string;
  readonly sessions: number;
  /** For how long the oldest of their statements has run. */
  readonly longestMs: number | null;
}

export interface ConnectionsReport extends Report<ConnectionGroup> {
  readonly used: number;
  readonly maxConnections: number;
  /** Kept for superusers and for pg_use_reserved_connections. */
  readonly reserved: number;
  /** Used of what everybody may use, from 0 to 1. */
  readonly saturation: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly limits: readonly OwnLimit[];
  /** Of those that the role may see, parallel workers too. */
  readonly waits: readonly ActiveWait[];
}

/** Who is connected, by state, user and application, against the limit less what is reserved. */
export async function readConnections(db: Db, limit: number): Promise<ConnectionsReport> {
  return readStats(db, async ({ query, notes, facts }) => {
    const [groups, limits, waits] = await Promise.all([
      query<ConnectionGroup>(loadSql(import.meta.url, "./sql/connections.sql")),
      query<OwnLimit>(loadSql(import.meta.url, "./sql/connection-limits.sql")),
      query<ActiveWait>(loadSql(import.meta.url, "./sql/active-waits.sql")),
    ]);
    const byState: Record<string, number> = {};
    for (const { state, connections } of groups) byState[state] = (byState[state] ?? 0) + connections;
    const used = groups.reduce((sum, { connections }) => sum + connections, 0);
    const hidden = byState["hidden"] ?? 0;
    if (hidden > 0) notes.add(hiddenNote(hidden, "sessions have their state", facts.user));
    if (groups.length > limit)
      notes.add(
        `${groups.length - limit} smaller groups are not shown: --limit ${groups.length} shows them.`,
      );
    const saturation = ratioOf(used, facts.maxConnections - facts.reservedConnections) ?? 0;
    return {
      rows: groups.slice(0, limit).map((group) => ({
        ...group,
        longestInStateMs: rounded(group.longestInStateMs, 0),
        oldestMs: rounded(group.oldestMs, 0),
      })),
      notes: notes.lines,
      next: nextOf(saturation, byState),
      server: { version: facts.version },
      used,
      maxConnections: facts.maxConnections,
      reserved: facts.reservedConnections,
      saturation: rounded(saturation, 4) ?? 0,
      byState,
      limits,
      waits: waits.map((wait) => ({ ...wait, longestMs: rounded(wait.longestMs, 0) })),
    };
  });
}

function nextOf(saturation: number, byState: Readonly<Record<string, number>>): readonly string[] {
  const isIdleInTransaction = Object.entries(byState).some(
    ([state, count]) => state.startsWith("idle in transaction") && count > 0,
  );
  return [
    ...(isIdleInTransaction ? ["stats transactions"] : []),
    ...(saturation >= 0.8
      ? [
          "Put a pooler such as PgBouncer between, or close what is idle; raising max_connections needs a restart.",
        ]
      : []),
  ];
}
