/**
 * One property at random: where pg_dump's text changes and we are silent, or the reverse, it is a bug; and what was changed
 * must be mended, so that both judges say what they said before. Where no pg_dump serves, ours judges alone. `VEZA_FUZZ_SEED` and `VEZA_FUZZ_RUNS` go on elsewhere.
 */
import { readFileSync } from "node:fs";
import { inject } from "vitest";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { sortedLines } from "../../src/diff/judge-dump.ts";
import { planDiff } from "../../src/diff/plan.ts";
import { isUnmendable } from "../../src/diff/prove.ts";
import { planText } from "../../src/diff/text.ts";
import { readSchema } from "../catalog/support/read-schema.ts";
import { dumpText, pgDump } from "../diff/support/pg-dump.ts";
import { mutations } from "../diff/support/mutations.ts";
import { summary } from "../drift/support/cases.ts";
import { createDatabase, expect, test } from "../support/database.ts";

const torture = readFileSync(new URL("../schema-dump/torture.sql", import.meta.url), "utf8");
const seed = Number(process.env["VEZA_FUZZ_SEED"] ?? "1");
const runs = Number(process.env["VEZA_FUZZ_RUNS"] ?? "150");
const hasDump = pgDump() !== undefined;

test("what pg_dump sees we see, and mend", { timeout: 3_000_000 }, async () => {
  await using base = await createDatabase();
  await base.sql.unsafe(torture);
  await base.sql.end();
  const draw = drawing(seed);
  const trouble: string[] = [];
  const kinds = Object.entries(mutations);
  let tried = 0;
  let told = 0;
  for (let run = 0; run < runs; run++) {
    await using database = await createDatabase(base.name);
    const before = await readSchema(database.url);
    const [name, mutate] = kinds[draw(kinds.length)] ?? ["", () => undefined];
    const change = mutate(before, draw);
    if (change === undefined) continue;
    try {
      await database.sql.unsafe(change);
    } catch {
      continue; // the server says no: nothing was changed
    }
    tried++;
    const lines = await dump(base.url);
    const found = compareCatalogs(before, await readSchema(database.url));
    const isSeenByDump = (await dump(database.url)) !== lines;
    if (hasDump && isSeenByDump !== found.length > 0) {
      trouble.push(`${name}: ${change}: pg_dump sees ${isSeenByDump}, we see ${summary(found)}`);
      continue;
    }
    const plan = planDiff(await readSchema(database.url), before);
    if (plan.obstacles.length > 0) {
      told++; // said, with its reason
      continue;
    }
    const text = planText(plan);
    try {
      await database.sql.unsafe(text);
    } catch (error) {
      trouble.push(`${name}: ${change}: ${String(error)} by\n${text}`);
      continue;
    }
    const left = compareCatalogs(await readSchema(database.url), before).filter((one) => !isUnmendable(one));
    if (left.length > 0) trouble.push(`${name}: ${change}: left ${summary(left)} by\n${text}`);
    else if ((await dump(database.url)) !== lines)
      trouble.push(`${name}: ${change}: pg_dump is not as before by\n${text}`);
  }
  process.stderr.write(
    `diff fuzz (PostgreSQL ${inject("server").version}, seed ${seed}): ${tried} changes, ${told} told to be impossible, ${trouble.length} bugs, ${hasDump ? "pg_dump asked" : "no pg_dump"}\n`,
  );
  expect(trouble).toEqual([]);
});

async function dump(url: string): Promise<string> {
  return sortedLines(await dumpText(url)).join("\n");
}

/** Mulberry32: the same numbers for the same seed. */
function drawing(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return below === 0 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
