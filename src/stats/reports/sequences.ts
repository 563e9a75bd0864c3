import type { Db } from "../../postgres/connect.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { readLocked } from "../locked.ts";
import type { Report } from "../model.ts";
import { readStats } from "../session.ts";
import type { StatsSession } from "../session.ts";

/** One sequence. Values are texts: they have 64 bits. */
export interface SequenceRow {
  readonly schema: string;
  readonly sequence: string;
  /** `schema.table.column`; null where no column owns it. */
  readonly feeds: string | null;
  readonly columnType: string | null;
  /** Null where it was never used, or the role may not look. */
  readonly lastValue: string | null;
  /** The sequence's own end or its column's, whichever comes first. */
  readonly limit: string;
  readonly left: string | null;
  /** How far it has come, from 0 to 1. */
  readonly used: number | null;
  readonly cycles: boolean;
  /** SQL that gives it room; null while there is enough. */
  readonly fix: string | null;
}

interface FoundSequence {
  readonly schema: string;
  readonly sequence: string;
  readonly lastValue: string | null;
  readonly mayRead: boolean;
  readonly min: string;
  readonly max: string;
  readonly increment: string;
  readonly cycles: boolean;
  /** It feeds an identity column. */
  readonly isIdentity: boolean;
  /** Its end is not that of its own type. */
  readonly isBound: boolean;
  readonly tableSchema: string | null;
  readonly table: string | null;
  readonly column: string | null;
  readonly columnType: string | null;
}

/** Sequences by how near they are to their end. */
export async function readSequences(db: Db, limit: number): Promise<Report<SequenceRow>> {
  return readStats(db, async (session) => {
    const rows = (await readAllSequences(session))?.rows ?? [];
    const { notes, facts } = session;
    if (rows.length > limit) notes.add(`${rows.length - limit} sequences with more room are not shown.`);
    const urgent = rows.find(({ fix }) => fix !== null);
    return {
      rows: rows.slice(0, limit),
      notes: notes.lines,
      next:
        urgent?.fix === null || urgent === undefined
          ? []
          : [`stats sequences --full shows the SQL that gives ${urgent.sequence} room.`],
      server: { version: facts.version },
    };
  });
}

export interface Sequences {
  readonly rows: readonly SequenceRow[];
  /** So many may not be read by the role: how far they have come is not known. */
  readonly hidden: number;
}

/** Every sequence, the fullest first; undefined when the server refuses. */
export async function readAllSequences(session: StatsSession): Promise<Sequences | undefined> {
  const locked = await readLocked(session);
  const found = await session.attempt("Sequences", async () =>
    session.query<FoundSequence>(loadSql(import.meta.url, "./sql/sequences.sql"), [
      `{${[...locked.oids].join(",")}}`,
    ]),
  );
  if (found === undefined) return undefined;
  const hidden = found.filter(({ mayRead }) => !mayRead).length;
  if (hidden > 0) session.notes.add(`${hidden} sequences may not be read by the role ${session.facts.user}.`);
  return { rows: found.map(judgeSequence).toSorted((a, b) => (b.used ?? -1) - (a.used ?? -1)), hidden };
}

const typeLimits: Readonly<Record<string, bigint>> = { smallint: 32_767n, integer: 2_147_483_647n };

/** How far a sequence has come, of its own range or its column's. */
export function judgeSequence(found: FoundSequence): SequenceRow {
  const { schema, sequence, columnType, cycles, lastValue, tableSchema, table, column } = found;
  const [min, max, increment] = [BigInt(found.min), BigInt(found.max), BigInt(found.increment)];
  const typeLimit = typeLimits[columnType ?? ""];
  const isDown = increment < 0n;
  const top = typeLimit !== undefined && typeLimit < max ? typeLimit : max;
  const bottom = typeLimit !== undefined && -typeLimit - 1n > min ? -typeLimit - 1n : min;
  const end = isDown ? bottom : top;
  const last = lastValue === null ? null : BigInt(lastValue);
  const range = isDown ? max - bottom : top - min;
  const gone = last === null ? null : isDown ? max - last : last - min;
  const used =
    gone === null || range <= 0n ? null : Math.min(1, Number((gone * 1_000_000n) / range) / 1_000_000);
  const left = last === null ? null : (end - last) / increment;
  const isUrgent = (used ?? 0) > 0.75 && !cycles;
  return {
    schema,
    sequence,
    feeds: table === null ? null : `${tableSchema ?? ""}.${table}.${column ?? ""}`,
    columnType,
    lastValue,
    limit: end.toString(),
    left: left === null ? null : (left < 0n ? 0n : left).toString(),
    used,
    cycles,
    fix: isUrgent ? widen(found, range) : null,
  };
}

/** No type holds more than bigint: a sequence of that range cannot be given room. */
const bigintRange = 2n ** 62n;

/** SQL that gives a sequence, and the column that it feeds, the range of bigint; null where they have it. */
function widen(found: FoundSequence, range: bigint): string | null {
  const { schema, sequence, columnType, tableSchema, table, column, isIdentity } = found;
  if (range > bigintRange) return null;
  const isNarrow = columnType !== null && columnType in typeLimits && table !== null && column !== null;
  const ofColumn = isNarrow
    ? `ALTER TABLE ${quoteQualified(tableSchema ?? undefined, table)} ALTER COLUMN ${quoteIdentifier(column)} TYPE bigint`
    : null;
  // The sequence of an identity column goes with its column; any other keeps the type and the end that it was made with.
  const ofSequence =
    isNarrow && isIdentity
      ? null
      : `ALTER SEQUENCE ${quoteQualified(schema, sequence)} AS bigint${found.isBound ? " NO MAXVALUE" : ""}`;
  return [ofSequence, ofColumn].filter((part) => part !== null).join(";\n");
}
