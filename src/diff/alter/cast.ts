/** How the values of a column come into its new type. */
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { ownName } from "../../schema/render/reference.ts";
import { columnsOf } from "../columns.ts";

/** Undefined where the server finds the way by itself. `isSwapped`: the type keeps its name and is another one. */
export function castFor(
  before: CatalogObject,
  after: CatalogObject,
  isSwapped: boolean,
  from: Catalog,
  to: Catalog,
): string | undefined {
  const [was, is] = [before.facts["type"] ?? "", after.facts["type"] ?? ""];
  const own = ownName(after);
  if (!isSwapped) return was === is || isImplicit(was, is) ? undefined : castThrough(own, was, is);
  if (after.facts["collation"] !== before.facts["collation"] && was === is) return undefined;
  const array = is.endsWith("[]") ? "[]" : "";
  const base = array === "" ? is : is.slice(0, -2);
  const composite = to.objects.get(`composite type ${base}`);
  if (composite !== undefined && array === "") return rowCast(own, composite, from, to);
  const domain = to.objects.get(`domain ${base}`);
  if (domain !== undefined) {
    // A type of users' own may be another one by now: through its text.
    const under = domain.facts["type"] ?? "";
    const through = under.includes(".") ? `::text${array}` : "";
    return `${own}${through}::${under}${array}::${is}`;
  }
  if (
    !to.objects.has(`enum ${base}`) &&
    !to.objects.has(`range ${base}`) &&
    composite === undefined &&
    was === is
  )
    return undefined;
  return `${own}::text${array}::${is}`;
}

/** Attributes go by name, wherever they stand now. */
function rowCast(column: string, type: CatalogObject, from: Catalog, to: Catalog): string {
  const fields = columnsOf(type, to).map((attribute) =>
    from.objects.has(attribute.id)
      ? `(${column}).${ownName(attribute)}::${attribute.facts["type"] ?? ""}`
      : `NULL::${attribute.facts["type"] ?? ""}`,
  );
  return `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(${fields.join(", ")})::${type.name} END`;
}

const numbers = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const texts = ["character varying", "text", "character"];
const times = ["date", "timestamp without time zone", "timestamp with time zone"];

function bareType(type: string): string {
  return type.replaceAll(/\(\d+(?:,\d+)?\)/g, "");
}

/** Casts by assignment that need no USING. */
function isImplicit(was: string, is: string): boolean {
  const [a = "", b = ""] = [was, is].map(bareType);
  if (a === b) return true;
  for (const group of [numbers, texts, times]) if (group.includes(a) && group.includes(b)) return true;
  return texts.includes(b) && !a.endsWith("[]");
}

/** Seconds since 1970, as `to_timestamp` counts: there is no other number that the server makes of a time. */
export function countsSeconds(was: string, is: string): boolean {
  const [a = "", b = ""] = [was, is].map(bareType);
  return (numbers.includes(a) && times.includes(b)) || (times.includes(a) && numbers.includes(b));
}

function castThrough(own: string, was: string, is: string): string {
  const [a = "", b = ""] = [was, is].map(bareType);
  if (countsSeconds(was, is)) {
    if (numbers.includes(a))
      return b === times[2] ? `to_timestamp(${own})` : `(to_timestamp(${own}) AT TIME ZONE 'UTC')::${is}`;
    return `extract(epoch FROM ${own})::${is}`;
  }
  // One value becomes a list of one.
  if (is.endsWith("[]") && !was.endsWith("[]") && !texts.includes(a))
    return `CASE WHEN ${own} IS NOT NULL THEN ARRAY[${own}]::${is} END`;
  const viaText = !texts.includes(was.replaceAll(/\(\d+\)/g, "")) && !isDirect(was, is);
  return viaText ? `${own}::text::${is}` : `${own}::${is}`;
}

/** Casts that the server has, by CAST alone. */
function isDirect(was: string, is: string): boolean {
  const [a = "", b = ""] = [was, is].map(bareType);
  if (a.endsWith("[]") && b.endsWith("[]")) return true;
  const direct = new Set([
    "money numeric",
    "numeric money",
    "integer money",
    "bigint money",
    "bit integer",
    "bit bigint",
    "integer bit",
    "bigint bit",
    "integer boolean",
    "boolean integer",
    "jsonb json",
    "json jsonb",
    "interval time without time zone",
    "timestamp without time zone time without time zone",
    "timestamp with time zone time without time zone",
  ]);
  return direct.has(`${a} ${b}`);
}
