/** What must have happened before something goes, and before its name is taken again. */
import { isRetyped } from "../retyped.ts";
import type { Piece } from "../model.ts";
import { isFreed, isMade, isRemoved } from "../pieces.ts";
import { namesTaken } from "../removal.ts";
import type { Frame } from "./frame.ts";
import { isLeft, stepsBelow } from "./tie-below.ts";

/** Whoever stood on it is gone, or has let go. */
export function tieRemoved(frame: Frame, piece: Piece): void {
  const step = frame.removal.stepOf(piece.id);
  const node = frame.nodes.get(step ?? "");
  if (node === undefined) return;
  if (isFreed(piece, frame.pieces) || isLeft(piece, frame))
    frame.require(node, [`release ${piece.before?.of ?? ""}`]);
  frame.require(node, stepsBelow(frame, piece, node.id === `drop ${piece.id}`));
  for (const id of frame.dependants.get(piece.id) ?? []) {
    const dependant = frame.pieces.get(id);
    if (dependant === undefined) continue;
    if (isRemoved(dependant) || dependant.fate === "swap")
      frame.require(node, [frame.removal.stepOf(id) ?? ""]);
    else if (dependant.fate === "alter") frame.require(node, leavers(frame, dependant, piece));
  }
  // A retyped column has left its old type.
  if (piece.fate === "swap") {
    for (const other of frame.pieces.values())
      if (isRetyped(other) && (frame.from.requires.get(other.id)?.has(piece.id) ?? false))
        frame.require(node, [`alter ${other.id}`]);
  }
}

function leavers(frame: Frame, dependant: Piece, left: Piece): string[] {
  const { id, before } = dependant;
  if (isFreed(dependant, frame.pieces)) return [`release ${before?.of ?? ""}`];
  if (before?.kind === "table" && left.before?.kind === "table") return [`release ${id}`];
  if (before?.kind !== "column") return [`alter ${id}`, `${id} owned by`];
  const isType = /^(?:enum|domain|composite type|range|base type|collation|table|view) /.test(left.id);
  const release = frame.nodes.get(`release ${id}`);
  const hasReleased = (release?.costs?.length ?? 0) > 0;
  if (isType) return [`release ${id}`, `alter ${id}`];
  return hasReleased ? [`release ${id}`] : [`release ${id}`, `alter ${id}`, `settle ${id}`];
}

export function tieNames(frame: Frame): void {
  const gone = new Map<string, Piece[]>();
  for (const piece of frame.pieces.values()) {
    if (!isRemoved(piece) || piece.before === undefined) continue;
    for (const name of namesTaken(piece.before)) gone.set(name, [...(gone.get(name) ?? []), piece]);
  }
  if (gone.size === 0) return;
  for (const piece of frame.pieces.values()) {
    if (!isMade(piece) || piece.after === undefined) continue;
    const node = frame.nodes.get(frame.providers(piece.id)[0] ?? "");
    for (const name of namesTaken(piece.after))
      for (const other of gone.get(name) ?? []) {
        const step = frame.removal.stepOf(other.id);
        if (step !== undefined) frame.require(node, [step]);
      }
  }
}
