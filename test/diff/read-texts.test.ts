/** The .sql sides of a diff, as they are read. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readTexts } from "../../src/diff/read-texts.ts";

const off = "SET standard_conforming_strings = off;\n";

describe("old ways of writing strings", () => {
  test.each([
    ["nothing is escaped", `${off}SELECT 'a';\n`, "\nSELECT 'a';\n"],
    ["something is", `${off}SELECT '\\n';\n`, `${off}SELECT '\\n';\n`],
    [
      "a dump's brackets and rows",
      "\\restrict x\r\nCOPY a FROM stdin;\r\n1\r\n\\.\r\nSELECT 1;",
      "\n\nSELECT 1;",
    ],
  ])("%s", (_, written, read) => {
    const folder = mkdtempSync(join(tmpdir(), "veza-db-texts-"));
    try {
      writeFileSync(join(folder, "a.sql"), written);
      expect(readTexts(join(folder, "a.sql"), "file")[0]?.text).toBe(read);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
