import { ratioOf, rounded } from "../numbers.ts";
import { compareStatements, goneStatements } from "../statements/compare.ts";
import type { StatementChange } from "../statements/compare.ts";
import { textKey } from "../statements/read.ts";
import type { Snapshot, SnapshotTable } from "./model.ts";

/** One statement between two snapshots. */
export interface StatementDiff {
  readonly queryid: string;
  readonly user: string;
  readonly database: string;
  readonly toplevel: boolean;
  readonly calls: number;
  readonly callsPerSecond: number | null;
  readonly totalMs: number;
  readonly meanMs: number | null;
  /** The mean over everything that was counted before; null for a new one. */
  readonly meanBeforeMs: number | null;
  readonly rows: number;
  readonly share: number | null;
  readonly mark: StatementChange["mark"];
  readonly query: string;
}

/** One table between two snapshots. */
export interface TableDiff {
  readonly schema: string;
  readonly table: string;
  readonly mark: "same" | "new" | "dropped" | "reset";
  /** May be negative: a table can shrink. */
  readonly bytesGrown: number;
  readonly bytes: number;
  readonly rowsGrown: number;
  readonly seqScans: number | null;
  readonly indexScans: number | null;
  readonly inserted: number | null;
  readonly updated: number | null;
  readonly deleted: number | null;
}

/** One counter between two snapshots; never negative. */
export interface CounterDiff {
  readonly section: string;
  readonly counter: string;
  readonly grown: number;
  readonly perSecond: number | null;
  /** True when it was reset in between: then `grown` is what it has counted since. */
  readonly isReset: boolean;
}

export interface SnapshotDiff {
  readonly from: string;
  readonly to: string;
  readonly windowMs: number;
  /** What breaks the comparison: restarts, resets, evictions, another server. */
  readonly events: readonly string[];
  readonly statements: readonly StatementDiff[];
  readonly tables: readonly TableDiff[];
  readonly counters: readonly CounterDiff[];
}

/** What happened between two snapshots. Resets, restarts and evictions are marked; no counter is ever negative. */
export function compareSnapshots(before: Snapshot, after: Snapshot): SnapshotDiff {
  const windowMs = Math.max(0, Date.parse(after.takenAt) - Date.parse(before.takenAt));
  return {
    from: before.takenAt,
    to: after.takenAt,
    windowMs,
    events: eventsBetween(before, after),
    statements: diffStatements(before, after, windowMs),
    tables: diffTables(before.tables, after.tables),
    counters: diffSections(before, after, windowMs),
  };
}

function eventsBetween(before: Snapshot, after: Snapshot): readonly string[] {
  const events: string[] = [];
  if (before.database !== after.database)
    events.push(`The snapshots are of two databases: ${before.database} and ${after.database}.`);
  if (before.server.version !== after.server.version) {
    events.push(`The server changed from PostgreSQL ${before.server.version} to ${after.server.version}.`);
  }
  if (before.server.startedAt !== after.server.startedAt) {
    events.push(
      `The server was restarted at ${after.server.startedAt}: what it had not written down is lost.`,
    );
  }
  for (const section of after.sections) {
    const earlier = before.sections.find(({ name }) => name === section.name);
    if (earlier !== undefined && earlier.resetAt !== section.resetAt && section.resetAt !== null) {
      events.push(`The counters of ${section.name} were reset at ${section.resetAt}.`);
    }
  }
  return [...events, ...statementEvents(before, after), ...redisEvents(before, after)];
}

function statementEvents(before: Snapshot, after: Snapshot): readonly string[] {
  if (before.statements === null || after.statements === null)
    return ["Statements are missing in one of the snapshots."];
  const events: string[] = [];
  const [then, now] = [before.statements.info, after.statements.info];
  if (now.resetAt !== null && then.resetAt !== now.resetAt)
    events.push(`The statements' counters were reset at ${now.resetAt}.`);
  const evictions = now.evictions === null || then.evictions === null ? 0 : now.evictions - then.evictions;
  if (evictions > 0) events.push(`Rarely used statements were evicted ${evictions} times.`);
  const gone = goneStatements(momentOf(before), momentOf(after)).length;
  if (gone > 0)
    events.push(`${gone} statements are gone (evicted or reset): what they did in between is lost.`);
  return events;
}

/** Redis counts from its start on, or since CONFIG RESETSTAT. */
function redisEvents({ gauges: before = {} }: Snapshot, { gauges: after = {} }: Snapshot): readonly string[] {
  const fell = (name: string): boolean => (after[name] ?? Number.POSITIVE_INFINITY) < (before[name] ?? 0);
  if (fell("redis.uptimeSeconds")) return ["Redis was restarted: what it had counted is lost."];
  return ["redis.hits", "redis.misses", "redis.evicted"].some(fell)
    ? ["The counters of Redis were reset."]
    : [];
}

function momentOf({ takenAt, statements }: Snapshot): Parameters<typeof compareStatements>[0] {
  return { takenAt, statements: statements?.entries ?? [] };
}

function diffStatements(before: Snapshot, after: Snapshot, windowMs: number): readonly StatementDiff[] {
  if (before.statements === null || after.statements === null) return [];
  const changes = compareStatements(momentOf(before), momentOf(after));
  const allMs = changes.reduce((sum, { counters }) => sum + (counters.totalMs ?? 0), 0);
  const means = new Map(
    before.statements.entries.map((statement) => [identityOf(statement), statement.meanMs]),
  );
  const texts = { ...before.statements.texts, ...after.statements.texts };
  return changes
    .map(({ statement, counters, mark }) => {
      const { calls = 0, totalMs = 0, rows = 0 } = counters;
      return {
        queryid: statement.queryid,
        user: statement.user,
        database: statement.database,
        toplevel: statement.toplevel,
        calls,
        callsPerSecond: rounded(ratioOf(calls * 1000, windowMs)),
        totalMs: rounded(totalMs) ?? 0,
        meanMs: rounded(ratioOf(totalMs, calls)),
        meanBeforeMs: mark === "grown" ? rounded(means.get(identityOf(statement))) : null,
        rows,
        share: rounded(ratioOf(totalMs, allMs), 4),
        mark,
        query: texts[textKey(statement)] ?? "(its text is in neither snapshot)",
      };
    })
    .toSorted((a, b) => b.totalMs - a.totalMs);
}

function identityOf(statement: { readonly toplevel: boolean } & Parameters<typeof textKey>[0]): string {
  return `${textKey(statement)}/${statement.toplevel ? "top" : "nested"}`;
}

function diffTables(before: readonly SnapshotTable[], after: readonly SnapshotTable[]): readonly TableDiff[] {
  const earlier = new Map(before.map((table) => [nameOf(table), table]));
  const names = new Set(after.map(nameOf));
  const dropped = before.filter((table) => !names.has(nameOf(table)));
  return [
    ...after.map((table) => diffTable(earlier.get(nameOf(table)), table)),
    ...dropped.map((table) => ({
      ...diffTable(table, { ...table, bytes: 0, rows: 0, counters: null }),
      mark: "dropped" as const,
    })),
  ]
    .filter(
      (table) =>
        table.mark !== "same" ||
        Object.values(table).some(
          (value) => typeof value === "number" && value !== 0 && value !== table.bytes,
        ),
    )
    .toSorted(
      (a, b) => Math.abs(b.bytesGrown) - Math.abs(a.bytesGrown) || (b.seqScans ?? 0) - (a.seqScans ?? 0),
    );
}

function nameOf({ schema, table }: SnapshotTable): string {
  return JSON.stringify([schema, table]);
}

function diffTable(before: SnapshotTable | undefined, after: SnapshotTable): TableDiff {
  const [then, now] = [before?.counters ?? {}, after.counters];
  const isReset = now !== null && Object.entries(now).some(([name, value]) => value < (then[name] ?? 0));
  const grown = (name: string): number | null => {
    const value = now?.[name];
    if (value === undefined) return null;
    return isReset ? value : value - (then[name] ?? 0);
  };
  return {
    schema: after.schema,
    table: after.table,
    mark: before === undefined ? "new" : isReset ? "reset" : "same",
    bytesGrown: after.bytes - (before?.bytes ?? 0),
    bytes: after.bytes,
    rowsGrown: after.rows - (before?.rows ?? 0),
    seqScans: grown("seqScans"),
    indexScans: grown("indexScans"),
    inserted: grown("inserted"),
    updated: grown("updated"),
    deleted: grown("deleted"),
  };
}

function diffSections(before: Snapshot, after: Snapshot, windowMs: number): readonly CounterDiff[] {
  return after.sections.flatMap(({ name, resetAt, counters }) => {
    const earlier = before.sections.find((section) => section.name === name);
    const then = earlier?.counters ?? {};
    const isAllReset = earlier !== undefined && earlier.resetAt !== resetAt;
    return Object.entries(counters).flatMap(([counter, value]) => {
      const was = then[counter];
      if (was === undefined) return [];
      const isReset = isAllReset || value < was;
      const grown = isReset ? value : value - was;
      return grown === 0
        ? []
        : [
            {
              section: name,
              counter,
              grown: rounded(grown) ?? 0,
              perSecond: rounded(ratioOf(grown * 1000, windowMs)),
              isReset,
            },
          ];
    });
  });
}
