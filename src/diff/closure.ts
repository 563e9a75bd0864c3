/** What follows from what is replaced: whoever stands on it is made anew too, or lets go and takes hold again. */
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import { maskPattern } from "../catalog/options.ts";
import { lookAtAttributes } from "./attributes.ts";
import { isViewPart } from "./columns.ts";
import { judge } from "./judge.ts";
import type { Obstacle, Piece } from "./model.ts";
import { dependantsOf, indexNames, isFreed, isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { followColumn, isOfType, isPartitionColumn, isRetyped, letsGoOfRetyped } from "./retyped.ts";

const types: ReadonlySet<Kind> = new Set<Kind>([
  "enum",
  "domain",
  "composite type",
  "range",
  "base type",
  "collation",
]);

/** Made anew with nothing lost. */
const replaceable: ReadonlySet<Kind> = new Set<Kind>([
  "view",
  "materialized view",
  "rule",
  "trigger",
  "policy",
  "statistics",
  "publication table",
  "index",
  "constraint",
  "aggregate",
  "function",
  "procedure",
  "operator",
  "operator class",
  "operator family",
  "cast",
  "transform",
  "event trigger",
  "conversion",
  "text search parser",
  "text search template",
  "text search dictionary",
  "text search configuration",
  "user mapping",
  "server",
  "foreign table",
  "language",
  "access method",
]);

/** Settles every fate. Gives what stands in the way. */
export function settleFates(pieces: Pieces, from: Catalog, to: Catalog): Obstacle[] {
  const obstacles: Obstacle[] = [];
  for (const piece of pieces.values()) {
    const obstacle = judge(piece, pieces, from, to) ?? judgeSubscription(piece);
    if (obstacle !== undefined) obstacles.push(obstacle);
  }
  for (const piece of pieces.values()) lookAtAttributes(piece, pieces, from, to);
  for (const { id, fate } of pieces.values()) {
    // A NOT NULL with a property of its own (18) is its column's.
    const column = id.startsWith("not null constraint ")
      ? pieces.get(`column ${id.slice("not null constraint ".length)}`)
      : undefined;
    if (fate !== "same" && column?.fate === "same") column.fate = "alter";
  }
  const dependants = dependantsOf(from.requires);
  for (const piece of pieces.values()) {
    // A type that no column is of is simply made anew.
    if (
      piece.fate === "swap" &&
      !(dependants.get(piece.id) ?? []).some((id) => holdsValues(from.objects.get(id)))
    )
      piece.fate = "replace";
  }
  for (const piece of pieces.values()) {
    // What counted for an identity goes with it, also where another column's bears its name.
    const column = pieces.get(`column ${piece.before?.facts["identity of"] ?? ""}`);
    if (piece.fate === "alter" && column !== undefined && isRemoved(column)) piece.fate = "replace";
  }
  for (const piece of pieces.values()) {
    // A counter that becomes an identity's is made anew for it: whoever counts with it lets go.
    if (piece.after?.facts["identity of"] === undefined || piece.before?.facts["identity of"] !== undefined)
      continue;
    for (const id of dependants.get(piece.id) ?? []) {
      const column = pieces.get(id);
      if (column?.before?.kind === "column" && column.fate === "alter") column.needs.add("redefault");
    }
  }
  const indexes = indexNames(from);
  const parts = partsOf(from);
  const waiting = [...pieces.values()].filter((piece) => unsettles(piece));
  const seen = new Set<string>();
  const push = (piece: Piece): void => {
    waiting.push(piece);
  };
  for (let cause = waiting.pop(); cause !== undefined; cause = waiting.pop()) {
    const mark = `${cause.id} ${cause.fate} ${[...cause.needs].join()}`;
    if (seen.has(mark)) continue;
    seen.add(mark);
    if (cause.fate === "replace") {
      for (const id of parts.get(cause.id) ?? []) {
        const part = pieces.get(id);
        if (part !== undefined && part.fate !== "drop" && part.after !== undefined) remake(part, push);
      }
    }
    for (const id of dependants.get(cause.id) ?? []) {
      const piece = pieces.get(id);
      if (piece === undefined || isRemoved(piece) || piece.before === undefined || piece.after === undefined)
        continue;
      const obstacle = unsettle(piece, cause, pieces, push, from);
      if (obstacle !== undefined) obstacles.push(obstacle);
    }
    // What is attached cannot go without what it is attached to, unless its table goes.
    const above = pieces.get(indexes.get(attachedTo(cause) ?? "") ?? "");
    const table = pieces.get(cause.before?.of ?? "");
    if (
      !isFreed(cause, pieces) &&
      !(table !== undefined && isRemoved(table)) &&
      cause.fate !== "swap" &&
      above !== undefined &&
      !isRemoved(above) &&
      above.after !== undefined
    )
      remake(above, push);
    if (cause.before?.kind === "column" && isRetyped(cause)) followColumn(cause, from, obstacles);
  }
  return obstacles;
}

/** A subscription cannot be made without where it connects to. */
function judgeSubscription({ before, after }: Piece): Obstacle | undefined {
  if (before !== undefined || after?.kind !== "subscription") return undefined;
  const { id, kind, name, facts } = after;
  const { connection } = facts;
  if (connection === undefined)
    return { id, kind, name, why: "where it connects to could not be read (only a superuser may read it)" };
  return maskPattern.test(connection)
    ? { id, kind, name, why: "where it connects to holds a secret: what is not known cannot be written" }
    : undefined;
}

function partsOf(catalog: Catalog): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const { id, of } of catalog.objects.values())
    if (of !== undefined) parts.set(of, [...(parts.get(of) ?? []), id]);
  return parts;
}

/** True where those who stand on it must let go meanwhile. */
function unsettles(piece: Piece): boolean {
  return isRemoved(piece) || piece.fate === "swap" || isRetyped(piece);
}

function remake(piece: Piece, push: (piece: Piece) => void): void {
  piece.fate = "replace";
  push(piece);
}

function unsettle(
  piece: Piece,
  cause: Piece,
  pieces: Pieces,
  push: (piece: Piece) => void,
  from: Catalog,
): Obstacle | undefined {
  const { before } = piece;
  if (before === undefined || cause.before === undefined) return undefined;
  const { kind, name, facts } = before;
  const owner = before.of === undefined ? undefined : pieces.get(before.of);
  if (owner !== undefined && isRemoved(owner)) return undefined;
  if (isRetyped(cause) && !letsGoOfRetyped(piece, cause)) return undefined;
  if (isFreed(piece, pieces) && (cause.before.kind === "index" || cause.before.kind === "constraint"))
    return undefined;
  if (kind === "column") {
    if (isViewPart(before)) {
      if (owner !== undefined) remake(owner, push);
      return undefined;
    }
    if (types.has(cause.before.kind) && isOfType(before, cause.before)) {
      if (isPartitionColumn(before, from))
        return {
          id: cause.id,
          kind,
          name,
          why: `its table is partitioned by it, and ${cause.before.kind} ${cause.before.name} must be made anew`,
        };
      piece.needs.add("retype");
      piece.fate = "alter";
      push(piece);
    }
    if (facts["generated"] !== undefined) remake(piece, push);
    else if (facts["default"] !== undefined) {
      piece.needs.add("redefault");
      if (piece.fate === "same") piece.fate = "alter";
    }
    return undefined;
  }
  if (kind === "attribute") {
    if (owner !== undefined && owner.fate !== "swap") {
      owner.fate = "swap";
      push(owner);
    }
    return undefined;
  }
  if (kind === "domain" || kind === "range" || kind === "composite type") {
    if (kind === "domain" && !types.has(cause.before.kind)) {
      piece.needs.add("redefault");
      if (piece.fate === "same") piece.fate = "alter";
      return undefined;
    }
    if (piece.fate === "swap") return undefined;
    piece.fate = "swap";
    push(piece);
    return undefined;
  }
  if (kind === "constraint" && before.of?.startsWith("domain ") === true && owner?.fate === "swap")
    return undefined;
  if (kind === "base type")
    return cause.before.kind === "function"
      ? undefined
      : {
          id: cause.id,
          kind,
          name,
          why: `it stands on ${cause.before.kind} ${cause.before.name}, which must be made anew`,
        };
  if (kind === "table" && cause.fate !== "drop" && cause.before.kind !== "column")
    return {
      id: cause.id,
      kind,
      name,
      why: `it stands on ${cause.before.kind} ${cause.before.name}, which must be made anew`,
    };
  if (replaceable.has(kind)) remake(piece, push);
  return undefined;
}

/** True for what has values of a type, or is made of it. */
function holdsValues(object: CatalogObject | undefined): boolean {
  if (object === undefined) return false;
  if (object.kind === "column") return !isViewPart(object);
  return ["attribute", "domain", "range", "composite type", "base type", "table", "foreign table"].includes(
    object.kind,
  );
}

function attachedTo({ before, fate }: Piece): string | undefined {
  if (before === undefined || (fate !== "drop" && fate !== "replace")) return undefined;
  return before.facts["attached to"] ?? before.facts["index attached to"];
}
