/** A counter that comes to a column whose table may have rows: it goes on after the highest value. */
import { parentsOf } from "../../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { ownName, tableNameOf } from "../../schema/render/reference.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { parentColumns } from "../column-parents.ts";
import type { Piece, Statement } from "../model.ts";
import { say } from "../say.ts";
import { boundsOf, endsWithin } from "./bounds.ts";

export function sequenceOf(
  column: CatalogObject,
  property: "identity of" | "owned by",
  catalog: Catalog,
): CatalogObject | undefined {
  for (const object of catalog.objects.values())
    if (object.kind === "sequence" && object.facts[property] === column.name) return object;
  return undefined;
}

/** The sequence that gives a column its value where an INSERT gives none. */
export function counterOf(column: CatalogObject, catalog: Catalog): CatalogObject | undefined {
  if (column.facts["identity"] !== undefined) return sequenceOf(column, "identity of", catalog);
  const name = /^nextval\('(.+)'::regclass\)$/s.exec(column.facts["default"] ?? "")?.[1];
  return name === undefined ? undefined : catalog.objects.get(`sequence ${name.replaceAll("''", "'")}`);
}

/** The counter that a column gets which counted with none before, or with another one; undefined where it carries on. */
function newCounter({ before, after }: Piece, from: Catalog, to: Catalog): CatalogObject | undefined {
  if (before === undefined || after === undefined || !/^(?:foreign )?table /.test(after.of ?? ""))
    return undefined;
  const sequence = counterOf(after, to);
  if (sequence === undefined || wholeType(after, to) === undefined) return undefined;
  const [was, is] = [before.facts, after.facts];
  const old = from.objects.get(sequence.id);
  if (is["identity"] !== undefined)
    return was["identity"] === undefined && sequenceOf(before, "owned by", from) === undefined
      ? sequence
      : undefined;
  if (was["default"] === is["default"]) return undefined;
  // What it counted with before bears another name by now.
  if (was["default"]?.startsWith("nextval(") === true && old?.facts["owned by"] === before.name)
    return undefined;
  // The identity's last value is carried on where the sequence is made for it.
  if (was["identity"] !== undefined && (old === undefined || old.facts["identity of"] === before.name))
    return undefined;
  // A parent's rows are its children's too.
  const isToldAbove = parentColumns(after, to).some(
    (id) =>
      to.objects.get(id)?.facts["default"] === is["default"] &&
      from.objects.get(id)?.facts["default"] !== is["default"],
  );
  return isToldAbove ? undefined : sequence;
}

/** What a column counts in, its domain's type; undefined where it is no whole number. */
function wholeType({ facts }: CatalogObject, catalog: Catalog): string | undefined {
  let { type = "" } = facts;
  for (let depth = 0; depth < 20; depth++) {
    const domain = catalog.objects.get(`domain ${type}`);
    if (domain === undefined) break;
    type = domain.facts["type"] ?? "";
  }
  const bare = type.replace(/\(.*$/, "");
  return ["smallint", "integer", "bigint", "numeric"].includes(bare) ? bare : undefined;
}

/** One that has counted further already stays where it is. Nobody can insert between the default and this: it is one transaction. */
export function goOnAfterRows(piece: Piece, from: Catalog, to: Catalog): Statement[] {
  const { after } = piece;
  const sequence = newCounter(piece, from, to);
  if (after === undefined || sequence === undefined || holdsForeign(after.of ?? "", to)) return [];
  const own = ownName(after);
  const type = wholeType(after, to) ?? "";
  const { isUp } = boundsOf(sequence);
  const end = `${isUp ? "max" : "min"}(${own})${type === "numeric" ? "::bigint" : ""}`;
  return [
    say(
      `SELECT pg_catalog.setval(${quoteLiteral(sequence.name)}, ${end}) FROM ${tableNameOf(after)}` +
        ` HAVING ${end} ${isUp ? ">=" : "<="} (SELECT last_value FROM ${sequence.name})`,
      { scans: true, hazards: endsWithin(sequence, type) ? ["DEPENDS_ON_DATA", "RUNS_OUT"] : [] },
    ),
  ];
}

/** What is said of a counter for which no rows are read. */
export function noteUnread(piece: Piece, from: Catalog, to: Catalog): string[] {
  const isUnread =
    piece.fate === "alter" &&
    piece.after?.kind === "column" &&
    newCounter(piece, from, to) !== undefined &&
    holdsForeign(piece.after.of ?? "", to);
  return isUnread
    ? [
        `${piece.id}: its counter begins at its start, since rows of foreign tables are not read; set it by hand.`,
      ]
    : [];
}

/** Rows elsewhere: a foreign table, or one below. */
function holdsForeign(table: string, catalog: Catalog): boolean {
  if (table.startsWith("foreign table ")) return true;
  for (const object of catalog.objects.values()) {
    if (object.kind !== "foreign table") continue;
    const above = parentsOf(object);
    for (let name = above.pop(); name !== undefined; name = above.pop()) {
      if (`table ${name}` === table) return true;
      const parent = catalog.objects.get(`table ${name}`);
      if (parent !== undefined) above.push(...parentsOf(parent));
    }
  }
  return false;
}
