/** What must be there before something is made. */
import { parentsOf } from "../../catalog/inherit.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { parentColumns, typeAttribute } from "../column-parents.ts";
import type { Piece } from "../model.ts";
import { isMade, isRemoved } from "../pieces.ts";
import type { Frame, Node } from "./frame.ts";
import { comesBeforeParents } from "./tie-parents.ts";

export function tieMade(frame: Frame): void {
  const altered = columnSteps(frame);
  for (const [id, home] of frame.homes) {
    const piece = frame.pieces.get(id);
    const node = frame.nodes.get(frame.nodes.has(id) && !id.startsWith("alter ") ? id : home);
    if (node === undefined || piece === undefined) continue;
    const isShelled = frame.nodes.has(`${node.id} shell`);
    for (const needed of frame.needed(id)) {
      if (needed === piece.after?.of && comesBeforeParents(frame, piece)) {
        frame.require(node, [`release ${needed}`]);
        continue;
      }
      for (const provider of frame.providers(needed)) {
        // A shell stands for its type where functions of the type need it.
        const shell = `${provider} shell`;
        const takesShell = frame.nodes.has(shell) && needsBack(frame, provider, node.id);
        if (isShelled && frame.nodes.get(provider)?.requires.has(`${node.id} shell`) === true) {
          node.requires.add(provider);
          continue;
        }
        frame.require(node, [takesShell ? shell : provider]);
      }
    }
    if (isRemoved(piece)) {
      const step = frame.removal.stepOf(id);
      if (step !== undefined) frame.require(node, [step]);
    }
    if (home !== id) continue;
    for (const parent of parentColumns(piece.after ?? nobody, frame.to))
      frame.require(node, frame.providers(parent));
    tieNewChild(frame, piece, node, altered);
    if (piece.after?.kind === "column")
      frame.require(node, frame.providers(typeAttribute(piece.after, frame.from, frame.to) ?? ""));
  }
  for (const node of frame.nodes.values()) {
    if (!/ (?:owned by|CLUSTER ON|REPLICA IDENTITY USING INDEX|attached)$/.test(node.id)) continue;
    const { facts } = node.object;
    frame.require(node, [
      `alter ${node.object.id}`,
      `alter column ${facts["owned by"] ?? ""}`,
      `column ${facts["owned by"] ?? ""}`,
    ]);
  }
}

/** A new child fits its parents when their columns are as they should be. */
function tieNewChild(
  frame: Frame,
  { fate, after }: Piece,
  node: Node,
  altered: ReadonlyMap<string, readonly string[]>,
): void {
  if (fate !== "create" || after === undefined) return;
  const parents = new Set(parentsOf(after).flatMap((name) => [`table ${name}`, `foreign table ${name}`]));
  if (parents.size === 0) return;
  for (const parent of parents) frame.require(node, altered.get(parent) ?? []);
}

function needsBack(frame: Frame, type: string, routine: string): boolean {
  return [...(frame.to.requires.get(type) ?? [])].includes(routine);
}

/** What happens to the columns of tables that stay, by the ids of the tables. */
function columnSteps(frame: Frame): Map<string, string[]> {
  const steps = new Map<string, string[]>();
  for (const piece of frame.pieces.values()) {
    const { id, fate, after, before } = piece;
    const table = (after ?? before)?.of;
    if (fate === "same" || (after ?? before)?.kind !== "column" || table === undefined) continue;
    const gone = isRemoved(piece) ? [frame.removal.stepOf(id) ?? ""] : [];
    steps.set(table, [
      ...(steps.get(table) ?? []),
      ...gone,
      ...(isMade(piece) ? [id] : [`alter ${id}`, `settle ${id}`]),
    ]);
  }
  return steps;
}

const nobody: CatalogObject = { id: "", kind: "table", name: "", path: [], facts: {} };
