/** What a column is one with: its parents' columns, the attribute of its table's type. */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { keptParents } from "./alter/parents.ts";

/** The columns of its table's parents that a column is one with, by id. */
export function parentColumns(column: CatalogObject, catalog: Catalog): string[] {
  const table = catalog.objects.get(column.of ?? "");
  if (table === undefined) return [];
  const own = column.name.slice(lastDot(column.name));
  return parentsOf(table)
    .map((parent) => `column ${parent}${own}`)
    .filter((id) => catalog.objects.has(id));
}

/** True where a table is a child of the same parent all the while: what the parent gets, loses or changes comes down to it. */
export function staysBelow(table: string, parent: string, from: Catalog, to: Catalog): boolean {
  const [before, after] = [from.objects.get(table), to.objects.get(table)];
  if (before === undefined || after === undefined) return false;
  const name = parent.replace(/^(?:foreign )?table /, "");
  return (
    parentsOf(before).includes(name) &&
    parentsOf(after).includes(name) &&
    !keptParents(before, after).had.includes(name)
  );
}

/** The columns of parents that its table keeps, by id. */
export function keptParentColumns(column: CatalogObject, from: Catalog, to: Catalog): string[] {
  return parentColumns(column, to).filter((id) =>
    staysBelow(column.of ?? "", to.objects.get(id)?.of ?? "", from, to),
  );
}

/** The attribute that a column of a typed table is one with, by id. */
export function typeAttribute(column: CatalogObject, from: Catalog, to: Catalog): string | undefined {
  const type = from.objects.get(column.of ?? "")?.facts["of type"];
  if (type === undefined || to.objects.get(column.of ?? "")?.facts["of type"] !== type) return undefined;
  return `attribute ${type}${column.name.slice(lastDot(column.name))}`;
}
