/** What migrations make does not change as long as they do not: it is read once, then kept. */
import { readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../kernel/hash.ts";
import { toolVersion } from "../kernel/version.ts";
import { writeWhole } from "../kernel/write-whole.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import type { AppliedMigration } from "./model.ts";

/** Raised when the catalog's facts change their names or their form. */
const form = 4;
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

interface Stored {
  readonly form: number;
  readonly server: Catalog["server"];
  readonly objects: readonly CatalogObject[];
  readonly requires: readonly (readonly [string, readonly string[]])[];
  readonly unmodelled: Catalog["unmodelled"];
  readonly unread: Catalog["unread"];
}

export function readCached(folder: string, key: string): Catalog | undefined {
  try {
    const stored: Stored = JSON.parse(readFileSync(join(folder, `${key}.json`), "utf8"));
    if (stored.form !== form) return undefined;
    return {
      server: stored.server,
      objects: new Map(stored.objects.map((object) => [object.id, object])),
      requires: new Map(stored.requires.map(([id, needed]) => [id, new Set(needed)])),
      unmodelled: stored.unmodelled,
      unread: stored.unread,
    };
  } catch {
    // Missing, cut short or from another time: it is made anew.
    return undefined;
  }
}

export function writeCached(folder: string, key: string, catalog: Catalog): void {
  const stored: Stored = {
    form,
    server: catalog.server,
    objects: [...catalog.objects.values()],
    requires: [...catalog.requires].map(([id, needed]) => [id, [...needed]] as const),
    unmodelled: catalog.unmodelled,
    unread: catalog.unread,
  };
  writeWhole(join(folder, `${key}.json`), JSON.stringify(stored));
  prune(folder);
}

function prune(folder: string): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => ({ name, time: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  for (const { name } of files.slice(most)) rmSync(join(folder, name), { force: true });
}
