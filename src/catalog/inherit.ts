import { lastDot } from "./assemble.ts";
import type { Change } from "./compare.ts";
import type { Catalog, CatalogObject } from "./model.ts";
import { splitList } from "./expressions.ts";

/**
 * True for the change of a column or constraint that a partition or child has from its parent, where the parent's changed in
 * the very same way: one finding says it.
 */
export function samePartition(
  change: Change,
  found: ReadonlyMap<string, Change>,
  from: Catalog,
  to: Catalog,
): boolean {
  const object = from.objects.get(change.id) ?? to.objects.get(change.id);
  if (object?.of === undefined) return false;
  const tables = [from.objects.get(object.of), to.objects.get(object.of)];
  return tables.every(
    (table) =>
      table !== undefined && parentsOf(table).some((parent) => isTold(change, object, parent, found)),
  );
}

export function parentsOf(table: CatalogObject): string[] {
  const list = table.facts["partition of"] ?? table.facts["inherits"];
  return list === undefined ? [] : splitList(list);
}

function isTold(
  change: Change,
  object: CatalogObject,
  parent: string,
  found: ReadonlyMap<string, Change>,
): boolean {
  const own = object.name.slice(lastDot(object.name));
  const above = found.get(`${object.kind} ${parent}${own}`);
  if (above?.action !== change.action || above.properties.length !== change.properties.length) return false;
  return above.properties.every(({ property, from, to }) =>
    change.properties.some((other) => other.property === property && other.from === from && other.to === to),
  );
}
