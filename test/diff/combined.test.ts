/** Several changes at once that hang together (test/cases/diff), there and back. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { expect, test } from "../support/database.ts";
import { judgePair } from "./support/judge-pair.ts";

const root = fileURLToPath(new URL("../cases/diff", import.meta.url));
const lanes = 3;
/** Everyday every third, there and back; the rest one way each, by turns. */
const isWhole = process.env["VEZA_ALL_CASES"] === "1" || process.env["VEZA_CASES"] !== undefined;
const withDump = process.env["VEZA_DUMP_CASES"] === "1";

test("changes that hang together are mended, there and back", { timeout: 600_000 }, async () => {
  const waiting = readdirSync(root)
    .toSorted()
    .filter((name) => name.endsWith(".sql") && name.startsWith(process.env["VEZA_CASES"] ?? ""))
    .map((name, at) => ({ name, at }));
  const trouble: string[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { name, at } = next;
        const text = readFileSync(`${root}/${name}`, "utf8");
        const since = Number(/^-- since (\d+)$/m.exec(text)?.[1] ?? 0);
        if (since > inject("server").major) continue;
        const [before = "", after = ""] = text.split(/^-- becomes$/m);
        const ways = [
          [">", before, after],
          ["<", after, before],
        ] as const;
        for (const [way, from, to] of isWhole || at % 3 === 0 ? ways : ways.slice(at % 2, (at % 2) + 1)) {
          const verdict = await judgePair(from, to, withDump).catch((error: unknown) => ({
            trouble: [`cannot be judged: ${String(error)}`],
            isTold: false,
          }));
          trouble.push(...verdict.trouble.map((line) => `${name} ${way} ${line}`));
          if (verdict.isTold) trouble.push(`${name} ${way} is told to be impossible`);
        }
      }
    }),
  );
  expect(trouble.toSorted()).toEqual([]);
});
