/** Keys of one table that have equal indexes: CREATE TABLE makes the first of them and drops the others without a word. */
import type { CatalogObject } from "../../catalog/model.ts";
import { byAttachment } from "../attach-order.ts";
import { constraintClause, isInline } from "./constraint.ts";
import type { Surroundings } from "./model.ts";

export interface Inline {
  readonly inside: readonly CatalogObject[];
  /** What ALTER TABLE must add, in this order, before the table is attached to anything. */
  readonly behind: readonly CatalogObject[];
}

/** The constraints that are written with their table. */
export function inlineConstraints(table: CatalogObject, { catalog, parts }: Surroundings): Inline {
  const inline = (parts.get(table.id) ?? []).filter((part) => isInline(part, table));
  const keys = inline.filter(({ facts }) => facts["type"] !== "check");
  if (new Set(keys.map(likeness)).size === keys.length) return { inside: inline, behind: [] };
  const first = new Set<string>();
  const behind = keys.toSorted(byAttachment(catalog)).filter((part) => {
    const key = likeness(part);
    return first.has(key) || first.add(key) === undefined;
  });
  return { inside: inline.filter((part) => !behind.includes(part)), behind };
}

/** `PRIMARY KEY (id)` and `UNIQUE (id)` have equal indexes. */
function likeness(part: CatalogObject): string {
  return constraintClause(part).replace(/^(?:PRIMARY KEY|UNIQUE)\b/, "");
}
