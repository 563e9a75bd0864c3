import type { Column } from "../column.ts";
import type { Pairs } from "../pairs.ts";
import type { Makers, Place } from "../place.ts";
import type { Table } from "../table.ts";

/** Numbers about other rows. */
export const countMakers: Makers<"count" | "sum" | "popularity" | "atLeast"> = {
  count: ({ table: name }, place) => {
    const counted = countedTable(name, place);
    if (place.isKept && !counted.table.isLoaded) return zero;
    return { kind: "number", at: (row) => counted.pairs.countOf(row) };
  },

  sum: ({ table: name, column }, place) => {
    const { table, pairs } = countedTable(name, place);
    if (place.isKept && !table.isLoaded) return zero;
    const withSide = table.file.pairs?.with.table ?? "";
    const values = place.columnOf(place.tableOf(withSide), column);
    if (values.kind !== "number") throw place.fail(`${column} of ${withSide} holds no numbers`);
    return {
      kind: "number",
      at: (row) => {
        const count = pairs.countOf(row);
        const first = count === 0 ? 0 : pairs.slotOf(row, 0);
        let sum = 0;
        for (let index = 0; index < count; index++) sum += Number(values.at(pairs.withAt(first + index)));
        return sum;
      },
    };
  },

  popularity: ({ of, top }, { random, key, table: own, ownReference }) => {
    const { table, rowAt } = ownReference(of);
    const [theirs, ours] = [table.popularity(undefined), own.popularity(undefined)];
    return {
      kind: "number",
      at: (row) => {
        const sum =
          fame(theirs.rankOf(Math.max(rowAt(row), 0)), table.rows) + fame(ours.rankOf(row), own.rows);
        return Math.floor(((top / 2) * sum * 0.02) / (0.02 + random.seek(key, row).unit()));
      },
    };
  },

  atLeast: ({ column, steps }, { own, random, key, fail }) => {
    const least = own(column);
    if (least.kind !== "number") throw fail(`${column} holds no numbers`);
    const rising = steps.toSorted((a, b) => a - b);
    return {
      kind: "number",
      at: (row) => {
        const wanted = Number(least.at(row));
        const at = rising.findIndex((step) => step >= wanted);
        if (at < 0) return wanted;
        return rising[Math.min(rising.length - 1, at + random.seek(key, row).below(3))] ?? wanted;
      },
    };
  },
};

/** 1 for the first of some rows, half of it a two-thousandth of the way down them, and so on. */
function fame(rank: number, rows: number): number {
  return 1 / (1 + rank / (5 + rows / 2000));
}

const zero: Column = { kind: "number", at: () => 0 };

function countedTable(name: string, { tableOf, table, fail }: Place): { table: Table; pairs: Pairs } {
  const counted = tableOf(name);
  if (counted.pairs !== undefined && counted.file.pairs?.of.table === table.name)
    return { table: counted, pairs: counted.pairs };
  throw fail(`${name} has no pairs of ${table.name}`, `a table with pairs whose "of" side is ${table.name}`);
}
