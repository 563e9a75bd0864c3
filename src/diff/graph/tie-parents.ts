/** What a table must have before it comes to its parents or its type. */
import { getsParents } from "../alter/parents.ts";
import type { Piece } from "../model.ts";
import type { Frame } from "./frame.ts";

/** True for a column or check of a table that is altered so that it gets parents: it comes first, not the table. */
export function comesBeforeParents(frame: Frame, { after }: Piece): boolean {
  const table = frame.pieces.get(after?.of ?? "");
  if (table?.fate !== "alter" || !getsParents(table.changed)) return false;
  return after?.kind === "column" || after?.facts["type"] === "check";
}
