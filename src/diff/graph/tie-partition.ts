/** Partitions that leave, come back with other bounds, or come to another table. */
import { aboveOf, byAttachment } from "../../schema/attach-order.ts";
import { isMoved } from "../alter/parents.ts";
import { attachedToKeys, rankOf } from "../../schema/steps.ts";
import type { Piece, Statement } from "../model.ts";
import { indexNames, isMade, isRemoved } from "../pieces.ts";
import { say } from "../say.ts";
import type { Frame } from "./frame.ts";

/** True for a partition that is to have other bounds under the same parent. */
export function isRebound({ before, after, changed, fate }: Piece): boolean {
  return (
    fate === "alter" &&
    changed.has("bound") &&
    !changed.has("partition of") &&
    before?.facts["partition of"] !== undefined &&
    after !== undefined
  );
}

/** It leaves when its parent's columns are as they should be, and all have left before one comes back or is made. */
export function tieRebound(frame: Frame): void {
  const rebound = [...frame.pieces.values()].filter(isRebound);
  if (rebound.length === 0) return;
  const siblings = new Map<string, string[]>();
  for (const { id, after } of rebound) {
    const parent = after?.facts["partition of"] ?? "";
    siblings.set(parent, [...(siblings.get(parent) ?? []), `release ${id}`]);
  }
  for (const piece of frame.pieces.values()) {
    const owner = (piece.after ?? piece.before)?.of ?? "";
    const releases = siblings.get(owner.slice(owner.indexOf(" ") + 1));
    const kind = (piece.after ?? piece.before)?.kind;
    if (releases !== undefined && owner.startsWith("table ") && (kind === "column" || kind === "constraint"))
      for (const release of releases) frame.require(frame.nodes.get(release), partSteps(frame, piece));
    const waits = siblings.get(piece.after?.facts["partition of"] ?? "");
    if (waits === undefined || (piece.after?.kind !== "table" && piece.after?.kind !== "foreign table"))
      continue;
    if (isMade(piece)) frame.require(frame.nodes.get(piece.id), waits);
    else if (piece.fate === "alter" && isMoved(piece.changed))
      frame.require(frame.nodes.get(`alter ${piece.id}`), waits);
  }
}

function partSteps(frame: Frame, piece: Piece): string[] {
  const isColumn = (piece.after ?? piece.before)?.kind === "column";
  // A key may need the partition in its new place.
  if (!isColumn && (piece.after ?? piece.before)?.facts["type"] !== "check") return [];
  const gone = isRemoved(piece) ? [frame.removal.stepOf(piece.id) ?? ""] : [];
  return [...gone, piece.id, `alter ${piece.id}`, ...(isColumn ? [`settle ${piece.id}`] : [])];
}

/** A foreign key that is made waits for what is attached to the key that it refers to. */
export function tieReferences(frame: Frame): void {
  for (const [key, parts] of attachedToKeys(frame.to))
    frame.require(
      frame.nodes.get(key),
      parts.flatMap((part) => [`alter ${part}`, `${part} attached`]),
    );
}

const attaching = /^ALTER INDEX .* ATTACH PARTITION /s;

/**
 * A table that becomes a partition has its indexes and keys before it does, and they are attached afterwards: else the server
 * makes those of its parent by itself.
 */
export function tieAttached(frame: Frame): void {
  const names = indexNames(frame.to);
  const order = byAttachment(frame.to);
  const made = [...frame.pieces.values()]
    .flatMap((piece) =>
      piece.after === undefined || !isMade(piece) ? [] : [{ id: piece.id, after: piece.after }],
    )
    .filter(({ after }) => aboveOf(after) !== undefined)
    .toSorted((one, other) => order(one.after, other.after));
  const last = new Map<string, string>();
  for (const { id, after } of made) {
    const above = aboveOf(after) ?? "";
    const table = frame.pieces.get(after.of ?? "");
    const node = frame.nodes.get(id);
    if (node === undefined || table?.fate !== "alter" || !isMoved(table.changed)) continue;
    const earlier = last.get(table.id);
    last.set(table.id, id);
    const isLate = ({ sql }: Statement): boolean => attaching.test(sql);
    const said = node.costs ?? node.statements.map((sql) => say(sql));
    const costs = node.costs?.filter((statement) => !isLate(statement));
    const parents = frame.providers(names.get(above) ?? "");
    for (const other of [...parents, `alter ${table.id}`]) node.requires.delete(other);
    frame.nodes.set(id, {
      ...node,
      statements: node.statements.filter((sql) => !attaching.test(sql)),
      ...(costs === undefined ? {} : { costs }),
    });
    const step = `${id} attached`;
    frame.add(step, after, rankOf("index") + 0.6, said.filter(isLate));
    frame.require(frame.nodes.get(step), [id, `alter ${table.id}`, ...parents]);
    frame.require(frame.nodes.get(`alter ${table.id}`), [id]);
    if (earlier !== undefined) frame.require(frame.nodes.get(id), [earlier]);
  }
}
