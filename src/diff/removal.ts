/** What goes by itself with something else, and what takes the rest away. */
import { lastDot } from "../catalog/assemble.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { parentColumns, typeAttribute } from "./column-parents.ts";
import { isViewPart } from "./columns.ts";
import type { Piece } from "./model.ts";
import { indexNames, isRemoved } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";

export interface Removal {
  /** The step that takes the object away: its own, or that of what it goes with; undefined where it stays. */
  stepOf(id: string): string | undefined;
  /** True where a statement of its own does it. */
  isExplicit(piece: Piece): boolean;
}

export function planRemoval(
  pieces: Pieces,
  from: Catalog,
  to: Catalog,
  forced: ReadonlySet<string>,
): Removal {
  const indexes = indexNames(from);
  const carriers = new Map<string, string | undefined>();
  /** The id of the object with which this one goes. */
  const carrierOf = (piece: Piece): string | undefined => {
    if (carriers.has(piece.id)) return carriers.get(piece.id);
    carriers.set(piece.id, undefined);
    const found = forced.has(piece.id) ? undefined : findCarrier(piece, pieces, from, to, indexes);
    carriers.set(piece.id, found);
    return found;
  };
  return {
    isExplicit: (piece) => isRemoved(piece) && carrierOf(piece) === undefined,
    stepOf: (id) => {
      let piece = pieces.get(id);
      for (let depth = 0; piece !== undefined && depth < 20; depth++) {
        if (piece.fate === "swap") return `drop ${piece.id}`;
        if (!isRemoved(piece)) return piece.fate === "alter" ? `alter ${piece.id}` : undefined;
        const carrier = carrierOf(piece);
        if (carrier === undefined) return `drop ${piece.id}`;
        piece = pieces.get(carrier);
      }
      return undefined;
    },
  };
}

function findCarrier(
  { before }: Piece,
  pieces: Pieces,
  from: Catalog,
  to: Catalog,
  indexes: ReadonlyMap<string, string>,
): string | undefined {
  if (before === undefined) return undefined;
  const { kind, facts, of } = before;
  const goes = (id: string | undefined): string | undefined => {
    const piece = id === undefined ? undefined : pieces.get(id);
    return piece !== undefined && isRemoved(piece) ? id : undefined;
  };
  const owner = of === undefined ? undefined : pieces.get(of);
  if (owner !== undefined && (isRemoved(owner) || owner.fate === "swap")) return owner.id;
  if (isViewPart(before)) return of;
  const word: string = kind;
  switch (word) {
    case "column":
      return facts["inherited"] === undefined
        ? goes(typeAttribute(before, from, to))
        : parentColumns(before, from).find(
            (id) => goes(id) !== undefined && staysBelow(before, id, from, to),
          );
    case "constraint":
    case "index":
    case "trigger":
    case "not null constraint":
      return inheritedFrom(before, goes, from, to, indexes);
    case "sequence":
      return sequenceCarrier(before, pieces, goes);
    case "statistics":
      return [...(from.requires.get(before.id) ?? [])].find(
        (id) => id.startsWith("table ") && goes(id) !== undefined,
      );
    case "publication table":
      return goes(`publication ${facts["publication"] ?? ""}`) ?? goes(`table ${facts["table"] ?? ""}`);
    case "publication schema":
      return goes(`publication ${facts["publication"] ?? ""}`) ?? goes(`schema ${facts["schema"] ?? ""}`);
    default:
      return undefined;
  }
}

function inheritedFrom(
  object: CatalogObject,
  goes: (id: string | undefined) => string | undefined,
  from: Catalog,
  to: Catalog,
  indexes: ReadonlyMap<string, string>,
): string | undefined {
  const { facts, kind, of = "" } = object;
  const above = facts["attached to"] ?? facts["index attached to"];
  if (above !== undefined)
    return from.objects.get(of)?.facts["partition of"] === to.objects.get(of)?.facts["partition of"]
      ? goes(indexes.get(above))
      : undefined;
  if (kind === "not null constraint") return `column ${object.name}`;
  if (facts["inherited"] === undefined) return undefined;
  const table = from.objects.get(of);
  const own = object.name.slice(lastDot(object.name));
  return table === undefined
    ? undefined
    : parentsOf(table)
        .map((parent) => `${kind} ${parent}${own}`)
        .find((id) => goes(id) !== undefined && staysBelow(object, id, from, to));
}

/** A child that leaves its parent keeps what it had from it. */
function staysBelow({ of = "" }: CatalogObject, above: string, from: Catalog, to: Catalog): boolean {
  const parent = from.objects.get(from.objects.get(above)?.of ?? "")?.name;
  const table = to.objects.get(of);
  return table === undefined || parentsOf(table).includes(parent ?? "");
}

/** A sequence goes with the column that owns it, with its table, and with the column's being an identity. */
function sequenceCarrier(
  { facts }: CatalogObject,
  pieces: Pieces,
  goes: (id: string | undefined) => string | undefined,
): string | undefined {
  const column = facts["owned by"] ?? facts["identity of"];
  if (column === undefined) return undefined;
  const table = column.slice(0, lastDot(column));
  const above = goes(`column ${column}`) ?? goes(`table ${table}`) ?? goes(`foreign table ${table}`);
  if (above !== undefined || facts["identity of"] === undefined) return above;
  return pieces.get(`column ${column}`)?.after?.facts["identity"] === undefined
    ? `column ${column}`
    : undefined;
}

/** The names that an object takes, so that another one of them must be gone before. */
export function namesTaken({ kind, path, name, facts, of = "" }: CatalogObject): string[] {
  const [schema = "", ...rest] = path;
  const own = rest.at(-1) ?? "";
  const word: string = kind;
  switch (word) {
    case "table":
    case "foreign table":
    case "view":
    case "materialized view":
    case "composite type":
      return [`relation ${schema}.${own}`, `type ${schema}.${own}`];
    case "sequence":
    case "index":
      return [`relation ${schema}.${own}`];
    case "enum":
    case "domain":
    case "range":
    case "base type":
      return [`type ${schema}.${own}`];
    case "constraint":
      return [
        `constraint ${of} ${own}`,
        ...(/^(?:primary key|unique|exclude)$/.test(facts["type"] ?? "")
          ? [`relation ${schema}.${own}`]
          : []),
      ];
    case "function":
    case "procedure":
    case "aggregate":
      return [`routine ${name}`];
    default:
      return [];
  }
}
