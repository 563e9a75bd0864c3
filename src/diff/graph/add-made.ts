/** The steps of what is made. */
import type { CatalogObject } from "../../catalog/model.ts";
import { byAttachment } from "../../schema/attach-order.ts";
import { addShells, splitSelfViews } from "../../schema/circles.ts";
import { planSteps, rankOf } from "../../schema/steps.ts";
import type { Step } from "../../schema/steps.ts";
import { createPart } from "../create-part.ts";
import { isMade } from "../pieces.ts";
import type { Frame } from "./frame.ts";

/** The schema's own steps of what is made; parts of tables that stay get steps of their own. */
export function addMade(frame: Frame): void {
  if (![...frame.pieces.values()].some((piece) => isMade(piece) || piece.fate === "alter")) return;
  const steps = planSteps(frame.around);
  addShells(steps);
  splitSelfViews(steps, frame.around);
  for (const step of steps.values()) if (isWanted(frame, step)) frame.nodes.set(step.id, step);
  // From the top down: what a partition has early, its own partitions have early too.
  const early = new Set<string>();
  const order = byAttachment(frame.to);
  const attached = [...frame.pieces.values()]
    .flatMap((piece) =>
      piece.after?.kind === "index" && piece.after.facts["attached to"] !== undefined
        ? [{ ...piece, after: piece.after }]
        : [],
    )
    .toSorted((one, other) => order(one.after, other.after));
  for (let count = -1; count !== early.size;) {
    count = early.size;
    for (const piece of attached) indexBeforeAttaching(frame, piece, early);
  }
  for (const piece of frame.pieces.values()) {
    const { after } = piece;
    if (after === undefined || !isMade(piece) || frame.nodes.has(piece.id)) continue;
    const home = frame.homes.get(piece.id) ?? piece.id;
    if (frame.nodes.has(home)) continue;
    const costs = createPart(piece, frame.pieces, frame.to, frame.around, frame.from);
    frame.add(piece.id, after, rankOf(after.kind) + 0.1, costs);
  }
}

/** A new partition has its indexes before it is attached: else the server makes those of its parent by itself. */
function indexBeforeAttaching(
  frame: Frame,
  { id, after }: { readonly id: string; readonly after: CatalogObject },
  early: Set<string>,
): void {
  const parent = frame.pieces.get(`index ${after.facts["attached to"] ?? ""}`);
  const [index, table] = [frame.nodes.get(id), frame.nodes.get(after.of ?? "")];
  if (index === undefined || table === undefined || early.has(id)) return;
  if (parent === undefined || (isMade(parent) && !early.has(parent.id))) return;
  const at = table.statements.findIndex((sql) => sql.includes(` ATTACH PARTITION ${table.object.name} `));
  const [definition = "", ...rest] = index.statements;
  if (at < 0) return;
  early.add(id);
  const statements = [...table.statements.slice(0, at), definition, ...table.statements.slice(at)];
  const requires = new Set([...table.requires, ...[...index.requires].filter((other) => other !== table.id)]);
  frame.nodes.set(table.id, { ...table, statements, requires });
  frame.nodes.set(id, {
    ...index,
    statements: rest.filter((sql) => !/^ALTER INDEX .* ATTACH PARTITION /s.test(sql)),
  });
}

function isWanted(frame: Frame, { id, object }: Step): boolean {
  const piece = frame.pieces.get(object.id);
  if (piece === undefined) return false;
  if (id === object.id || id === `${object.id} shell`) return isMade(piece);
  const sets = (property: string): boolean => isMade(piece) || piece.changed.has(property);
  const made = (name: string | undefined): boolean => {
    if (name === undefined) return false;
    const [schema = ""] = object.path;
    return [...frame.pieces.values()].some(
      (other) =>
        isMade(other) &&
        other.after?.of === object.id &&
        other.after.path[0] === schema &&
        other.after.path.at(-1) === name,
    );
  };
  if (id.endsWith(" owned by")) {
    const column = frame.pieces.get(`column ${object.facts["owned by"] ?? ""}`);
    return sets("owned by") || sets("identity of") || (column !== undefined && isMade(column));
  }
  if (id.endsWith(" CLUSTER ON")) return sets("clustered on") || made(object.facts["clustered on"]);
  if (id.endsWith(" REPLICA IDENTITY USING INDEX"))
    return sets("replica identity") || made(object.facts["replica identity"]?.slice("index ".length));
  if (id.endsWith(" attached")) {
    const parent = frame.pieces.get(`index ${object.facts["index attached to"] ?? ""}`);
    return (
      (isMade(piece) && !isInsideMade(frame, object)) ||
      (parent !== undefined && isMade(parent)) ||
      piece.changed.has("index attached to")
    );
  }
  return isMade(piece);
}

function isInsideMade(frame: Frame, object: CatalogObject): boolean {
  const owner = frame.pieces.get(object.of ?? "");
  return owner !== undefined && isMade(owner);
}
