/**
 * Our splitter beside PostgreSQL's parser, over generated texts, mutations of them and soups of fragments.
 * `VEZA_SPLIT_TEXTS` says how many of each, `VEZA_SPLIT_SEED` where to begin; a failure names the seed of its text.
 */
import { loadModule } from "libpg-query";
import { beforeAll, expect, test } from "vitest";
import { compare, type Comparison } from "./support/compare.ts";
import { Generator } from "./support/generate.ts";
import { Random } from "./support/random.ts";

const texts = Number(process.env["VEZA_SPLIT_TEXTS"] ?? 2500);
const firstSeed = Number(process.env["VEZA_SPLIT_SEED"] ?? 1);

beforeAll(loadModule);

const kinds: readonly {
  readonly kind: string;
  readonly make: (generator: Generator) => string;
  /** How many of a hundred PostgreSQL parses, at least, so that the comparison stays worth something. */
  readonly parsed: number;
}[] = [
  { kind: "valid texts", make: (generator) => generator.text(), parsed: 97 },
  { kind: "mutated texts", make: (generator) => generator.mutate(generator.text()), parsed: 20 },
  { kind: "soups of fragments", make: (generator) => generator.soup(), parsed: 1 },
];

test.each(kinds)(
  `$kind: ${texts} are split as PostgreSQL splits them`,
  ({ make, parsed }) => {
    const counts = { parsed: 0, refused: 0, beyondJudging: 0 };
    const failures: ({ seed: number; text: string } & Comparison)[] = [];
    for (let seed = firstSeed; seed < firstSeed + texts && failures.length < 3; seed++) {
      const text = make(new Generator(new Random(seed)));
      const comparison = compare(text);
      counts[comparison.outcome]++;
      if (comparison.difference !== undefined) failures.push({ seed, text, ...comparison });
    }
    expect(failures).toEqual([]);
    expect(counts.parsed).toBeGreaterThanOrEqual((texts * parsed) / 100);
    expect(counts.beyondJudging).toBeLessThanOrEqual(texts / 20);
  },
  3_600_000,
);
