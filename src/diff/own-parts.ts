/**
 * Columns and checks that a child has of its own besides its parent's: they stay where the parent loses them. NO INHERIT makes
 * all of them the child's own, and INHERIT leaves them so; nothing makes them the parent's alone again.
 */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { keptParents } from "./alter/parents.ts";
import type { Obstacle, Piece, Statement } from "./model.ts";
import { isMade, isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { say } from "./say.ts";

export interface OwnParts {
  /** Of checks: a constraint that is not as it is wanted is no schema that could be said to be reached. */
  readonly obstacles: readonly Obstacle[];
  readonly notes: readonly string[];
  /** To run when all else is done: then the child fits its parents. */
  readonly statements: readonly Statement[];
}

const kept = "it is its table's own besides its parent's, which ALTER cannot take away";
const shared = "ALTER cannot make it its table's own besides its parent's without others that are not to be";

export function planOwnParts(pieces: Pieces, from: Catalog, to: Catalog): OwnParts {
  const [obstacles, notes, statements]: [Obstacle[], string[], Statement[]] = [[], [], []];
  const tell = ({ id, kind, name }: CatalogObject, why: string, stays: string): void => {
    if (kind === "column") notes.push(`${id}: ${why}; ${stays}.`);
    else obstacles.push({ id, kind, name, why });
  };
  for (const [id, parts] of partsOfChildren(pieces, to)) {
    const table = to.objects.get(id);
    if (table === undefined) continue;
    const missing: CatalogObject[] = [];
    for (const { piece, after } of parts) {
      const isOwn = willBeOwn(piece, table, pieces, from, to);
      const isWanted = after.facts["inherited"] === undefined;
      if (isOwn && !isWanted) tell(after, kept, "it stays so");
      if (!isOwn && isWanted) missing.push(after);
    }
    if (missing.length === 0) continue;
    if (parts.every(({ after }) => after.facts["inherited"] === undefined)) statements.push(...rejoin(table));
    else for (const part of missing) tell(part, shared, "it stays its parent's");
  }
  return { obstacles, notes, statements };
}

function rejoin(table: CatalogObject): Statement[] {
  const parents = parentsOf(table);
  return [
    ...parents.map((parent) => say(`ALTER TABLE ${table.name} NO INHERIT ${parent}`)),
    ...parents.map((parent) => say(`ALTER TABLE ${table.name} INHERIT ${parent}`)),
  ];
}

interface Part {
  readonly piece: Piece;
  readonly after: CatalogObject;
}

/** By the ids of tables that stay and have parents: what they have in common with those. Partitions own nothing besides. */
function partsOfChildren(pieces: Pieces, to: Catalog): Map<string, Part[]> {
  const found = new Map<string, Part[]>();
  for (const piece of pieces.values()) {
    const { after } = piece;
    if (after === undefined || !["column", "constraint", "not null constraint"].includes(after.kind))
      continue;
    const table = pieces.get(after.of ?? "");
    if (table?.before === undefined || isMade(table) || table.after?.facts["inherits"] === undefined)
      continue;
    if (counterparts(after, to).length > 0)
      found.set(table.id, [...(found.get(table.id) ?? []), { piece, after }]);
  }
  return found;
}

/** The parts of its table's parents that a part is one with, by id. */
export function counterparts(part: CatalogObject, catalog: Catalog): string[] {
  const table = catalog.objects.get(part.of ?? "");
  if (table === undefined || part.facts["no inherit"] !== undefined) return [];
  if (part.kind === "constraint" && part.facts["type"] !== "check") return [];
  const own = part.name.slice(lastDot(part.name));
  return parentsOf(table)
    .map((parent) => `${part.kind} ${parent}${own}`)
    .filter((id) => catalog.objects.get(id)?.facts["no inherit"] === undefined && catalog.objects.has(id));
}

/** What it is when the statements of the plan have run. */
function willBeOwn(piece: Piece, table: CatalogObject, pieces: Pieces, from: Catalog, to: Catalog): boolean {
  const { before, after } = piece;
  const child = from.objects.get(table.id);
  if (child === undefined || after === undefined) return false;
  if (before === undefined || isRemoved(piece)) {
    // What is wanted as its own is added to the child itself, before its parent has it.
    if (after.facts["inherited"] === undefined) return true;
    const had = parentsOf(child);
    const comesDown = counterparts(after, to).some((id) => {
      const above = pieces.get(id);
      const parent = above?.after?.of ?? "";
      return above !== undefined && isMade(above) && had.some((name) => parent.endsWith(` ${name}`));
    });
    return !comesDown;
  }
  if (before.facts["inherited"] === undefined) return true;
  const left = new Set(keptParents(child, table).had);
  return counterparts(before, from).every((id) => left.has(tableOf(id, from)));
}

function tableOf(id: string, catalog: Catalog): string {
  const of = catalog.objects.get(id)?.of ?? "";
  return of.replace(/^(?:foreign )?table /, "");
}
