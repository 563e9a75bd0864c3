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

const mostNoted = 20;

const ending = ": what would have to wait for it is left out (stats locks --tree).";
const held = ` is locked ACCESS EXCLUSIVE${ending}`;
const awaited = ` is waited for by an ACCESS EXCLUSIVE lock${ending}`;

/** The relation that a note of a lock begins with, `schema.name`; undefined of any other note. */
export function lockedIn(note: string): string | undefined {
  const words = [held, awaited].find((one) => note.endsWith(one));
  return words === undefined ? undefined : note.slice(0, -words.length);
}

/** Reads which relations are locked exclusively, or waited for so; those of ordinary schemas are named in a note. */
export async function readLocked(session: StatsSession): Promise<LockedRelations> {
  const rows = await session.query<LockedRow>(loadSql(import.meta.url, "./sql/locked-relations.sql"));
  const named = rows
    .filter(({ schema, name }) => name !== null && schema !== "pg_toast")
    .map(({ schema, name, isHeld }) => ({ name: `${schema ?? ""}.${name ?? ""}`, isHeld }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const names = named.map(({ name }) => name);
  for (const { name, isHeld } of named.slice(0, mostNoted))
    session.notes.add(`${name}${isHeld ? held : awaited}`);
  return {
    oids: new Set(
      rows.flatMap(({ oid, tableOid }) => [String(oid), ...(tableOid === null ? [] : [tableOid])]),
    ),
    names,
  };
}
