import { judgeCases } from "./support/judge-cases.ts";
import { expect, test } from "../support/database.ts";

/**
 * `VEZA_CASES=column` takes those alone whose names begin so. Everyday every third is mended; `VEZA_ALL_CASES=1` takes all, as
 * `npm run test:long` does on every major.
 */
test("every change of one property is mended, there and back", { timeout: 600_000 }, async () => {
  const verdict = await judgeCases({ withDump: process.env["VEZA_DUMP_CASES"] === "1" });
  process.stderr.write(`${verdict.scoreboard}\n`);
  expect(verdict.trouble).toEqual([]);
});
