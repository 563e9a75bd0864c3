/** What an id is, how ids are ordered, and which one comes next. */
import { expect, test } from "vitest";
import { compareIds, isMigrationId, nextId, splitFileStem } from "../../src/migrate/migration-id.ts";

test.each([
  ["2024-01-15-002", true],
  ["2024-02-29-001", true],
  ["2024-12-31-999", true],
  ["2024-01-15-1000", true],
  ["2024-01-15-0001", true],
  ["2023-02-29-001", false],
  ["2024-13-01-001", false],
  ["2024-00-10-001", false],
  ["2024-04-31-001", false],
  ["2024-01-00-001", false],
  ["2024-01-15-02", false],
  ["2024-01-15-", false],
  ["2024-01-15-002-", false],
  ["2024-1-15-002", false],
  ["24-01-15-002", false],
  [" 2024-01-15-002", false],
  ["2024-01-15-002\n", false],
  ["2024-01-15-٠٠٢", false],
  ["2024", false],
  ["", false],
])("%j as an id: %j", (text, expected) => {
  expect(isMigrationId(text)).toBe(expected);
});

test.each([
  ["2024-01-15-002-add-user-profiles", { id: "2024-01-15-002", name: "add-user-profiles" }],
  ["2024-01-15-1000-x", { id: "2024-01-15-1000", name: "x" }],
  ["2024-01-15-002-größer werden", { id: "2024-01-15-002", name: "größer werden" }],
  ["2024-01-15-002-003-third", { id: "2024-01-15-002", name: "003-third" }],
  ["2024-01-15-002", undefined],
  ["2024-01-15-002-", undefined],
  ["2024-02-30-002-x", undefined],
  ["V1__init", undefined],
])("%j is taken apart", (stem, expected) => {
  expect(splitFileStem(stem)).toEqual(expected);
});

test("ids are ordered by date, then by number as a number", () => {
  const sorted = [
    "2023-12-31-999",
    "2024-01-01-002",
    "2024-01-01-010",
    "2024-01-01-0011",
    "2024-01-01-999",
    "2024-01-01-1000",
    "2024-01-01-10000",
    "2024-01-02-001",
    "2024-02-01-001",
  ];
  expect(sorted.toReversed().toSorted(compareIds)).toEqual(sorted);
  expect(sorted.toSorted(compareIds)).toEqual(sorted);
});

test("ids that differ in leading zeros alone are the same id", () => {
  expect(compareIds("2024-01-01-001", "2024-01-01-0001")).toBe(0);
  expect(compareIds("2024-01-01-001", "2024-01-01-0002")).toBeLessThan(0);
});

test.each([
  [[], "2024-05-01-001"],
  [["2024-01-01-001"], "2024-05-01-002"],
  [["2024-01-15-002", "2024-01-01-001"], "2024-05-01-003"],
  [["2024-01-01-007", "2024-02-01-003"], "2024-05-01-008"],
  [["2024-05-01-001"], "2024-05-01-002"],
  [["2024-01-01-999"], "2024-05-01-1000"],
  [["2024-01-01-0009"], "2024-05-01-010"],
  // A date that lies ahead is kept: a file of today would sort before it and be late.
  [["2025-12-24-004"], "2025-12-24-005"],
])("after %j, on 2024-05-01, comes %j", (ids, expected) => {
  const next = nextId(ids, "2024-05-01");
  expect(next).toBe(expected);
  expect(isMigrationId(next)).toBe(true);
  for (const id of ids) expect(compareIds(id, next)).toBeLessThan(0);
});
