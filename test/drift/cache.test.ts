import { mkdtempSync, readdirSync, readFileSync, truncateSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Catalog, CatalogObject } from "../../src/catalog/model.ts";
import { shareWith } from "../../src/catalog/share.ts";
import { readCached, writeCached } from "../../src/drift/cache.ts";

const table = (name: string, facts: Record<string, string> = {}): CatalogObject => ({
  id: `table public.${name}`,
  kind: "table",
  name: `public.${name}`,
  path: ["public", name],
  facts,
});

const catalogOf = (...objects: CatalogObject[]): Catalog => ({
  server: { major: 15, version: 150018, database: "app" },
  objects: new Map(objects.map((object) => [object.id, object])),
  requires: new Map([["table public.b", new Set(["table public.a"])]]),
  unmodelled: [],
  unread: [],
});

const kept = catalogOf(table("a"), table("b", { comment: "line\nbreak" }), table("c"), table("é"));

const lives: readonly (readonly [string, Catalog, readonly string[]])[] = [
  [
    "the same",
    catalogOf(...[...kept.objects.values()].map((one) => structuredClone(one))),
    ["a", "b", "c", "é"],
  ],
  ["one more ahead", catalogOf(table("0"), table("a"), table("b"), table("c"), table("é")), ["a", "c", "é"]],
  ["one gone", catalogOf(table("a"), table("c"), table("é")), ["a", "c", "é"]],
  ["in another order", catalogOf(table("é"), table("c"), table("a")), ["a", "c", "é"]],
  ["nothing", catalogOf(), []],
];

test.each(lives)(
  "what is kept is read as it was, and shared with a live side that has %s",
  (_, live, shared) => {
    const folder = mkdtempSync(join(tmpdir(), "veza-cache-"));
    writeCached(folder, "key", kept);
    const read = readCached(folder, "key", live);
    expect(read).toEqual(kept);
    expect([...(read?.objects.keys() ?? [])]).toEqual([...kept.objects.keys()]);
    const same = [...(read?.objects.values() ?? [])].filter(
      (object) => live.objects.get(object.id) === object,
    );
    expect(same.map(({ path }) => path[1])).toEqual(shared);
  },
);

test("a file that is cut short, or of another form, is not taken for the whole", () => {
  const folder = mkdtempSync(join(tmpdir(), "veza-cache-"));
  writeCached(folder, "key", kept);
  const path = join(folder, readdirSync(folder)[0] ?? "");
  const whole = readFileSync(path, "utf8");
  for (let bytes = statSync(path).size - 2; bytes > 0; bytes -= 7) {
    truncateSync(path, bytes);
    expect(readCached(folder, "key", kept), `${bytes} of ${whole.length}`).toBeUndefined();
  }
  expect(readCached(folder, "other", kept)).toBeUndefined();
});

test("objects are shared only where all of them is the same, to the order of their options", () => {
  const one = catalogOf(table("a", { "option x": "1", "option y": "2" }), table("b"));
  const other = catalogOf(table("a", { "option y": "2", "option x": "1" }), table("b"));
  const shared = shareWith(one, other);
  expect(shared.objects.get("table public.a")).toBe(other.objects.get("table public.a"));
  expect(shared.objects.get("table public.b")).toBe(one.objects.get("table public.b"));
  expect(shared.requires.get("table public.b")).toBe(one.requires.get("table public.b"));
  expect(shared).toEqual(other);
});
