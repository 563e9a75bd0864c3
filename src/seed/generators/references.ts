import type { Column, Reference } from "../column.ts";
import { permutation } from "../permutation.ts";
import { raise } from "../skew.ts";
import type { Makers, Place } from "../place.ts";

/** Columns that point to rows: of other tables, or earlier ones of their own. */
export const referenceMakers: Makers<"ref" | "partner" | "earlier" | "copy" | "index" | "first" | "switch"> =
  {
    ref: ({ table: name, column = "id", skew = 1, ranking, existingAt, unique = false }, place) => {
      const { random, key, table, tableOf, columnOf, fail } = place;
      const other = tableOf(name);
      const ids = columnOf(other, column);
      if (unique) {
        if (table.rows > other.rows)
          throw fail(`${table.rows} rows cannot each have one of the ${other.rows} rows of ${name}`);
        return referring({ table: other, rowAt: permutation(other.rows, key).at }, ids);
      }
      const { rowAt } = other.popularity(ranking);
      const isThere = existence(existingAt, other, place);
      return referring(
        {
          table: other,
          rowAt: (row) => {
            random.seek(key, row);
            const chosen = rowAt(Math.floor(raise(random.unit(), skew) * other.rows));
            return isThere(row, chosen) ?? chosen;
          },
        },
        ids,
      );
    },

    partner: ({ of, table: name, existingAt, joined, outsiders = 0 }, place) => {
      const { random, key, tableOf, columnOf, ownReference, own, fail } = place;
      const pairsTable = tableOf(name);
      const { pairs, file } = pairsTable;
      const group = ownReference(of);
      if (pairs === undefined || file.pairs === undefined || group.table !== tableOf(file.pairs.of.table)) {
        throw fail(`${name} has no pairs of the table that ${of} refers to`, "a table with pairs");
      }
      const other = tableOf(file.pairs.with.table);
      const isThere = existence(existingAt, other, place);
      const time = existingAt === undefined ? undefined : own(existingAt);
      const since = joined === undefined ? undefined : columnOf(pairsTable, joined);
      const hasJoined = (row: number, slot: number): boolean => {
        const [now, then] = [time?.at(row), since?.at(slot)];
        return typeof now !== "number" || typeof then !== "number" || then <= now;
      };
      const insider = (row: number): number | undefined => {
        const groupRow = group.rowAt(row);
        if (groupRow < 0) return -1;
        const count = pairs.countOf(groupRow);
        if (count === 0) return undefined;
        // The first ones say most; where they have all come later, the very first was there from the beginning.
        for (let attempt = 0; attempt < 5; attempt++) {
          const unit = attempt === 4 ? 0 : random.unit();
          const slot = pairs.slotOf(groupRow, Math.floor(unit * unit * count));
          if (hasJoined(row, slot)) return pairs.withAt(slot);
        }
        return undefined;
      };
      return referring(
        {
          table: other,
          rowAt: (row) => {
            random.seek(key, row);
            const found = random.unit() < outsiders ? undefined : insider(row);
            if (found !== undefined) return found;
            const chosen = random.below(other.rows);
            return isThere(row, chosen) ?? chosen;
          },
        },
        columnOf(other, "id"),
      );
    },

    earlier: ({ same, share }, place) => {
      const { random, key, table, ownReference, columnOf, fail } = place;
      if (table.file.pairs !== undefined) throw fail("the rows of a table of pairs stand in no order");
      const group = ownReference(same);
      const last = new Int32Array(group.table.rows); // the row before, plus 1
      const { clock } = table;
      let next = 0;
      const rowAt = (row: number): number => {
        if (row !== next++) throw new Error(`row ${row} of ${table.name} is asked for out of order`);
        const of = group.rowAt(row);
        if (of < 0) return -1;
        random.seek(key, row);
        const before = (last[of] ?? 0) - 1;
        // Now and then the row before stays the one to answer, so that answers reach further back.
        if (before < 0 || random.unit() < 0.6) last[of] = row + 1;
        if (before < 0 || random.unit() >= share) return -1;
        return clock !== undefined && clock.at(before) >= clock.at(row) ? -1 : before;
      };
      return referring({ table, rowAt: onceEach(rowAt) }, columnOf(table, "id"));
    },

    copy: ({ from, column }, { ownReference, columnOf }) => {
      const { table, rowAt } = ownReference(from);
      const source = columnOf(table, column);
      return {
        kind: source.kind,
        at: (row) => {
          const other = rowAt(row);
          return other < 0 ? null : source.at(other);
        },
      };
    },

    index: ({ from = 0 }, place) => {
      const { indexAt } = pairsOf(place);
      return { kind: "number", at: (row) => from + indexAt(row) };
    },

    first: (options, place) => {
      const { indexAt } = pairsOf(place);
      const [first, rest] = [place.nested(options.first, "first"), place.nested(options.rest, "rest")];
      if (first.kind !== rest.kind) throw place.fail("first and rest are values of two kinds");
      return { kind: rest.kind, at: (row) => (indexAt(row) === 0 ? first : rest).at(row) };
    },

    switch: ({ on, cases, else: otherwise }, { own, nested, fail }) => {
      const deciding = own(on);
      const columns = new Map(
        Object.entries(cases).map(([value, spec]) => [value, nested(spec, `cases.${value}`)]),
      );
      const rest = otherwise === undefined ? undefined : nested(otherwise, "else");
      const kinds = new Set(
        [...columns.values(), ...(rest === undefined ? [] : [rest])].map(({ kind }) => kind),
      );
      const [kind = "text"] = kinds;
      if (kinds.size > 1)
        throw fail(
          `its cases are values of ${kinds.size} kinds: ${[...kinds].join(", ")}`,
          "values of one kind",
        );
      return { kind, at: (row) => (columns.get(String(deciding.at(row))) ?? rest)?.at(row) ?? null };
    },
  };

function referring(reference: Reference, ids: Column): Column {
  return {
    kind: ids.kind,
    reference,
    at: (row) => {
      const other = reference.rowAt(row);
      return other < 0 ? null : ids.at(other);
    },
  };
}

type Existence = (row: number, chosen: number) => number | undefined;

/** A row instead of the one chosen, where that one is not there yet: any that is. */
function existence(existingAt: string | undefined, other: Reference["table"], place: Place): Existence {
  if (existingAt === undefined) return () => undefined;
  const { own, random, fail } = place;
  const time = own(existingAt);
  const { clock } = other;
  if (time.kind !== "time") throw fail(`${existingAt} is no time`, "a column made by spread, after or plus");
  if (clock === undefined)
    throw fail(
      `nothing says since when a row of ${other.name} is there`,
      "a table with a column made by spread",
    );
  return (row, chosen) => {
    const now = time.at(row);
    if (typeof now !== "number" || clock.at(chosen) <= now) return undefined;
    return random.below(Math.max(1, clock.countAt(now)));
  };
}

/** For what keeps count of the rows it has seen: asks once for each row. */
function onceEach(rowAt: (row: number) => number): (row: number) => number {
  let lastRow = -1;
  let last = -1;
  return (row) => {
    if (row !== lastRow) {
      last = rowAt(row);
      lastRow = row;
    }
    return last;
  };
}

function pairsOf({ table, fail }: Place): NonNullable<Reference["table"]["pairs"]> {
  if (table.pairs !== undefined) return table.pairs;
  throw fail("it counts the partners of a row, and this table has no pairs");
}
