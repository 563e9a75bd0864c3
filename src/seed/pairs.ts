import { permute } from "./permutation.ts";
import type { Popularity } from "./popularity.ts";
import { Random, keyWithin, mix } from "./random.ts";
import type { Key } from "./random.ts";
import { raise } from "./skew.ts";
import type { Skew } from "./skew.ts";

/**
 * The rows of a table of pairs, such as likes: each pair once, both sides skewed, and all of it computed. Rows are counted
 * in slots: those of the most popular `of` first, and within it one partner after the other. How many partners a row
 * has is therefore known before any of them is made.
 */
export interface Pairs {
  readonly slots: number;
  readonly of: Popularity;
  /** The row of `of`, or −1 where the slot stays empty: it already has everybody. */
  readonly ofAt: (slot: number) => number;
  readonly withAt: (slot: number) => number;
  /** Which partner of its row the slot is, from 0. */
  readonly indexAt: (slot: number) => number;
  readonly countOf: (row: number) => number;
  /** The slot of a row's partner with an index below its count. */
  readonly slotOf: (row: number, index: number) => number;
}

export interface PairsWishes {
  readonly slots: number;
  readonly of: Popularity;
  readonly ofSkew: Skew;
  readonly with: Popularity;
  readonly withSkew: Skew;
  /** Rows of a table with rows of the same one: nobody is his own partner. */
  readonly isWithinTable: boolean;
  /** The partner that comes first, −1 for none: it is in a column of the row itself. */
  readonly firstOf: ((row: number) => number) | undefined;
  readonly key: Key;
}

export function makePairs(wishes: PairsWishes): Pairs {
  const { slots, of, ofSkew, isWithinTable, firstOf } = wishes;
  const partners = makePartners(wishes);
  const most = Math.max(1, wishes.with.size - (isWithinTable ? 1 : 0));
  const rankOfSlot = (slot: number): number =>
    Math.min(of.size - 1, Math.floor(of.size * raise(slot / slots, ofSkew)));
  const known = new Int32Array(of.size + 1).fill(-1);
  /** The lowest slot of a rank: an estimate, put right by the very function that it inverts. */
  const firstSlot = (rank: number): number => {
    const before = known[rank] ?? -1;
    if (before >= 0) return before;
    let slot =
      rank <= 0 ? 0 : rank >= of.size ? slots : Math.floor(slots * Math.pow(rank / of.size, 1 / ofSkew));
    while (slot > 0 && rankOfSlot(slot - 1) >= rank) slot--;
    while (slot < slots && rankOfSlot(slot) < rank) slot++;
    known[rank] = slot;
    return slot;
  };
  const place = { slot: -1, rank: 0, row: 0, index: 0, count: 0 };
  const look = (slot: number): typeof place => {
    if (place.slot === slot) return place;
    const rank = rankOfSlot(slot);
    const first = firstSlot(rank);
    place.slot = slot;
    place.rank = rank;
    place.row = of.rowAt(rank);
    place.index = slot - first;
    place.count = Math.min(most, firstSlot(rank + 1) - first);
    return place;
  };
  return {
    slots,
    of,
    ofAt: (slot) => {
      const { row, index } = look(slot);
      return index < most ? row : -1;
    },
    withAt: (slot) => {
      const { rank, row, index, count } = look(slot);
      const first = firstOf?.(row) ?? -1;
      if (first >= 0) return index === 0 ? first : partners(rank, index - 1, count - 1, first);
      return partners(rank, index, count, isWithinTable ? row : -1);
    },
    indexAt: (slot) => look(slot).index,
    countOf: (row) => {
      const rank = of.rankOf(row);
      return Math.min(most, firstSlot(rank + 1) - firstSlot(rank));
    },
    slotOf: (row, index) => firstSlot(of.rankOf(row)) + index,
  };
}

/** Where the classes of partners end, as shares of all pairs: fine at the top, where the skew is. */
const classEnds = [
  1 / 256,
  1 / 128,
  1 / 64,
  1 / 32,
  1 / 16,
  1 / 8,
  3 / 16,
  1 / 4,
  3 / 8,
  1 / 2,
  5 / 8,
  3 / 4,
  7 / 8,
  1,
];

type Partner = (rank: number, index: number, count: number, without: number) => number;

/**
 * The partners of one row, distinct by construction: they come from classes of popularity, from each as many as
 * is its share of all pairs, and within a class by a shuffle of it. Where a class has not enough members for that
 * (a row that nearly everybody is a partner of), one shuffle of all serves.
 */
function makePartners({ with: all, withSkew, key }: PairsWishes): Partner {
  const random = new Random();
  const rowKey = keyWithin(key, "partners");
  const bounds = [0, ...classEnds.map((end) => Math.ceil(all.size * raise(end, withSkew)))];
  // Up to so many partners, no class can lack members: what it is asked for is less than one above its share of them.
  const easily = Math.min(
    ...classEnds.map((end, at) => {
      const share = end - (classEnds[at - 1] ?? 0);
      return ((bounds[at + 1] ?? 0) - (bounds[at] ?? 0) - 2) / share;
    }),
  );
  const endOf = (at: number, count: number, jitter: number): number => {
    if (at < 0) return 0;
    return at === classEnds.length - 1 ? count : Math.floor(count * (classEnds[at] ?? 1) + jitter);
  };
  const isTooMany = (count: number, jitter: number, avoided: number): boolean => {
    for (let at = 0; at < classEnds.length; at++) {
      const [from, to] = [bounds[at] ?? 0, bounds[at + 1] ?? 0];
      const members = to - from - (avoided >= from && avoided < to ? 1 : 0);
      if (endOf(at, count, jitter) - endOf(at - 1, count, jitter) > members) return true;
    }
    return false;
  };
  return (rank, index, count, without) => {
    random.seek(rowKey, rank);
    const [low, high, jitter] = [random.next(), random.next(), random.unit()];
    const avoided = without < 0 ? -1 : all.rankOf(without);
    const isOfAll = count > easily && isTooMany(count, jitter, avoided);
    let at = 0;
    if (!isOfAll) while (index >= endOf(at, count, jitter)) at++;
    const [from, to] = isOfAll ? [0, all.size] : [bounds[at] ?? 0, bounds[at + 1] ?? all.size];
    const before = isOfAll ? 0 : endOf(at - 1, count, jitter);
    const isAvoidedHere = avoided >= from && avoided < to;
    const members = to - from - (isAvoidedHere ? 1 : 0);
    const chosen = from + permute(index - before, members, isOfAll ? low : mix(low + at), high);
    return all.rowAt(isAvoidedHere && chosen >= avoided ? chosen + 1 : chosen);
  };
}
