/** Columns whose values get another type, and who follows them by itself. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { escapePattern } from "../kernel/pattern.ts";
import { isViewPart } from "./columns.ts";
import type { Obstacle, Piece } from "./model.ts";

/** True for a column whose values get another type. */
export function isRetyped({ before, after, changed, needs, fate }: Piece): boolean {
  if (before?.kind !== "column" || after === undefined || fate !== "alter" || isViewPart(before))
    return false;
  return changed.has("type") || changed.has("collation") || needs.has("retype");
}

/** Indexes, statistics and constraints follow a column's new type by themselves. */
export function letsGoOfRetyped({ before }: Piece, cause: Piece): boolean {
  if (before === undefined) return false;
  if (before.kind === "column") return before.facts["generated"] !== undefined && before.id !== cause.id;
  if (before.kind === "constraint") return before.facts["type"] === "foreign key" && !isSameFamily(cause);
  if (before.kind === "publication table") return before.facts["where"] !== undefined;
  return !["index", "statistics", "sequence", "table", "not null constraint"].includes(before.kind);
}

/** True where only the length or precision changes. */
function isSameFamily({ before, after, needs }: Piece): boolean {
  const base = (object: CatalogObject | undefined): string =>
    (object?.facts["type"] ?? "").replaceAll(/\(\d+(?:,\d+)?\)/g, "");
  return (
    base(before) === base(after) &&
    !needs.has("retype") &&
    before?.facts["collation"] === after?.facts["collation"]
  );
}

export function isOfType({ facts }: CatalogObject, type: CatalogObject): boolean {
  if (type.kind === "collation") return facts["collation"] === type.name;
  const base = (facts["type"] ?? "").replace(/\[\]$/, "").replace(/\([^)]*\)$/, "");
  return base === type.name || base === type.facts["multirange type"];
}

export function isPartitionColumn({ path, of }: CatalogObject, catalog: Catalog): boolean {
  const key = catalog.objects.get(of ?? "")?.facts["partition key"];
  if (key === undefined) return false;
  const name = path.at(-1) ?? "";
  return new RegExp(`(?:^|[^\\w"])"?${escapePattern(name)}"?(?:$|[^\\w"])`).test(key);
}

/** What partitions a table keeps its type. */
export function followColumn(cause: Piece, from: Catalog, obstacles: Obstacle[]): void {
  const { before } = cause;
  if (before === undefined) return;
  if (isPartitionColumn(before, from) && !isSameFamily(cause))
    obstacles.push({
      id: cause.id,
      kind: before.kind,
      name: before.name,
      why: "its table is partitioned by it, so its type cannot be changed",
    });
}
