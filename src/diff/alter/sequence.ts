import type { CatalogObject } from "../../catalog/model.ts";
import type { Statement } from "../model.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { say } from "../say.ts";
import { boundsOf, runsOut } from "./bounds.ts";

/** Every bound that differs, in one statement: they must fit each other at once. What was counted stays. */
export function alterSequence(
  before: CatalogObject,
  after: CatalogObject,
  changed: ReadonlySet<string>,
): Statement[] {
  const { facts, name } = after;
  const sets = (property: string): boolean => changed.has(property);
  const retyped = sets("type");
  const move = sets("min value") || sets("max value") ? moveInside(before, after) : stays;
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
    ...move.ahead,
    ...(parts.length === 0
      ? []
      : [
          say(`ALTER SEQUENCE ${name} ${parts.join(" ")}${move.restart}`, {
            hazards: runsOut(before, after) ? ["RUNS_OUT"] : [],
          }),
        ]),
    ...(sets("owned by") && facts["owned by"] === undefined && facts["identity of"] === undefined
      ? [say(`ALTER SEQUENCE ${name} OWNED BY NONE`)]
      : []),
    ...(sets("persistence")
      ? [say(`ALTER SEQUENCE ${name} SET ${facts["persistence"] === "unlogged" ? "UNLOGGED" : "LOGGED"}`)]
      : []),
  ];
}

/** Where a counter stands: before the bounds change, or, where the old ones and the new ones have nothing in common, with them. */
interface Move {
  readonly ahead: readonly Statement[];
  readonly restart: string;
}

const stays: Move = { ahead: [], restart: "" };

/**
 * A counter that stands before its new bounds begins at the one from which it counts; one that has passed them stands at the
 * end, used up.
 */
function moveInside(before: CatalogObject, after: CatalogObject): Move {
  const { min, max, isUp } = boundsOf(after);
  const { min: hadMin, max: hadMax } = boundsOf(before);
  if (min > hadMax || max < hadMin)
    return { ahead: [], restart: ` RESTART WITH ${after.facts["start"] ?? (isUp ? min : max)}` };
  const name = quoteLiteral(after.name);
  const set = (value: bigint, sign: "<" | ">", isUsed: boolean): Statement =>
    say(
      `SELECT pg_catalog.setval(${name}, ${value}, ${isUsed}) FROM ${after.name} WHERE last_value ${sign} ${value}`,
    );
  return {
    ahead: [...(min > hadMin ? [set(min, "<", !isUp)] : []), ...(max < hadMax ? [set(max, ">", isUp)] : [])],
    restart: "",
  };
}
