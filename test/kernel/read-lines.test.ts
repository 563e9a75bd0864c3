import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readLines } from "../../src/kernel/read-lines.ts";
import { writeWhole } from "../../src/kernel/write-whole.ts";

const mebibyte = 1024 * 1024;

test.each([
  ["an empty file", "", []],
  ["no newline at the end", "one\ntwo", ["one", "two"]],
  ["empty lines", "\n\na\n", ["", "", "a"]],
  ["a line over several pieces", `${"x".repeat(3 * mebibyte)}\ny\n`, ["x".repeat(3 * mebibyte), "y"]],
  ["a line that ends where a piece ends", `${"x".repeat(mebibyte - 1)}\ny`, ["x".repeat(mebibyte - 1), "y"]],
  [
    "a character that two pieces share",
    `${"x".repeat(mebibyte - 1)}é\ny`,
    [`${"x".repeat(mebibyte - 1)}é`, "y"],
  ],
])("%s", (_, content, lines) => {
  const path = join(mkdtempSync(join(tmpdir(), "veza-lines-")), "file");
  writeFileSync(path, content);
  expect([...readLines(path)]).toEqual(lines);
});

test("what is written in pieces is read as a whole, and the old file stays where writing fails", () => {
  const folder = mkdtempSync(join(tmpdir(), "veza-lines-"));
  writeWhole(join(folder, "pieces"), ["one\n", "two\nth", "ree\n"]);
  expect([...readLines(join(folder, "pieces"))]).toEqual(["one", "two", "three"]);
  const breaking = function* (): Generator<string> {
    yield "one\n";
    throw new Error("no more");
  };
  expect(() => writeWhole(join(folder, "pieces"), breaking())).toThrow("no more");
  expect([...readLines(join(folder, "pieces"))]).toEqual(["one", "two", "three"]);
});
