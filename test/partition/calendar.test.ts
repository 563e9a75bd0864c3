/** Where periods begin: leap days, ends of years, and the hours that summer time skips. */
import { describe, expect, test } from "vitest";
import { boundParser, boundSql, instantText, parseInstant, uncovered } from "../../src/partition/bounds.ts";
import { addSpan, calendarOf, isZone, nowFor } from "../../src/partition/calendar.ts";
import type { Interval } from "../../src/partition/model.ts";

const at = (text: string): number => {
  const instant = parseInstant(text);
  if (instant === undefined) throw new Error(`${text} is no instant`);
  return instant;
};

describe("the period that a moment lies in", () => {
  const cases: readonly [Interval, string, string, string, string][] = [
    ["month", "UTC", "2024-02-29 23:59:59.999999+00", "2024-02-01 00:00:00+00", "2024-03-01 00:00:00+00"],
    ["year", "UTC", "2024-12-31 23:59:59+00", "2024-01-01 00:00:00+00", "2025-01-01 00:00:00+00"],
    ["week", "UTC", "2024-12-31 12:00:00+00", "2024-12-30 00:00:00+00", "2025-01-06 00:00:00+00"],
    ["week", "UTC", "2023-01-01 00:00:00+00", "2022-12-26 00:00:00+00", "2023-01-02 00:00:00+00"],
    ["quarter", "UTC", "2026-11-23 07:00:00+00", "2026-10-01 00:00:00+00", "2027-01-01 00:00:00+00"],
    ["day", "UTC", "2024-02-29 00:00:00+00", "2024-02-29 00:00:00+00", "2024-03-01 00:00:00+00"],
    // Half past eleven in the evening, UTC, is the next day and month in Paris.
    ["month", "Europe/Paris", "2026-10-31 23:30:00+00", "2026-10-31 23:00:00+00", "2026-11-30 23:00:00+00"],
    // The day on which summer time begins has 23 hours, the one on which it ends 25.
    ["day", "Europe/Paris", "2026-03-29 01:30:00+00", "2026-03-28 23:00:00+00", "2026-03-29 22:00:00+00"],
    ["day", "Europe/Paris", "2026-10-25 01:30:00+00", "2026-10-24 22:00:00+00", "2026-10-25 23:00:00+00"],
    ["month", "Europe/Paris", "2026-03-15 00:00:00+00", "2026-02-28 23:00:00+00", "2026-03-31 22:00:00+00"],
    // Midnight itself was skipped there: the day begins at one o'clock.
    [
      "day",
      "America/Sao_Paulo",
      "2018-11-04 12:00:00+00",
      "2018-11-04 03:00:00+00",
      "2018-11-05 02:00:00+00",
    ],
    ["day", "Asia/Kathmandu", "2026-01-01 00:00:00+00", "2025-12-31 18:15:00+00", "2026-01-01 18:15:00+00"],
    // Samoa left out 30 December 2011.
    ["day", "Pacific/Apia", "2011-12-30 09:59:00+00", "2011-12-29 10:00:00+00", "2011-12-30 10:00:00+00"],
  ];
  test.each(cases)("%s in %s at %s", (interval, zone, moment, from, to) => {
    const period = calendarOf(interval, zone, "timestamptz").periodAt(at(moment));
    expect([instantText(period.from, "timestamptz"), instantText(period.to, "timestamptz")]).toEqual([
      from,
      to,
    ]);
  });
});

test.each(["UTC", "Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca"])(
  "three years of days in %s: no gap, no overlap",
  (zone) => {
    const calendar = calendarOf("day", zone, "timestamptz");
    let { from, to } = calendar.periodAt(at("2017-01-01 12:00:00+00"));
    for (let day = 0; day < 1096; day++) {
      expect(to).toBeGreaterThan(from);
      expect(calendar.periodAt(from).to).toBe(to);
      expect(calendar.periodAt(to - 1)).toEqual({ from, to });
      ({ from, to } = calendar.periodAt(to));
    }
  },
);

test("a span back from the last day of a month", () => {
  expect(addSpan({ year: 2024, month: 2, day: 29 }, { count: -1, unit: "year" })).toEqual({
    year: 2023,
    month: 2,
    day: 28,
  });
  expect(addSpan({ year: 2026, month: 3, day: 31 }, { count: -1, unit: "month" })).toEqual({
    year: 2026,
    month: 2,
    day: 28,
  });
  expect(addSpan({ year: 2026, month: 1, day: 31 }, { count: -14, unit: "month" })).toEqual({
    year: 2024,
    month: 11,
    day: 30,
  });
});

test("dates have no zone; which day is today has", () => {
  const now = at("2026-10-31 23:30:00+00");
  expect(instantText(nowFor("date", now, "Europe/Paris"), "date")).toBe("2026-11-01");
  expect(instantText(nowFor("date", now, "UTC"), "date")).toBe("2026-10-31");
  const calendar = calendarOf("month", "Europe/Paris", "date");
  expect(boundSql(calendar.periodAt(at("2026-11-23")), "date")).toBe("FROM ('2026-11-01') TO ('2026-12-01')");
});

test("what is a zone", () => {
  expect(["UTC", "Europe/Paris", "America/New_York"].map(isZone)).toEqual([true, true, true]);
  expect(["Europe/Pari", "+02:00", "", "UTC+2x"].map(isZone)).toEqual([false, false, false, false]);
});

describe("bounds of the catalog", () => {
  test.each([
    "FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00')",
    "FOR VALUES FROM (MINVALUE) TO ('2026-12-01 00:00:00.000001+00')",
    "FOR VALUES FROM ('0044-03-15 00:00:00+00 BC') TO (MAXVALUE)",
    "FOR VALUES FROM ('9999-12-31 00:00:00+00') TO ('10000-01-01 00:00:00+00')",
  ])("%s is read and written back", (bound) => {
    const range = boundParser()(bound);
    expect(range === undefined ? undefined : `FOR VALUES ${boundSql(range, "timestamptz")}`).toBe(bound);
  });
  test.each([
    "DEFAULT",
    "FOR VALUES IN ('a')",
    "FOR VALUES FROM (1) TO (2)",
    "FOR VALUES WITH (modulus 2, remainder 0)",
  ])("%s is none of time", (bound) => {
    expect(boundParser()(bound)).toBeUndefined();
  });
  test("with an offset", () => {
    expect(at("2026-11-01 02:30:00+02:30")).toBe(at("2026-11-01 00:00:00+00"));
    expect(at("2026-10-31 19:00:00-05")).toBe(at("2026-11-01 00:00:00+00"));
  });
});

test("what nothing covers", () => {
  const covered = [
    { from: 5, to: 10 },
    { from: 0, to: 2 },
    { from: 9, to: 12 },
  ];
  expect(uncovered({ from: -1, to: 20 }, covered)).toEqual([
    { from: -1, to: 0 },
    { from: 2, to: 5 },
    { from: 12, to: 20 },
  ]);
  expect(uncovered({ from: 5, to: 9 }, covered)).toEqual([]);
  expect(
    uncovered({ from: 0, to: 3 }, [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }]),
  ).toEqual([]);
});
