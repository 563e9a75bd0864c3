/**
 * ATTACH PARTITION takes the indexes of the parent in the order in which they were made, and gives each the first one of the
 * partition that fits. Among equal ones it is their order that says which goes where.
 */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { compareText } from "../kernel/compare.ts";
import { constraintIndex } from "./render/constraint.ts";

/** In the order of what they are attached to, from the top down; then those that are attached to nothing. */
export function byAttachment(catalog: Catalog): (one: CatalogObject, other: CatalogObject) => number {
  return (one, other) => compareText(placeOf(one, catalog), placeOf(other, catalog));
}

function placeOf(object: CatalogObject, catalog: Catalog): string {
  const chain = [indexName(object)];
  const known = attachments(catalog);
  for (let above = aboveOf(object); above !== undefined && chain.length < 100; above = known.get(above))
    chain.unshift(above);
  return `${chain.length > 1 ? 0 : 1}\0${chain.join("\0")}`;
}

function indexName(object: CatalogObject): string {
  return object.kind === "constraint" ? constraintIndex(object) : object.name;
}

export function aboveOf({ facts }: CatalogObject): string | undefined {
  return facts["attached to"] ?? facts["index attached to"];
}

const byCatalog = new WeakMap<Catalog, ReadonlyMap<string, string>>();

/** What each index is attached to. */
function attachments(catalog: Catalog): ReadonlyMap<string, string> {
  const known = byCatalog.get(catalog);
  if (known !== undefined) return known;
  const found = new Map<string, string>();
  for (const object of catalog.objects.values()) {
    const above = aboveOf(object);
    if (above !== undefined) found.set(indexName(object), above);
  }
  byCatalog.set(catalog, found);
  return found;
}
