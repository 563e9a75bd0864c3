/** Several changes at once that hang together (test/cases/diff), there and back. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { expect, test } from "../support/database.ts";
import { judgePair } from "./support/judge-pair.ts";

const root = fileURLToPath(new URL("../cases/diff", import.meta.url));
const lanes = 3;
const withDump = process.env["VEZA_DUMP_CASES"] === "1";

test("changes that hang together are mended, there and back", { timeout: 600_000 }, async () => {
  const waiting = readdirSync(root).filter(
    (name) => name.endsWith(".sql") && name.startsWith(process.env["VEZA_CASES"] ?? ""),
  );
  const trouble: string[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const text = readFileSync(`${root}/${name}`, "utf8");
        const since = Number(/^-- since (\d+)$/m.exec(text)?.[1] ?? 0);
        if (since > inject("server").major) continue;
        const [before = "", after = ""] = text.split(/^-- becomes$/m);
        for (const [way, from, to] of [
          [">", before, after],
          ["<", after, before],
        ] as const) {
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
