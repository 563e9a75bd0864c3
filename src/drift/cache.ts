/** What migrations make does not change as long as they do not: it is read once, then kept. */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../kernel/hash.ts";
import { readLines } from "../kernel/read-lines.ts";
import { toolVersion } from "../kernel/version.ts";
import { writeWhole } from "../kernel/write-whole.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import type { AppliedMigration } from "./model.ts";

/** Raised when the catalog's facts change their names or their form. */
const form = 5;
const most = 8;

export interface CacheKeyParts {
  readonly migrations: readonly AppliedMigration[];
  /** `server_version_num` */
  readonly serverVersion: number;
  readonly migrators: readonly string[];
  readonly searchPath: string;
  /** The tables of the tool that are left out. */
  readonly tables: string;
}

export function cacheKey({
  migrations,
  serverVersion,
  migrators,
  searchPath,
  tables,
}: CacheKeyParts): string {
  const texts = migrations.map(({ id, text }) => [id, sha256(text)]);
  return sha256(
    JSON.stringify([form, toolVersion(), serverVersion, searchPath, tables, migrators.toSorted(), texts]),
  ).slice(0, 32);
}

/** The first line; the objects follow, one a line, then, in the last one, what needs what. */
interface Head {
  readonly form: number;
  readonly server: Catalog["server"];
  readonly unmodelled: Catalog["unmodelled"];
  readonly unread: Catalog["unread"];
  readonly objects: number;
}

type Needs = readonly (readonly [id: string, needed: readonly string[]])[];

/** What is the same in `live` is taken from there, so that a large schema is not in memory twice. */
export function readCached(folder: string, key: string, live: Catalog): Catalog | undefined {
  try {
    const lines = readLines(join(folder, `${key}.json`));
    const head: Head = JSON.parse(next(lines));
    if (head.form !== form) return undefined;
    const objects = new Map<string, CatalogObject>();
    const twins = new Twins(live);
    while (objects.size < head.objects) {
      const object = twins.read(next(lines));
      objects.set(object.id, object);
    }
    const needs: Needs = JSON.parse(next(lines));
    return {
      server: head.server,
      objects,
      requires: new Map(needs.map(([id, needed]) => [id, new Set(needed)])),
      unmodelled: head.unmodelled,
      unread: head.unread,
    };
  } catch {
    // Missing, cut short or from another time: it is made anew.
    return undefined;
  }
}

function next(lines: Generator<string>): string {
  const { value, done } = lines.next();
  if (done === true) throw new Error("the file is cut short");
  return value;
}

/** The objects of the live side beside the lines of the file: both stand in the same order, but for what differs. */
class Twins {
  readonly #live: readonly CatalogObject[];
  readonly #places: ReadonlyMap<string, number>;
  #at = 0;

  constructor({ objects }: Catalog) {
    this.#live = [...objects.values()];
    this.#places = new Map(this.#live.map(({ id }, at) => [id, at]));
  }

  read(line: string): CatalogObject {
    const expected = this.#live[this.#at];
    if (expected !== undefined && JSON.stringify(expected) === line) {
      this.#at++;
      return expected;
    }
    const object: CatalogObject = JSON.parse(line);
    const place = this.#places.get(object.id);
    if (place === undefined) return object;
    this.#at = place + 1;
    const twin = this.#live[place];
    return twin !== undefined && JSON.stringify(twin) === line ? twin : object;
  }
}

export function writeCached(folder: string, key: string, catalog: Catalog): void {
  writeWhole(join(folder, `${key}.json`), linesOf(catalog));
  prune(folder);
}

/** A thousand lines a piece. */
function* linesOf({ server, objects, requires, unmodelled, unread }: Catalog): Generator<string> {
  const head: Head = { form, server, unmodelled, unread, objects: objects.size };
  let lines = [JSON.stringify(head)];
  for (const object of objects.values()) {
    lines.push(JSON.stringify(object));
    if (lines.length < 1000) continue;
    yield `${lines.join("\n")}\n`;
    lines = [];
  }
  const needs: Needs = [...requires].map(([id, needed]) => [id, [...needed]] as const);
  yield `${[...lines, JSON.stringify(needs)].join("\n")}\n`;
}

function prune(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  for (const { name } of files.slice(most)) rmSync(join(folder, name), { force: true });
}
