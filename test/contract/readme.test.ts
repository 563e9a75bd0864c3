/** The README's table lists every command that there is, and none that there is not. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { skipUnless } from "../support/skip.ts";
import { subjects } from "./support/commands.ts";

const file = fileURLToPath(new URL("../../README.md", import.meta.url));
const isWritten = skipUnless(existsSync(file), "README.md is not written yet");

test.runIf(isWritten)("every command stands in the README's table", () => {
  const rows = tableRows();
  for (const { path } of subjects) {
    const [first = "", second] = path;
    // A row may hold a whole group: `dev up · down · status`, or `migrate` (= `migrate apply`).
    const row = rows.filter((text) => text.includes(first));
    expect(row.length, path.join(" ")).toBeGreaterThan(0);
    if (second !== undefined)
      expect(
        row.some((text) => new RegExp(`\\b${second}\\b`).test(text)),
        path.join(" "),
      ).toBe(true);
  }
});

test.runIf(isWritten)("no command stands there that the tool does not know", () => {
  const known = new Set(subjects.map(({ path }) => path[0] ?? ""));
  const named = tableRows().flatMap((row) => /^\|\s*\[?`(?:veza-db )?([a-z]+)/.exec(row)?.[1] ?? []);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  expect(named.length).toBeGreaterThan(0);
});

function tableRows(): string[] {
  const section = /^#+ Commands\n([\s\S]*?)(?=^#+ |(?![\s\S]))/m.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return section.split("\n").filter((line) => line.startsWith("|"));
}
