/** Columns and attributes as parts of what they belong to. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";

export function isViewPart({ kind, of = "" }: CatalogObject): boolean {
  return kind === "column" && /^(?:view|materialized view) /.test(of);
}

const columnLists = new WeakMap<Catalog, Map<string, CatalogObject[]>>();

/** The columns of a table, view or type, in order. */
export function columnsOf({ id }: Pick<CatalogObject, "id">, catalog: Catalog): readonly CatalogObject[] {
  let lists = columnLists.get(catalog);
  if (lists === undefined) {
    lists = new Map();
    for (const object of catalog.objects.values()) {
      if ((object.kind !== "column" && object.kind !== "attribute") || object.of === undefined) continue;
      const list = lists.get(object.of);
      if (list === undefined) lists.set(object.of, [object]);
      else list.push(object);
    }
    columnLists.set(catalog, lists);
  }
  return lists.get(id) ?? [];
}
