/** The schema as facts, kept beside the dump, so that a restored database can be held against it. */
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { Catalog, CatalogObject } from "../catalog/model.ts";

/** Raised when the catalog's facts change their names or their form: an older file then proves nothing. */
const form = 1;

interface Stored {
  readonly form: number;
  readonly server: Catalog["server"];
  readonly objects: readonly CatalogObject[];
  readonly unmodelled: Catalog["unmodelled"];
  readonly unread: Catalog["unread"];
}

export async function packCatalog({ server, objects, unmodelled, unread }: Catalog): Promise<Uint8Array> {
  const stored: Stored = { form, server, objects: [...objects.values()], unmodelled, unread };
  return promisify(gzip)(JSON.stringify(stored), { level: 1 });
}

/** Undefined where another version of the tool has written it in another form. */
export async function readCatalogFile(path: string): Promise<Catalog | undefined> {
  const text = (await promisify(gunzip)(await readFile(path))).toString("utf8");
  const stored: Stored = JSON.parse(text);
  if (stored.form !== form) return undefined;
  return {
    server: stored.server,
    objects: new Map(stored.objects.map((object) => [object.id, object])),
    requires: new Map(),
    unmodelled: stored.unmodelled,
    unread: stored.unread,
  };
}
