/** What goes of a table, and those who have it too: its children, and the tables of a type. */
import { parentsOf } from "../../catalog/inherit.ts";
import type { Catalog } from "../../catalog/model.ts";
import type { Piece } from "../model.ts";
import { counterparts } from "../own-parts.ts";
import { isRemoved } from "../pieces.ts";
import type { Frame } from "./frame.ts";

/** What children have too. */
function isShared({ before }: Piece): boolean {
  return before?.kind === "column" || before?.kind === "attribute" || before?.facts["type"] === "check";
}

/** True for a column or check of a table that leaves a parent or a type: as long as it is theirs too, it cannot go. */
export function isLeft(piece: Piece, frame: Frame): boolean {
  const table = frame.pieces.get(piece.before?.of ?? "");
  return isShared(piece) && table !== undefined && leaves(table);
}

function leaves({ fate, changed }: Piece): boolean {
  return (
    fate === "alter" && ["partition of", "inherits", "of type"].some((property) => changed.has(property))
  );
}

/** The steps after which what children have too may go. `isAlone`: by a statement of its own. */
export function stepsBelow(frame: Frame, piece: Piece, isAlone: boolean): string[] {
  if (piece.before === undefined || !isShared(piece)) return [];
  return [
    ...tablesBelowOf(frame, piece.before.of ?? ""),
    // What a child has of its own goes when its parent has lost it.
    ...(isAlone
      ? counterparts(piece.before, frame.from).flatMap((id) => frame.removal.stepOf(id) ?? [])
      : []),
  ];
}

/** Who leaves keeps what it has, and what goes may be partitioned by what its parent loses. */
function goneBelow(frame: Frame, id: string): string[] {
  const table = frame.pieces.get(id);
  if (table === undefined) return [];
  if (isRemoved(table)) return [frame.removal.stepOf(id) ?? ""];
  return leaves(table) ? [`release ${id}`] : tablesBelowOf(frame, id);
}

function tablesBelowOf(frame: Frame, id: string): string[] {
  return (tablesBelow(frame.from).get(id) ?? []).flatMap((child) => goneBelow(frame, child));
}

const below = new WeakMap<Catalog, ReadonlyMap<string, readonly string[]>>();

/** The children of each table, and the tables of each type, by id. */
function tablesBelow(catalog: Catalog): ReadonlyMap<string, readonly string[]> {
  const known = below.get(catalog);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  below.set(catalog, found);
  for (const table of catalog.objects.values()) {
    if (table.kind !== "table" && table.kind !== "foreign table") continue;
    for (const parent of parentsOf(table)) {
      const id = `table ${parent}`;
      const list = found.get(id);
      if (list === undefined) found.set(id, [table.id]);
      else list.push(table.id);
    }
    const type = table.facts["of type"];
    if (type !== undefined)
      found.set(`composite type ${type}`, [...(found.get(`composite type ${type}`) ?? []), table.id]);
  }
  return found;
}
