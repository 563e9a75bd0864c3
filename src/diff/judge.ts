/** Which changed properties ALTER can set, and what becomes of an object where it cannot. */
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import { splitList } from "../catalog/expressions.ts";
import { maskPattern } from "../catalog/options.ts";
import type { Obstacle, Piece } from "./model.ts";
import { isFreed } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";

/** What every object may have, and what can always be set. */
const common = /^(?:comment|owner|grants to .*|security label .*|depends on extension)$/;

const alterable: Readonly<Record<Kind, RegExp>> = {
  database: /^/,
  setting: /^value$/,
  schema: /^$/,
  extension: /^(?:schema|version)$/,
  language: /^(?:trusted|handler|inline|validator)$/,
  "access method": /^$/,
  collation: /^$/,
  conversion: /^$/,
  enum: /^labels$/,
  domain: /^(?:default|not null)$/,
  "composite type": /^$/,
  attribute: /^$/,
  range: /^$/,
  "base type": /^(?:receive|send|typmod in|typmod out|analyze|subscript|storage)$/,
  function:
    /^(?:body|sql body|library|language|volatility|strict|security definer|leakproof|parallel|cost|rows|support|setting .*|definition|arguments|library)$/,
  procedure: /^(?:body|sql body|library|language|security definer|setting .*|definition|arguments)$/,
  aggregate: /^(?!arguments$|returns$|aggregate kind$)/,
  operator: /^(?:restrict|join)$/,
  "operator family": /^members$/,
  "operator class": /^$/,
  cast: /^$/,
  transform: /^(?:from sql|to sql)$/,
  "text search parser": /^$/,
  "text search template": /^$/,
  "text search dictionary": /^options$/,
  "text search configuration": /^mappings$/,
  "foreign data wrapper": /^(?:handler|validator|foreign option .*)$/,
  server: /^(?:version|foreign option .*)$/,
  "user mapping": /^foreign option .*$/,
  table:
    /^(?:option .*|toast option .*|persistence|access method|tablespace|partition of|bound|inherits|of type|row security|force row security|replica identity|clustered on)$/,
  "foreign table": /^(?:foreign option .*|partition of|bound|inherits|row security|force row security)$/,
  column:
    /^(?:type|collation|default|not null|identity|storage|compression|statistics|option .*|foreign option .*|inherited)$/,
  sequence: /^/,
  constraint:
    /^(?:deferrable|initially deferred|not valid|not enforced|triggers|index option .*|index tablespace|index attached to|index comment|inherited|invalid)$/,
  "not null constraint": /^inherited$/,
  index: /^(?:option .*|tablespace|statistics|attached to|invalid)$/,
  view: /^(?:option .*|query)$/,
  "materialized view": /^(?:option .*|toast option .*|access method|tablespace|clustered on|unpopulated)$/,
  rule: /^(?:enabled|definition)$/,
  trigger: /^(?:enabled|definition|inherited)$/,
  policy: /^(?:roles|using|with check)$/,
  statistics: /^target$/,
  "event trigger": /^enabled$/,
  publication: /^(?:publish|via partition root|generated columns)$/,
  "publication table": /^$/,
  "publication schema": /^$/,
  subscription: /^/,
  "default privileges": /^/,
  "system object": /^/,
};

/** Types that columns may be of. */
const swapped: ReadonlySet<Kind> = new Set<Kind>(["enum", "domain", "composite type", "range", "collation"]);
/** What holds rows or counts is never made anew. */
const kept: ReadonlySet<Kind> = new Set<Kind>(["table", "column", "sequence", "schema", "database"]);

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

export function isViewPart({ kind, of = "" }: CatalogObject): boolean {
  return kind === "column" && /^(?:view|materialized view) /.test(of);
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

const columnLists = new WeakMap<Catalog, Map<string, CatalogObject[]>>();

/** The columns of a table, view or type, in order. */
export function columnsOf({ id }: Pick<CatalogObject, "id">, catalog: Catalog): readonly CatalogObject[] {
  let lists = columnLists.get(catalog);
  if (lists === undefined) {
    lists = new Map();
    for (const object of catalog.objects.values()) {
      if ((object.kind !== "column" && object.kind !== "attribute") || object.of === undefined) continue;
      const list = lists.get(object.of);
      if (list === undefined) lists.set(object.of, [object]);
      else list.push(object);
    }
    columnLists.set(catalog, lists);
  }
  return lists.get(id) ?? [];
}

export function labelsOf({ facts }: CatalogObject): string[] {
  const list = facts["labels"] ?? "";
  return list === "" ? [] : splitList(list);
}

export interface LabelStep {
  readonly kind: "add" | "rename";
  readonly label: string;
  /** The label before which the new one comes, or that is renamed. */
  readonly at: string | undefined;
  readonly side?: "BEFORE" | "AFTER";
}

/** How ALTER TYPE gets from one list of labels to the other; undefined where labels go or change places. */
export function planLabels(had: readonly string[], wanted: readonly string[]): LabelStep[] | undefined {
  const gone = had.filter((label) => !wanted.includes(label));
  const fresh = wanted.filter((label) => !had.includes(label));
  const steps: LabelStep[] = [];
  let list = [...had];
  if (gone.length > 0) {
    // As many labels, each in its place: they were renamed.
    const isRenamed =
      had.length === wanted.length &&
      had.every(
        (label, at) => label === wanted[at] || (gone.includes(label) && fresh.includes(wanted[at] ?? "")),
      );
    if (!isRenamed) return undefined;
    for (const [at, label] of had.entries()) {
      const name = wanted[at] ?? label;
      if (name !== label) steps.push({ kind: "rename", label: name, at: label });
    }
    return steps;
  }
  for (const [at, label] of wanted.entries()) {
    if (list[at] === label) continue;
    if (list.includes(label)) return undefined;
    const next = list[at];
    steps.push(
      next === undefined
        ? { kind: "add", label, at: undefined }
        : { kind: "add", label, at: next, side: "BEFORE" },
    );
    list = [...list.slice(0, at), label, ...list.slice(at)];
  }
  return steps;
}

/**
 * CREATE OR REPLACE FUNCTION may name what had no name and add defaults; it may not rename an argument, change a mode or take a
 * default away.
 */
function isArgumentExtension(before: CatalogObject, after: CatalogObject): boolean {
  if (after.facts["returns"] !== before.facts["returns"]) return false;
  const [had, has] = [argumentsOf(before), argumentsOf(after)];
  return (
    had.length === has.length &&
    had.every((argument, at) => {
      const other = has[at];
      if (other === undefined) return false;
      if (argument.hasDefault && !other.hasDefault) return false;
      if (other.head === argument.head) return true;
      return !mode.test(argument.head) && !mode.test(other.head) && other.head.endsWith(` ${argument.head}`);
    })
  );
}

/** IN is not written. What comes out has its name in the row that the function returns. */
const mode = /^(?:INOUT|OUT|VARIADIC) /;

function argumentsOf({ facts }: CatalogObject): { readonly head: string; readonly hasDefault: boolean }[] {
  const list = facts["arguments"] ?? "";
  if (list === "") return [];
  return splitList(list).map((text) => {
    const at = text.indexOf(" DEFAULT ");
    return { head: at < 0 ? text : text.slice(0, at), hasDefault: at >= 0 };
  });
}
