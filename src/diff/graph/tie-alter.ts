/** What must have happened before something changes. */
import { isRetyped } from "../retyped.ts";
import { parentColumns } from "../column-parents.ts";
import type { Piece } from "../model.ts";
import { isMade, isRemoved } from "../pieces.ts";
import { outlivesOwner } from "./add-changes.ts";
import type { Frame, Node } from "./frame.ts";
import { comesBeforeParents } from "./tie-parents.ts";

export function tieAlter(frame: Frame, piece: Piece): void {
  const { id, after, before, changed } = piece;
  if (after === undefined || before === undefined) return;
  const main = frame.nodes.get(`alter ${id}`);
  const gone = (frame.dependants.get(id) ?? []).flatMap((other) => {
    const dependant = frame.pieces.get(other);
    // What the column counted with goes after it.
    if (dependant === undefined || dependant.before?.kind === "sequence") return [];
    return isRemoved(dependant) ? (frame.removal.stepOf(other) ?? []) : [];
  });
  if (after.kind !== "column") {
    frame.require(
      main,
      frame.needed(id).flatMap((needed) => frame.providers(needed)),
    );
    if (after.kind === "sequence" && outlivesOwner(frame, piece)) {
      const column = `column ${before.facts["owned by"] ?? ""}`;
      frame.require(frame.nodes.get(frame.removal.stepOf(column) ?? ""), [`release ${id}`]);
      frame.require(main, [`release ${id}`]);
    }
    if (after.kind === "attribute" || changed.has("of type")) frame.require(main, gone);
    if (after.kind === "table" || after.kind === "foreign table") tieTable(frame, piece, main);
    return;
  }
  const settle = frame.nodes.get(`settle ${id}`);
  const isEarly = comesBeforeParents(frame, piece);
  const providers = frame
    .needed(id)
    .filter((needed) => !isEarly || needed !== after.of)
    .flatMap((needed) => frame.providers(needed).map((step) => [needed, step] as const));
  const early = changed.has("generated")
    ? providers
    : providers.filter(([needed]) =>
        /^(?:enum|domain|composite type|range|base type|collation|schema) /.test(needed),
      );
  frame.require(
    main,
    early.map(([, step]) => step),
  );
  frame.require(
    settle,
    providers.map(([, step]) => step),
  );
  // An index that goes stands in the way of a new type alone.
  const isInTheWay = isRetyped(piece) || changed.has("generated");
  frame.require(main, isInTheWay ? gone : gone.filter((step) => !step.startsWith("drop index ")));
  for (const parent of parentColumns(after, frame.to)) {
    frame.require(main, frame.providers(parent));
    // What stands on a child's column is gone before its parent's type changes.
    const above = frame.pieces.get(parent);
    if (above !== undefined && isRetyped(above)) frame.require(frame.nodes.get(`alter ${parent}`), gone);
  }
  // A new type goes on to the identity's sequence, whose bounds must fit it by then.
  if (isRetyped(piece) && before.facts["identity"] !== undefined)
    for (const other of frame.pieces.values())
      if (other.fate === "alter" && other.after?.facts["identity of"] === after.name)
        frame.require(main, [`alter ${other.id}`]);
  // The name of a sequence that was another column's is free when that one has let go.
  if (before.facts["identity"] === undefined && after.facts["identity"] !== undefined)
    for (const { before: was, after: is } of frame.pieces.values())
      if (
        is?.kind === "sequence" &&
        is.facts["identity of"] === after.name &&
        was?.facts["identity of"] !== undefined
      )
        frame.require(main, [
          `alter column ${was.facts["identity of"]}`,
          `drop column ${was.facts["identity of"]}`,
        ]);
  if (after.facts["identity"] !== undefined) {
    const sequences = [...frame.pieces.values()].filter(
      (other) => other.before?.facts["owned by"] === before.name && other.fate === "drop",
    );
    for (const sequence of sequences) frame.require(frame.nodes.get(`drop ${sequence.id}`), [`alter ${id}`]);
  } else if (before.facts["identity"] !== undefined) {
    for (const other of frame.pieces.values())
      if (other.after?.facts["owned by"] === after.name && isMade(other)) frame.require(main, [other.id]);
  }
}

/** A child fits its parent when both have their columns and checks. */
function tieTable(frame: Frame, { before, after, id }: Piece, main: Node | undefined): void {
  tiePersistence(frame, id, main);
  const [was, is] = [before, after].map(
    (table) =>
      `${table?.facts["partition of"] ?? ""} ${table?.facts["inherits"] ?? ""} ${table?.facts["bound"] ?? ""} ${table?.facts["of type"] ?? ""}`,
  );
  if (was === is) return;
  const tables = new Set([
    id,
    ...[...(frame.to.requires.get(id) ?? [])].filter((other) => /^(?:foreign )?table /.test(other)),
  ]);
  for (const piece of frame.pieces.values()) {
    if (!tables.has(piece.after?.of ?? "") || piece.id === id) continue;
    if (piece.after?.kind === "column")
      frame.require(main, [
        ...frame.providers(piece.id),
        ...(piece.fate === "alter" ? [`settle ${piece.id}`] : []),
      ]);
    if (piece.after?.kind === "constraint" && piece.after.facts["type"] === "check")
      frame.require(main, frame.providers(piece.id));
  }
}

/** What is referred to by a logged table is logged: it becomes so first, and ceases to be last. */
function tiePersistence(frame: Frame, id: string, main: Node | undefined): void {
  const table = frame.pieces.get(id);
  if (table?.changed.has("persistence") !== true) return;
  const isUnlogged = table.after?.facts["persistence"] === "unlogged";
  for (const [key, needed] of frame.to.requires) {
    const object = frame.to.objects.get(key);
    if (object?.kind !== "constraint" || object.facts["type"] !== "foreign key" || object.of === undefined)
      continue;
    const isReferring = object.of === id;
    const isReferred =
      !isReferring && [...needed].some((other) => other === id || frame.to.objects.get(other)?.of === id);
    const others = isReferring
      ? [...needed].map((other) => frame.to.objects.get(other)?.of ?? other).filter((other) => other !== id)
      : [object.of];
    if (isUnlogged ? isReferred : isReferring)
      frame.require(
        main,
        others.map((other) => `alter ${other}`),
      );
  }
}
