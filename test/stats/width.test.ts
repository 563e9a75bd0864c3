/** Tables fit the terminal: texts give way first, then optional columns; numbers are never cut. */
import { describe } from "vitest";
import { fitTable } from "../../src/ui/fit-table.ts";
import { bar, formatBytes, formatCount, formatPercent } from "../../src/ui/units.ts";
import { table } from "../../src/ui/view.ts";
import { displayWidth, headOf } from "../../src/ui/width.ts";
import { call } from "../contract/support/call.ts";
import { expect, test } from "./support/fixtures.ts";
import { reports } from "./support/stats.ts";

const right = "right" as const;

describe("fitTable", () => {
  const block = table(
    [
      "name",
      { name: "n", align: right },
      { name: "extra", align: right, isOptional: true },
      { name: "raw", isRawOnly: true },
      "query",
    ],
    [["a".repeat(20), 1234567890, 42, "unseen", "q".repeat(100)]],
  );
  const fit = (width: number): ReturnType<typeof fitTable> => {
    if (block.kind !== "table") throw new Error("no table");
    return fitTable(block, width);
  };

  test.each([
    [200, [0, 1, 2, 4], [], [20, 10, 5, 100]],
    [100, [0, 1, 2, 4], [], [20, 10, 5, 59]],
    [50, [0, 1, 2, 4], [], [15, 10, 5, 14]],
    [45, [0, 1, 2, 4], [], [12, 10, 5, 12]],
    [44, [0, 1, 4], [2], [15, 10, 15]],
    [40, [0, 1, 4], [2], [13, 10, 13]],
    [20, [0, 1, 4], [2], [3, 3, 10]],
  ])("in %i columns", (width, kept, left, widths) => {
    const found = fit(width);
    expect([found.kept, found.left]).toEqual([kept, left]);
    expect(found.widths.toSorted((a, b) => a - b)).toEqual(widths.toSorted((a, b) => a - b));
  });
});

test("numbers are not cut while a column of them can be left out", () => {
  const block = table(
    ["name", ...["a", "b", "c"].map((name) => ({ name, align: right }))],
    [["n".repeat(20), 123456, 123456, 123456]],
  );
  if (block.kind !== "table") throw new Error("no table");
  expect(fitTable(block, 20)).toEqual({ kept: [0, 1, 2], left: [3], widths: [4, 6, 6] });
});

test.each([
  ["abc", 3],
  ["日本", 4],
  ["e\u0301", 1],
  ["🙂!", 3],
  ["é█…", 3],
])("%s takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("a head is never wider than asked, nor cut within a character", () => {
  expect(headOf("日本語", 3)).toBe("日");
  expect(headOf("🙂🙂", 3)).toBe("🙂");
});

test("numbers for people", () => {
  expect([0, 1023, 1024, 1536, 2 ** 30 * 120, -2048].map(formatBytes)).toEqual([
    "0 B",
    "1023 B",
    "1.00 kB",
    "1.50 kB",
    "120 GB",
    "-2.00 kB",
  ]);
  expect([0, 1234, 999_999, 1_230_000, 4.56, 2e9, 3e12].map(formatCount)).toEqual([
    "0",
    "1,234",
    "999,999",
    "1.23 M",
    "4.6",
    "2.00 G",
    "3.00 T",
  ]);
  expect([0, 1, 0.5, 0.0001, 0.99999, 0.993].map(formatPercent)).toEqual([
    "0 %",
    "100 %",
    "50 %",
    "<0.1 %",
    "99.99 %",
    "99.3 %",
  ]);
  expect([0, 0.5, 1, 2, -1].map((part) => bar(part, 4))).toEqual(["░░░░", "██░░", "████", "████", "░░░░"]);
});

test("no table of any report is wider than 80 columns", async ({ filled }) => {
  for (const report of reports) {
    const { code, stdout } = await call(["stats", report, "--no-color"], {
      terminal: "all",
      env: { DATABASE_URL: filled.url },
    });
    expect(code).toBe(0);
    // Sentences wrap by themselves; a row that wraps is no row any more.
    const rows = stdout.split("\n").filter((line) => / {2,}/.test(line));
    expect(
      rows.filter((line) => displayWidth(line) > 80),
      report,
    ).toEqual([]);
  }
});
