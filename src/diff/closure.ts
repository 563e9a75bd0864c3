/** What follows from what is replaced: whoever stands on it is made anew too, or lets go and takes hold again. */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import { maskPattern } from "../catalog/options.ts";
import { escapePattern } from "../kernel/pattern.ts";
import { columnsOf, isViewPart, judge } from "./judge.ts";
import type { Obstacle, Piece } from "./model.ts";
import { dependantsOf, indexNames, isFreed, isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";

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

/** True for a column whose values get another type. */
export function isRetyped({ before, after, changed, needs, fate }: Piece): boolean {
  if (before?.kind !== "column" || after === undefined || fate !== "alter" || isViewPart(before))
    return false;
  return changed.has("type") || changed.has("collation") || needs.has("retype");
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

/** Indexes, statistics and constraints follow a column's new type by themselves. */
function letsGoOfRetyped({ before }: Piece, cause: Piece): boolean {
  if (before === undefined) return false;
  if (before.kind === "column") return before.facts["generated"] !== undefined && before.id !== cause.id;
  if (before.kind === "constraint") return before.facts["type"] === "foreign key" && !isSameFamily(cause);
  if (before.kind === "publication table") return before.facts["where"] !== undefined;
  return !["index", "statistics", "sequence", "table", "not null constraint"].includes(before.kind);
}

/** True where only the length or precision changes. */
function isSameFamily({ before, after, needs }: Piece): boolean {
  const base = (object: CatalogObject | undefined): string =>
    (object?.facts["type"] ?? "").replaceAll(/\(\d+(?:,\d+)?\)/g, "");
  return (
    base(before) === base(after) &&
    !needs.has("retype") &&
    before?.facts["collation"] === after?.facts["collation"]
  );
}

function isOfType({ facts }: CatalogObject, type: CatalogObject): boolean {
  if (type.kind === "collation") return facts["collation"] === type.name;
  const base = (facts["type"] ?? "").replace(/\[\]$/, "").replace(/\([^)]*\)$/, "");
  return base === type.name || base === type.facts["multirange type"];
}

export function isPartitionColumn({ path, of }: CatalogObject, catalog: Catalog): boolean {
  const key = catalog.objects.get(of ?? "")?.facts["partition key"];
  if (key === undefined) return false;
  const name = path.at(-1) ?? "";
  return new RegExp(`(?:^|[^\\w"])"?${escapePattern(name)}"?(?:$|[^\\w"])`).test(key);
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

/** What partitions a table keeps its type. */
function followColumn(cause: Piece, from: Catalog, obstacles: Obstacle[]): void {
  const { before } = cause;
  if (before === undefined) return;
  if (isPartitionColumn(before, from) && !isSameFamily(cause))
    obstacles.push({
      id: cause.id,
      kind: before.kind,
      name: before.name,
      why: "its table is partitioned by it, so its type cannot be changed",
    });
}

/** Attributes of a composite type: added at the end, dropped, or the whole type swapped. */
function lookAtAttributes(piece: Piece, pieces: Pieces, from: Catalog, to: Catalog): void {
  if (piece.before?.kind !== "composite type" || piece.after === undefined || piece.fate === "swap") return;
  const had = columnsOf(piece.before, from);
  const wanted = columnsOf(piece.after, to).map(({ id }) => id);
  const kept = had.map(({ id }) => id).filter((id) => wanted.includes(id));
  const isInOrder = kept.every((id, at) => wanted[at] === id);
  const isUsed = (from.requires.size === 0 ? [] : [...from.requires]).some(
    ([id, needed]) => id.startsWith("column ") && needed.has(piece.id),
  );
  const isChanged = had.some(({ id }) => pieces.get(id)?.fate === "replace");
  if (!isInOrder || (isChanged && isUsed)) {
    piece.fate = "swap";
    for (const { id } of had) restore(pieces.get(id));
  } else {
    // ALTER ATTRIBUTE does it where no column is of the type.
    for (const { id } of had) restore(pieces.get(id));
  }
}

function restore(piece: Piece | undefined): void {
  if (piece?.fate === "replace") piece.fate = "alter";
}

/** The columns of its table's parents that a column is one with, by id. */
export function parentColumns(column: CatalogObject, catalog: Catalog): string[] {
  const table = catalog.objects.get(column.of ?? "");
  if (table === undefined) return [];
  const own = column.name.slice(lastDot(column.name));
  return parentsOf(table)
    .map((parent) => `column ${parent}${own}`)
    .filter((id) => catalog.objects.has(id));
}

/** The attribute that a column of a typed table is one with, by id. */
export function typeAttribute(column: CatalogObject, from: Catalog, to: Catalog): string | undefined {
  const type = from.objects.get(column.of ?? "")?.facts["of type"];
  if (type === undefined || to.objects.get(column.of ?? "")?.facts["of type"] !== type) return undefined;
  return `attribute ${type}${column.name.slice(lastDot(column.name))}`;
}
