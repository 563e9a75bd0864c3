/** The diff that a refusal shows. */
import { expect, test } from "vitest";
import { diffLines } from "../../src/kernel/diff.ts";

test("equal texts have no difference", () => {
  expect(diffLines("", "")).toBe("");
  expect(diffLines("a\nb\n", "a\nb\n")).toBe("");
});

test.each([
  ["a line changed", "a\nb\nc", "a\nB\nc", "  a\n- b\n+ B\n  c"],
  ["a line added", "a\nc", "a\nb\nc", "  a\n+ b\n  c"],
  ["a line taken out", "a\nb\nc", "a\nc", "  a\n- b\n  c"],
  ["the last line break gone", "a\n", "a", "  a\n- "],
  ["everything new", "", "a", "- \n+ a"],
  ["blank at a line's end", "a ", "a", "- a \n+ a"],
])("%s", (_, before, after, expected) => {
  expect(diffLines(before, after)).toBe(expected);
});

test("what is far from any change is left out", () => {
  const lines = Array.from({ length: 20 }, (_, index) => String(index));
  const after = lines.with(3, "three").with(16, "sixteen");
  expect(diffLines(lines.join("\n"), after.join("\n"))).toBe(
    [
      "  1",
      "  2",
      "- 3",
      "+ three",
      "  4",
      "  5",
      "  …",
      "  14",
      "  15",
      "- 16",
      "+ sixteen",
      "  17",
      "  18",
    ].join("\n"),
  );
});

test("a long difference is cut and says by how much", () => {
  const before = Array.from({ length: 100 }, (_, index) => `a${index}`).join("\n");
  const after = Array.from({ length: 100 }, (_, index) => `b${index}`).join("\n");
  const shown = diffLines(before, after).split("\n");
  expect(shown).toHaveLength(41);
  expect(shown.at(-1)).toBe("  … 160 more lines");
});

test("texts of many thousand lines are compared in no time", () => {
  const before = Array.from({ length: 50_000 }, (_, index) => `a${index}`);
  const startedAt = performance.now();
  expect(diffLines(before.join("\n"), before.with(25_000, "b").join("\n"))).toContain("- a25000\n+ b");
  expect(diffLines(before.join("\n"), before.toReversed().join("\n"))).toContain("more lines");
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

test("what is shown says truly what went and what came", () => {
  const random = sequence(7);
  for (let round = 0; round < 300; round++) {
    const [before, after] = [0, 1].map(() =>
      Array.from({ length: random(8) }, () => "abc"[random(3)] ?? "a"),
    );
    if (before === undefined || after === undefined) continue;
    const marks = diffLines(before.join("\n"), after.join("\n"), 1000).split("\n");
    const count = (mark: string): number => marks.filter((line) => line.startsWith(mark)).length;
    expect(count("+") - count("-")).toBe(Math.max(1, after.length) - Math.max(1, before.length));
  }
});

/** The same numbers in every run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
