import type { CatalogObject } from "../../catalog/model.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";

/** Every bound that differs, in one statement: they must fit each other at once. What was counted stays. */
export function alterSequence(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
): Statement[] {
  const { facts, name } = after;
  const sets = (property: string): boolean => changed.has(property);
  const retyped = sets("type");
  const parts = [
    ...(retyped ? [`AS ${facts["type"] ?? "bigint"}`] : []),
    ...(sets("increment") ? [`INCREMENT BY ${facts["increment"] ?? "1"}`] : []),
    ...(sets("min value") || retyped ? [`MINVALUE ${facts["min value"] ?? "1"}`] : []),
    ...(sets("max value") || retyped ? [`MAXVALUE ${facts["max value"] ?? ""}`] : []),
    ...(sets("start") ? [`START WITH ${facts["start"] ?? "1"}`] : []),
    ...(sets("cache") ? [`CACHE ${facts["cache"] ?? "1"}`] : []),
    ...(sets("cycle") ? [facts["cycle"] === undefined ? "NO CYCLE" : "CYCLE"] : []),
  ];
  return [
    ...(sets("min value") || sets("max value") ? moveInside(before, after) : []),
    ...(parts.length === 0 ? [] : [say(`ALTER SEQUENCE ${name} ${parts.join(" ")}`)]),
    ...(sets("owned by") && facts["owned by"] === undefined && facts["identity of"] === undefined
      ? [say(`ALTER SEQUENCE ${name} OWNED BY NONE`)]
      : []),
    ...(sets("persistence")
      ? [say(`ALTER SEQUENCE ${name} SET ${facts["persistence"] === "unlogged" ? "UNLOGGED" : "LOGGED"}`)]
      : []),
  ];
}

/** A counter that stands outside of its new bounds begins at the bound from which it counts. */
function moveInside(before: CatalogObject, after: CatalogObject): Statement[] {
  const isUp = !(after.facts["increment"] ?? "1").startsWith("-");
  const property = isUp ? "min value" : "max value";
  const [was, is] = [BigInt(before.facts[property] ?? "1"), BigInt(after.facts[property] ?? "1")];
  if (isUp ? is <= was : is >= was) return [];
  const name = `'${after.name.replaceAll("'", "''")}'`;
  return [
    say(
      `SELECT pg_catalog.setval(${name}, ${is}, false) FROM ${after.name} WHERE last_value ${isUp ? "<" : ">"} ${is}`,
    ),
  ];
}
