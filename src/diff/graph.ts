/** Steps and what must come before each: what goes, what changes, what comes. */
import type { Catalog } from "../catalog/model.ts";
import type { Surroundings } from "../schema/render/model.ts";
import { addAlter, addDrop, addSwap, addTriggerTree } from "./graph/add-changes.ts";
import { addMade } from "./graph/add-made.ts";
import { Frame } from "./graph/frame.ts";
import type { Node } from "./graph/frame.ts";
import { tieAlter } from "./graph/tie-alter.ts";
import { tieMade } from "./graph/tie-made.ts";
import { tieAttached, tieRebound, tieReferences } from "./graph/tie-partition.ts";
import { tieNames, tieRemoved } from "./graph/tie-removed.ts";
import { isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { planTriggerTrees } from "./trigger-states.ts";

export interface Graph {
  readonly nodes: Map<string, Node>;
  readonly around: Surroundings;
}

export function buildGraph(pieces: Pieces, from: Catalog, to: Catalog, forced: ReadonlySet<string>): Graph {
  const frame = new Frame(pieces, from, to, forced);
  addMade(frame);
  for (const piece of pieces.values()) {
    if (piece.fate === "alter") addAlter(frame, piece);
    if (piece.fate === "swap") addSwap(frame, piece);
    if (frame.removal.isExplicit(piece)) addDrop(frame, piece);
  }
  tieMade(frame);
  for (const piece of pieces.values()) {
    if (piece.fate === "alter") tieAlter(frame, piece);
    if (isRemoved(piece) || piece.fate === "swap") tieRemoved(frame, piece);
  }
  tieNames(frame);
  tieRebound(frame);
  tieAttached(frame);
  tieReferences(frame);
  for (const tree of planTriggerTrees(pieces, to)) addTriggerTree(frame, tree);
  return { nodes: frame.nodes, around: frame.around };
}
