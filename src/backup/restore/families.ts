/** Partitioned tables and their partitions, as the backup's own facts tell them: the archive's list names no parents. */
import { join } from "node:path";
import { parentsOf } from "../../catalog/inherit.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { readCatalogFile } from "../catalog-file.ts";
import type { Backup } from "../model.ts";
import type { TableName } from "./tables.ts";

/** A partitioned table, and all that is below it. */
export interface Family extends TableName {
  readonly members: readonly TableName[];
}

/** None where the backup holds no facts, or those of another version of the tool. */
export async function readFamilies({ manifest, place }: Backup): Promise<readonly Family[]> {
  if (manifest.catalogFile === null) return [];
  const catalog = await readCatalogFile(join(place.base, manifest.catalogFile));
  return catalog === undefined ? [] : familiesOf([...catalog.objects.values()]);
}

/** Pure. */
export function familiesOf(objects: readonly CatalogObject[]): Family[] {
  const children = new Map<string, CatalogObject[]>();
  for (const object of objects) {
    if (object.kind !== "table" || object.facts["partition of"] === undefined) continue;
    for (const parent of parentsOf(object)) children.set(parent, [...(children.get(parent) ?? []), object]);
  }
  const below = (name: string): CatalogObject[] =>
    (children.get(name) ?? []).flatMap((child) => [child, ...below(child.name)]);
  return objects
    .filter(({ kind, name }) => kind === "table" && children.has(name))
    .map((object) => ({ ...nameOf(object), members: below(object.name).map(nameOf) }));
}

function nameOf({ path: [schema = "", name = ""] }: CatalogObject): TableName {
  return { schema, name };
}
