/** What must have happened before something goes, and before its name is taken again. */
import { isRetyped } from "../retyped.ts";
import { keptParents } from "../alter/parents.ts";
import type { Piece } from "../model.ts";
import { counterparts } from "../own-parts.ts";
import { isFreed, isMade, isRemoved } from "../pieces.ts";
import { namesTaken } from "../removal.ts";
import { isRebound } from "./tie-partition.ts";
import type { Frame } from "./frame.ts";

/** Whoever stood on it is gone, or has let go. */
export function tieRemoved(frame: Frame, piece: Piece): void {
  const step = frame.removal.stepOf(piece.id);
  const node = frame.nodes.get(step ?? "");
  if (node === undefined) return;
  if (isFreed(piece, frame.pieces)) frame.require(node, [`release ${piece.before?.of ?? ""}`]);
  // What a parent gave goes when that parent is left.
  const table = frame.pieces.get(piece.before?.of ?? "");
  const isAlone = node.id === `drop ${piece.id}`;
  if (table?.fate === "alter" && !isRebound(table) && isAlone) frame.require(node, [`release ${table.id}`]);
  // Who leaves takes along what the parent loses.
  frame.require(node, departures(frame).get(piece.before?.of ?? "") ?? []);
  // What is a child's own besides goes after its parent's.
  const isPart = piece.before?.kind === "column" || piece.before?.facts["type"] === "check";
  if (isPart && isAlone && piece.before !== undefined)
    frame.require(
      node,
      counterparts(piece.before, frame.from).flatMap((id) => frame.removal.stepOf(id) ?? []),
    );
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

const byFrame = new WeakMap<Frame, ReadonlyMap<string, readonly string[]>>();

/** The steps in which tables leave a parent or a type, by its id. */
function departures(frame: Frame): ReadonlyMap<string, readonly string[]> {
  const known = byFrame.get(frame);
  if (known !== undefined) return known;
  const found = new Map<string, string[]>();
  for (const piece of frame.pieces.values()) {
    const { id, before, after, changed, fate } = piece;
    if (before === undefined || after === undefined || fate !== "alter" || isRebound(piece)) continue;
    if (after.kind !== "table" && after.kind !== "foreign table") continue;
    const { "of type": type, "partition of": parent } = before.facts;
    const left = [
      ...(changed.has("inherits") ? keptParents(before, after).had : []),
      ...(changed.has("partition of") && parent !== undefined ? [parent] : []),
    ].flatMap((name) => [`table ${name}`, `foreign table ${name}`]);
    if (changed.has("of type") && type !== undefined) left.push(`composite type ${type}`);
    for (const one of left) found.set(one, [...(found.get(one) ?? []), `release ${id}`]);
  }
  byFrame.set(frame, found);
  return found;
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
