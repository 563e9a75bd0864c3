/** The numbers below the data: even, reproducible, and undone where they have to be. */
import { describe, expect, test } from "vitest";
import { makeClock, monthsBefore } from "../../src/seed/clock.ts";
import { makePairs } from "../../src/seed/pairs.ts";
import type { Pairs, PairsWishes } from "../../src/seed/pairs.ts";
import { permutation } from "../../src/seed/permutation.ts";
import { popularity } from "../../src/seed/popularity.ts";
import { Random, keyWithin, runKey } from "../../src/seed/random.ts";
import { raise, skews } from "../../src/seed/skew.ts";

const key = keyWithin(runKey(7), "test");
const range = (size: number): number[] => Array.from({ length: size }, (_, index) => index);

describe("Random", () => {
  test("gives the same numbers on every machine and in every version", () => {
    const random = new Random();
    const rows = [0, 1, 2, 1_000_000, 20_000_000].map((row) => {
      random.seek(keyWithin(runKey(1), "users"), row);
      return [random.next(), random.next(), random.next()];
    });
    expect(rows).toMatchInlineSnapshot(`
      [
        [
          2627561928,
          710688693,
          2413739328,
        ],
        [
          690946528,
          3842737470,
          739800643,
        ],
        [
          2417847405,
          2247428953,
          3624707439,
        ],
        [
          2530282300,
          3139201356,
          2354167953,
        ],
        [
          325029853,
          3868008211,
          2038378596,
        ],
      ]
    `);
  });

  test("does not depend on what was asked before", () => {
    const [one, other] = [new Random(), new Random()];
    other.seek(key, 5).next();
    expect(one.seek(key, 9).next()).toBe(other.seek(key, 9).next());
  });

  test("is even over neighbouring rows, and so is each of its first numbers", () => {
    const random = new Random();
    for (const nth of [1, 2, 3]) {
      const buckets = new Uint32Array(100);
      for (const row of range(100_000)) {
        random.seek(key, row);
        let unit = 0;
        for (let draw = 0; draw < nth; draw++) unit = random.unit();
        const bucket = Math.floor(unit * 100);
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      // Chi-square with 99 degrees of freedom: above 160 once in ten thousand times.
      const chi = buckets.reduce((sum, found) => sum + (found - 1000) ** 2 / 1000, 0);
      expect(chi).toBeLessThan(160);
      expect(chi).toBeGreaterThan(45);
    }
  });

  test("tells seeds, tables, columns and rows apart", () => {
    const random = new Random();
    const seen = new Set<number>();
    for (const seed of [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      for (const name of ["users", "tracks", "sresu", "user", "userss", ""]) {
        for (const row of [0, 1, 2]) seen.add(random.seek(keyWithin(runKey(seed), name), row).next());
      }
    }
    expect(seen.size).toBe(7 * 6 * 3);
  });
});

describe("permutation", () => {
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 100, 255, 256, 257, 1000, 4097, 60_000])(
    "of %i: everything once, and back again",
    (size) => {
      const shuffle = permutation(size, keyWithin(key, String(size)));
      const values = range(size).map((index) => shuffle.at(index));
      expect(new Set(values).size).toBe(size);
      expect(Math.min(...values)).toBe(0);
      expect(Math.max(...values)).toBe(size - 1);
      expect(values.map((value) => shuffle.indexOf(value))).toEqual(range(size));
    },
  );

  test("of many millions is undone too", () => {
    const shuffle = permutation(20_000_003, key);
    for (const index of [0, 1, 12_345, 20_000_002]) expect(shuffle.indexOf(shuffle.at(index))).toBe(index);
  });

  test("leaves little in its place and neighbours not together", () => {
    const shuffle = permutation(10_000, key);
    const values = range(10_000).map((index) => shuffle.at(index));
    expect(values.filter((value, index) => value === index).length).toBeLessThan(20);
    expect(
      values.filter((value, index) => Math.abs(value - (values[index - 1] ?? -9)) === 1).length,
    ).toBeLessThan(60);
  });
});

test("popularity: every row has one place, and the best fifth of the places is the oldest fifth", () => {
  for (const size of [1, 2, 3, 10, 1003]) {
    const places = popularity(size, key);
    const rows = range(size).map((rank) => places.rowAt(rank));
    expect(new Set(rows).size).toBe(size);
    expect(rows.map((row) => places.rankOf(row))).toEqual(range(size));
    const head = Math.ceil(size / 5);
    expect(rows.slice(0, head).every((row) => row < head)).toBe(true);
  }
});

test("skew: the share of the first of ten thousand is what its page says", () => {
  for (const skew of skews) {
    const shares = 200_000;
    const first = range(shares).filter((at) => Math.floor(raise((at + 0.5) / shares, skew) * 10_000) === 0);
    expect(first.length / shares).toBeCloseTo(10_000 ** (-1 / skew), 3);
  }
});

describe("clock", () => {
  const end = Date.UTC(2026, 2, 31);
  const wishes = { rows: 5000, asOf: end, months: 13, growth: 3, ties: 0.1, key };

  test("rises from the first moment to the very end, tells rows apart and ties some", () => {
    const clock = makeClock(wishes);
    const times = range(5000).map((row) => clock.at(row));
    expect(times[0]).toBe(Date.UTC(2025, 1, 28)); // no February 31st
    expect(times.at(-1)).toBe(end);
    expect(times.every((time, row) => time >= (times[row - 1] ?? 0))).toBe(true);
    const ties = times.filter((time, row) => time === times[row - 1]).length;
    expect(ties).toBeGreaterThan(400);
    expect(ties).toBeLessThan(600);
    expect(times.every(Number.isInteger)).toBe(true);
  });

  test("is busier at the end, and by day", () => {
    const times = range(5000).map((row) => makeClock({ ...wishes, ties: 0 }).at(row));
    const half = (Date.UTC(2025, 1, 28) + end) / 2;
    const late = times.filter((time) => time > half).length;
    expect(late / 5000).toBeGreaterThan(0.58);
    expect(late / 5000).toBeLessThan(0.67);
    const hour = (time: number): number => new Date(time).getUTCHours();
    const night = times.filter((time) => hour(time) >= 2 && hour(time) < 5).length;
    const evening = times.filter((time) => hour(time) >= 18 && hour(time) < 21).length;
    expect(evening).toBeGreaterThan(night * 8);
  });

  test.each([1, 2, 5000, 50_000])("knows of %i rows which are there at a time", (rows) => {
    const clock = makeClock({ ...wishes, rows, ties: 0 });
    for (const share of [0, 0.1, 0.33, 0.5, 0.99, 1]) {
      const time = clock.from + (clock.to - clock.from) * share;
      const exact = range(rows).filter((row) => clock.at(row) <= time).length;
      expect(clock.countAt(time)).toBeLessThanOrEqual(exact);
      expect(exact - clock.countAt(time)).toBeLessThanOrEqual(Math.ceil(rows / 4096));
    }
    expect(clock.countAt(clock.from - 1)).toBe(0);
  });

  test("months before a date", () => {
    const back = (date: string, months: number): string =>
      new Date(monthsBefore(Date.parse(date), months)).toISOString().slice(0, 10);
    expect(back("2024-03-31", 1)).toBe("2024-02-29");
    expect(back("2026-01-01", 24)).toBe("2024-01-01");
    expect(back("2026-01-15", 1)).toBe("2025-12-15");
  });
});

describe("pairs", () => {
  const make = (sizes: { slots: number; of: number; with: number }, more: Partial<PairsWishes> = {}): Pairs =>
    makePairs({
      slots: sizes.slots,
      of: popularity(sizes.of, keyWithin(key, "of")),
      ofSkew: 2,
      with: popularity(sizes.with, keyWithin(key, "with")),
      withSkew: 1.5,
      isWithinTable: false,
      firstOf: undefined,
      key,
      ...more,
    });
  const listOf = (pairs: Pairs): [number, number][] =>
    range(pairs.slots).flatMap((slot): [number, number][] =>
      pairs.ofAt(slot) < 0 ? [] : [[pairs.ofAt(slot), pairs.withAt(slot)]],
    );

  test.each([
    { slots: 1, of: 1, with: 1 },
    { slots: 2000, of: 300, with: 100 },
    { slots: 2000, of: 3, with: 50 },
    { slots: 20_000, of: 3000, with: 1000 },
    { slots: 5000, of: 7, with: 5000 },
  ])("$slots of $of with $with: each once, and as many as were said", (sizes) => {
    const pairs = make(sizes);
    const list = listOf(pairs);
    expect(new Set(list.map(([of, partner]) => of * 100_000 + partner)).size).toBe(list.length);
    const byRow = new Map<number, [number, number][]>();
    for (const pair of list) byRow.set(pair[0], [...(byRow.get(pair[0]) ?? []), pair]);
    for (const row of range(sizes.of)) {
      const partners = (byRow.get(row) ?? []).map(([, partner]) => partner);
      expect(partners.length).toBe(pairs.countOf(row));
      expect(partners.every((partner) => partner >= 0 && partner < sizes.with)).toBe(true);
      for (const [index, partner] of partners.entries()) {
        const slot = pairs.slotOf(row, index);
        expect([pairs.ofAt(slot), pairs.indexAt(slot), pairs.withAt(slot)]).toEqual([row, index, partner]);
      }
    }
    if (sizes.of < sizes.slots / 20) return; // some rows have everybody then
    expect(list.length).toBeGreaterThan(sizes.slots * 0.9);
  });

  test("nobody is paired with himself within one table", () => {
    const both = popularity(100, key);
    const list = listOf(
      make({ slots: 3000, of: 100, with: 100 }, { of: both, with: both, isWithinTable: true }),
    );
    expect(list.filter(([of, partner]) => of === partner)).toEqual([]);
    expect(new Set(list.map(([of, partner]) => of * 1000 + partner)).size).toBe(list.length);
  });

  test("the first partner is the one that the row names, and comes once", () => {
    const first = (row: number): number => (row % 3 === 0 ? -1 : (row * 7) % 50);
    const pairs = make({ slots: 900, of: 60, with: 50 }, { firstOf: first });
    const list = listOf(pairs);
    expect(new Set(list.map(([of, partner]) => of * 1000 + partner)).size).toBe(list.length);
    for (const row of range(60)) {
      if (pairs.countOf(row) > 0 && first(row) >= 0)
        expect(pairs.withAt(pairs.slotOf(row, 0))).toBe(first(row));
    }
  });

  test("both sides are skewed", () => {
    const list = listOf(make({ slots: 100_000, of: 10_000, with: 10_000 }));
    for (const side of [0, 1] as const) {
      const counts = new Uint32Array(10_000);
      for (const pair of list) counts[pair[side]] = (counts[pair[side]] ?? 0) + 1;
      const falling = [...counts].toSorted((a, b) => b - a);
      const top = falling.slice(0, 100).reduce((sum, count) => sum + count, 0);
      expect(top / list.length).toBeGreaterThan(side === 0 ? 0.09 : 0.035); // an even share would be 0.01
    }
  });
});
