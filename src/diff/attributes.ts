/** Composite types: what becomes of one whose attributes change. */
import type { Catalog } from "../catalog/model.ts";
import { columnsOf } from "./columns.ts";
import type { Piece } from "./model.ts";
import type { Pieces } from "./pieces.ts";

/** Attributes of a composite type: added at the end, dropped, or the whole type swapped. */
export function lookAtAttributes(piece: Piece, pieces: Pieces, from: Catalog, to: Catalog): void {
  if (piece.before?.kind !== "composite type" || piece.after === undefined || piece.fate === "swap") return;
  const had = columnsOf(piece.before, from);
  const wanted = columnsOf(piece.after, to).map(({ id }) => id);
  const kept = had.map(({ id }) => id).filter((id) => wanted.includes(id));
  const isInOrder = kept.every((id, at) => wanted[at] === id);
  const isUsed = (from.requires.size === 0 ? [] : [...from.requires]).some(
    ([id, needed]) => id.startsWith("column ") && needed.has(piece.id),
  );
  const isChanged = had.some(({ id }) => pieces.get(id)?.fate === "replace");
  if (!isInOrder || (isChanged && isUsed)) {
    piece.fate = "swap";
    for (const { id } of had) restore(pieces.get(id));
  } else {
    // ALTER ATTRIBUTE does it where no column is of the type.
    for (const { id } of had) restore(pieces.get(id));
  }
}

function restore(piece: Piece | undefined): void {
  if (piece?.fate === "replace") piece.fate = "alter";
}
