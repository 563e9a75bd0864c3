import { loadSql } from "../sql/load.ts";
import type { StatsSession } from "./session.ts";

/** Relations that must not be touched now. */
export interface LockedRelations {
  /** Object ids, as texts; of an index that is locked, its table's too. */
  readonly oids: ReadonlySet<string>;
  readonly names: readonly string[];
}

interface LockedRow {
  readonly oid: number;
  readonly isHeld: boolean;
  /** Null for a relation that another transaction has just made. */
  readonly schema: string | null;
  readonly name: string | null;
  readonly tableOid: string | null;
}

/** Reads which relations are locked exclusively, or waited for so; those of ordinary schemas are named in a note. */
export async function readLocked(session: StatsSession): Promise<LockedRelations> {
  const rows = await session.query<LockedRow>(loadSql(import.meta.url, "./sql/locked-relations.sql"));
  const named = rows.filter(({ schema, name }) => name !== null && schema !== "pg_toast");
  const names = named.map(({ schema, name }) => `${schema ?? ""}.${name ?? ""}`).toSorted();
  for (const [index, { isHeld }] of named.entries()) {
    if (index > 20) break;
    const why = isHeld ? "is locked ACCESS EXCLUSIVE" : "is waited for by an ACCESS EXCLUSIVE lock";
    session.notes.add(
      `${names[index] ?? ""} ${why}: what would have to wait for it is left out (stats locks --tree).`,
    );
  }
  return {
    oids: new Set(
      rows.flatMap(({ oid, tableOid }) => [String(oid), ...(tableOid === null ? [] : [tableOid])]),
    ),
    names,
  };
}
