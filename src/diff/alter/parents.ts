/** Tables that leave their parents and come to others. */
import { splitList } from "../../catalog/expressions.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";
import type { Changed } from "./model.ts";

/** How many parents both sides have from the first on: what comes after them is taken anew, in order. */
export function keptParents(before: CatalogObject, after: CatalogObject): { had: string[]; has: string[] } {
  const list = (table: CatalogObject): string[] =>
    splitList(table.facts["inherits"] ?? "").filter((text) => text !== "");
  const [had, has] = [list(before), list(after)];
  const firstNew = had.findIndex((parent, at) => parent !== has[at]);
  const kept = firstNew < 0 ? had.length : firstNew;
  return { had: had.slice(kept), has: has.slice(kept) };
}

/** True where it must have its parents', or its type's, columns before it is altered. */
export function getsParents(changed: Changed): boolean {
  return isMoved(changed) || changed.has("inherits") || changed.has("of type");
}

export function isMoved(changed: Changed): boolean {
  return changed.has("partition of") || changed.has("bound");
}

/** NO INHERIT, DETACH and NOT OF: before a parent changes, so that its old children stay as they are. */
export function leaveParents(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const was = before.facts["partition of"];
  return [
    ...(changed.has("inherits")
      ? keptParents(before, after).had.map((parent) => say(`ALTER TABLE ${after.name} NO INHERIT ${parent}`))
      : []),
    ...(isMoved(changed) && was !== undefined
      ? [say(`ALTER TABLE ${was} DETACH PARTITION ${after.name}`)]
      : []),
    ...(changed.has("of type") && before.facts["of type"] !== undefined
      ? [say(`ALTER TABLE ${after.name} NOT OF`)]
      : []),
  ];
}

/** INHERIT and ATTACH. A partition whose bounds change keeps its rows and is attached again. */
export function joinParents(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { name, facts } = after;
  const is = facts["partition of"];
  return [
    ...(changed.has("inherits")
      ? keptParents(before, after).has.map((parent) => say(`ALTER TABLE ${name} INHERIT ${parent}`))
      : []),
    ...(isMoved(changed) && is !== undefined
      ? [
          say(`ALTER TABLE ${is} ATTACH PARTITION ${name} ${facts["bound"] ?? ""}`, {
            scans: true,
            hazards: ["BLOCKS_WRITES", "DEPENDS_ON_DATA"],
          }),
        ]
      : []),
  ];
}
