import { expect, test } from "vitest";
import { blameMigration } from "../../src/query/blame.ts";
import type { AppliedText } from "../../src/query/blame.ts";

const applied: readonly AppliedText[] = [
  { id: "1", name: "first", sql: "CREATE TABLE tracks (id int, play_count int, title text);" },
  { id: "2", name: "second", sql: "-- drops play_count some day\nALTER TABLE tracks ADD COLUMN plays int;\nALTER TABLE tracks\n  DROP COLUMN play_count;" },
  { id: "3", name: "third", sql: "ALTER TABLE tracks RENAME COLUMN title TO name;\nALTER TABLE tracks ALTER COLUMN id SET DATA TYPE text;" },
  { id: "4", name: "fourth", sql: "COMMENT ON TABLE tracks IS 'play_count and title are gone'; SELECT 'never closed" },
  { id: "5", name: "fifth", sql: 'DROP TABLE "odd name";' },
]; // prettier-ignore

test.each([
  ["play_count", "2"],
  ["PLAY_COUNT", "2"],
  ["title", "3"],
  ["id", "3"],
  ["odd name", "5"],
  ["plays", "2"], // spoken of, never taken away
  ["count", undefined],
  ["nothing", undefined],
])("%s", (name, id) => {
  expect(blameMigration([name], applied)?.id).toBe(id);
});

test("names the statement by its first line", () => {
  expect(blameMigration(["play_count"], applied)).toEqual({
    id: "2",
    name: "second",
    statement: "ALTER TABLE tracks",
  });
});
