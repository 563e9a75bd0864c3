/** Which changed properties ALTER can set, and what becomes of an object where it cannot. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { maskPattern } from "../catalog/options.ts";
import { alterable, common, kept, swapped } from "./alterable.ts";
import { columnsOf, isViewPart } from "./columns.ts";
import { labelsOf, planLabels } from "./enum-labels.ts";
import type { Obstacle, Piece } from "./model.ts";
import { isFreed } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { isArgumentExtension } from "./routine-arguments.ts";

/** Settles the fate of an object that both sides have and that differs. */
export function judge(piece: Piece, pieces: Pieces, from: Catalog, to: Catalog): Obstacle | undefined {
  const { before, after, changed } = piece;
  if (before === undefined || after === undefined || piece.fate !== "alter") return undefined;
  const { id, kind, name } = after;
  const secret = [...changed].find((property) => maskPattern.test(after.facts[property] ?? ""));
  if (secret !== undefined)
    return { id, kind, name, why: `${secret} is secret: what is not known cannot be written` };
  if (
    kind === "extension" &&
    changed.has("version") &&
    isOlder(after.facts["version"], before.facts["version"])
  )
    return {
      id,
      kind,
      name,
      why: `it would go back from version ${before.facts["version"] ?? ""} to ${after.facts["version"] ?? ""}, and extensions bring scripts for the way forward`,
    };
  const fixed = [...changed].filter(
    (property) =>
      !common.test(property) &&
      (!alterable[kind].test(property) || (property === "access method" && to.server.major < 15)) &&
      !(property === "generated" && canSetExpression(piece, to.server.major)),
  );
  if (isViewPart(after)) return undefined;
  if (fixed.length > 0) {
    if (swapped.has(kind)) piece.fate = "swap";
    else if (kind === "attribute" || isColumnRecomputed(piece, to.server.major)) piece.fate = "replace";
    else if (kind === "column" && after.facts["generated"] === undefined && isPlainNow(before))
      return undefined;
    else if (kept.has(kind)) return { id, kind, name, why: `${fixed.join(", ")} cannot be changed by ALTER` };
    else piece.fate = "replace";
    return undefined;
  }
  if (!canAlter(before, after, withoutFreed(piece, pieces), from, to))
    piece.fate = kind === "enum" ? "swap" : "replace";
  return undefined;
}

/** By the numbers that versions are made of; what has none is told apart by nobody. */
function isOlder(version = "", than = ""): boolean {
  const [one, other] = [version, than].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  if (one === undefined || other === undefined || one.length === 0 || other.length === 0) return false;
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 ? one.length < other.length : (one[at] ?? 0) < (other[at] ?? -1);
}

/** Where the table has left its parent, what it had is attached anew. */
function withoutFreed(piece: Piece, pieces: Pieces): ReadonlySet<string> {
  if (!isFreed(piece, pieces)) return piece.changed;
  return new Set([...piece.changed].filter((property) => !/^(?:index )?attached to$/.test(property)));
}

/** A stored generated column becomes a plain one by DROP EXPRESSION. */
function isPlainNow({ facts }: CatalogObject): boolean {
  return facts["generated kind"] === "stored";
}

/** What a generated column holds is made from other columns: nothing is lost where it is computed anew. */
function isColumnRecomputed({ before, after, changed }: Piece, major: number): boolean {
  const [was, is] = [before?.facts["generated"], after?.facts["generated"]];
  if (after?.kind !== "column" || was === undefined || is === undefined) return false;
  return !(canSetExpression({ before, after, changed }, major) && changed.size > 0);
}

/** SET EXPRESSION came with 17. */
function canSetExpression(
  { before, after, changed }: Pick<Piece, "before" | "after" | "changed">,
  major: number,
): boolean {
  return (
    major >= 17 &&
    before?.facts["generated"] !== undefined &&
    after?.facts["generated"] !== undefined &&
    !changed.has("generated kind")
  );
}

function canAlter(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
  from: Catalog,
  to: Catalog,
): boolean {
  const { kind } = after;
  const sets = (property: string): boolean => changed.has(property);
  const has = (property: string): boolean => after.facts[property] !== undefined;
  const word: string = kind;
  switch (word) {
    case "view":
      return !sets("query") || isExtension(before, after, from, to);
    case "extension":
      // Some keep their schema: those are made anew where nothing stands on them.
      return !(sets("schema") && before.written?.["place"] === "fixed");
    case "enum":
      return planLabels(labelsOf(before), labelsOf(after)) !== undefined;
    case "function":
    case "procedure":
      return (!sets("arguments") || isArgumentExtension(before, after)) && !(sets("language") && isC(after));
    case "trigger":
      return !sets("definition") || (isPlainTrigger(before) && isPlainTrigger(after));
    case "policy":
      return (!sets("using") || has("using")) && (!sets("with check") || has("with check"));
    case "index":
      return (
        (!sets("attached to") || before.facts["attached to"] === undefined) &&
        !(sets("invalid") && !isPartitioned(after, to))
      );
    case "constraint":
      return canAlterConstraint(before, after, changed, to);
    case "foreign table":
      return true;
    default:
      return true;
  }
}

function isC({ facts }: CatalogObject): boolean {
  return facts["language"] === "c" && facts["library"] === undefined;
}

/** An index of a partitioned table becomes valid when its last partition has one. */
function isPartitioned(object: CatalogObject, catalog: Catalog): boolean {
  return catalog.objects.get(object.of ?? "")?.facts["partition key"] !== undefined;
}

function isPlainTrigger({ facts }: CatalogObject): boolean {
  return facts["definition"]?.startsWith("CREATE TRIGGER ") === true;
}

function canAlterConstraint(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
  to: Catalog,
): boolean {
  const isForeign = after.facts["type"] === "foreign key";
  if (changed.has("not valid") && after.facts["not valid"] !== undefined) return false;
  if ((changed.has("deferrable") || changed.has("initially deferred")) && !isForeign) return false;
  if (changed.has("not enforced") && !(isForeign && to.server.major >= 18)) return false;
  if (changed.has("index attached to") && before.facts["index attached to"] !== undefined) return false;
  // What a parent gave stays when the parent lets go; what is the table's own becomes inherited with the parent.
  return !changed.has("invalid") || isPartitioned(after, to);
}

/** CREATE OR REPLACE VIEW may add columns at the end, and nothing else. */
function isExtension(before: CatalogObject, after: CatalogObject, from: Catalog, to: Catalog): boolean {
  const [had, has] = [columnsOf(before, from), columnsOf(after, to)];
  return (
    had.length <= has.length &&
    had.every((column, index) => {
      const other = has[index];
      return (
        other?.id === column.id &&
        other.facts["type"] === column.facts["type"] &&
        other.facts["collation"] === column.facts["collation"]
      );
    })
  );
}
