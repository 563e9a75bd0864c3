/** Both sides object by object, as they are: nothing is passed over here, not even what a parent tells. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { constraintIndex } from "../schema/render/constraint.ts";
import type { Fate, Piece } from "./model.ts";

export type Pieces = Map<string, Piece>;

const unchanged: ReadonlySet<string> = new Set();

export function pairObjects(from: Catalog, to: Catalog): Pieces {
  const pieces: Pieces = new Map();
  for (const [id, before] of from.objects) {
    const after = to.objects.get(id);
    const changed = after === undefined || after === before ? unchanged : changedProperties(before, after);
    const fate = fateOf(before, after, changed);
    pieces.set(id, { id, before, after, fate, changed, needs: new Set() });
  }
  for (const [id, after] of to.objects) {
    if (!pieces.has(id))
      pieces.set(id, { id, before: undefined, after, fate: "create", changed: new Set(), needs: new Set() });
  }
  for (const piece of pieces.values()) if (isFreed(piece, pieces)) attachAnew(piece, pieces);
  return pieces;
}

/** An index of a table that leaves its parent is attached again, even where what it is attached to bears the same name. */
function attachAnew(piece: Piece, pieces: Pieces): void {
  const { id, after, fate } = piece;
  if (fate !== "same" && fate !== "alter") return;
  for (const property of ["attached to", "index attached to"])
    if (after?.facts[property] !== undefined)
      pieces.set(id, { ...piece, fate: "alter", changed: new Set([...piece.changed, property]) });
}

/** What belongs to a table is another thing than what belongs to a view of the same name. */
function fateOf(before: CatalogObject, after: CatalogObject | undefined, changed: ReadonlySet<string>): Fate {
  if (after === undefined) return "drop";
  if (before.of !== after.of && before.kind !== "sequence" && before.kind !== "index") return "replace";
  return changed.size === 0 ? "same" : "alter";
}

function changedProperties(before: CatalogObject, after: CatalogObject): Set<string> {
  const changed = new Set<string>();
  for (const property of Object.keys(before.facts))
    if (before.facts[property] !== after.facts[property]) changed.add(property);
  for (const property of Object.keys(after.facts)) if (!(property in before.facts)) changed.add(property);
  for (const word of ["option ", "toast option ", "index option "]) {
    const [had, has] = [before, after].map(({ facts }) =>
      Object.keys(facts).filter((property) => property.startsWith(word) && !changed.has(property)),
    );
    // In another order: no difference, but what is mended is written as it is wanted.
    has?.forEach((property, at) => {
      if (had?.[at] !== property) changed.add(property);
    });
  }
  if (changed.size === 0 && before.definition !== after.definition) changed.add("definition");
  return changed;
}

/** True where the object is not there any more, or is made anew. */
export function isRemoved({ fate }: Piece): boolean {
  return fate === "drop" || fate === "replace";
}

/** True where the object is made. */
export function isMade({ fate }: Piece): boolean {
  return fate === "create" || fate === "replace" || fate === "swap";
}

/** True for what is attached to an index of its table's parent, where the table leaves that parent and takes it along, free. */
export function isFreed({ before }: Piece, pieces: Pieces): boolean {
  const above = before?.facts["attached to"] ?? before?.facts["index attached to"];
  const table = pieces.get(before?.of ?? "");
  return above !== undefined && table?.fate === "alter" && table.changed.has("partition of");
}

/** Who needs whom, turned round. */
export function dependantsOf(
  requires: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  for (const [id, needed] of requires) {
    for (const other of needed) {
      const list = dependants.get(other);
      if (list === undefined) dependants.set(other, [id]);
      else list.push(id);
    }
  }
  return dependants;
}

/** Which object an index is, by its name as the server writes it. */
export function indexNames(catalog: Catalog): Map<string, string> {
  const names = new Map<string, string>();
  for (const object of catalog.objects.values()) {
    if (object.kind === "index") names.set(object.name, object.id);
    if (object.kind === "constraint" && /^(?:primary key|unique|exclude)$/.test(object.facts["type"] ?? ""))
      names.set(constraintIndex(object), object.id);
  }
  return names;
}
