/** What a column is one with: its parents' columns, the attribute of its table's type. */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";

/** The columns of its table's parents that a column is one with, by id. */
export function parentColumns(column: CatalogObject, catalog: Catalog): string[] {
  const table = catalog.objects.get(column.of ?? "");
  if (table === undefined) return [];
  const own = column.name.slice(lastDot(column.name));
  return parentsOf(table)
    .map((parent) => `column ${parent}${own}`)
    .filter((id) => catalog.objects.has(id));
}

/** The attribute that a column of a typed table is one with, by id. */
export function typeAttribute(column: CatalogObject, from: Catalog, to: Catalog): string | undefined {
  const type = from.objects.get(column.of ?? "")?.facts["of type"];
  if (type === undefined || to.objects.get(column.of ?? "")?.facts["of type"] !== type) return undefined;
  return `attribute ${type}${column.name.slice(lastDot(column.name))}`;
}
