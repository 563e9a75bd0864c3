/** Functions, aggregates, operators, and the languages and transforms that they stand on. */
import type { CatalogObject } from "../../catalog/model.ts";
import { renderLanguage, renderTransform } from "../../schema/render/others.ts";
import { referenceTo } from "../../schema/render/reference.ts";
import { renderAggregate } from "../../schema/render/routine.ts";
import { say } from "../say.ts";
import type { Alter, Changed } from "./model.ts";

/** What does not begin with `comment`, `grants to` and the like: the routine itself. */
function isItself(changed: Changed): boolean {
  return [...changed].some(
    (property) => !/^(?:comment|owner|grants to .*|security label .*|depends on extension)$/.test(property),
  );
}

export const alterRoutine: Alter = (_, after, changed) =>
  isItself(changed) ? [say((after.definition ?? "").trimEnd())] : [];

export const alterAggregate: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderAggregate(after).map((sql) =>
        say(sql.replace(/^CREATE AGGREGATE/, "CREATE OR REPLACE AGGREGATE")),
      )
    : [];

export const alterLanguage: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderLanguage(after).map((sql) => say(sql.replace(/^CREATE /, "CREATE OR REPLACE ")))
    : [];

export const alterTransform: Alter = (_, after, changed) =>
  isItself(changed)
    ? renderTransform(after).map((sql) => say(sql.replace(/^CREATE /, "CREATE OR REPLACE ")))
    : [];

export const alterOperator: Alter = (_, after, changed) => {
  const settings = [
    ...(changed.has("restrict") ? [`RESTRICT = ${after.facts["restrict"] ?? "NONE"}`] : []),
    ...(changed.has("join") ? [`JOIN = ${after.facts["join"] ?? "NONE"}`] : []),
  ];
  return settings.length === 0 ? [] : [say(`ALTER ${referenceTo(after)} SET (${settings.join(", ")})`)];
};

export const alterOperatorFamily: Alter = (before, after, changed) => {
  if (!changed.has("members")) return [];
  const list = ({ facts }: CatalogObject): string[] =>
    (facts["members"] ?? "").split(",\n  ").filter((member) => member !== "");
  const [had, has] = [list(before), list(after)];
  const head = `ALTER OPERATOR FAMILY ${after.name}`;
  const gone = had.filter((member) => !has.includes(member)).map(dropMember);
  const fresh = has.filter((member) => !had.includes(member));
  return [
    ...(gone.length === 0 ? [] : [say(`${head} DROP\n  ${gone.join(",\n  ")}`)]),
    ...(fresh.length === 0 ? [] : [say(`${head} ADD\n  ${fresh.join(",\n  ")}`)]),
  ];
};

/** `OPERATOR 1 s.=(a,b)` is dropped as `OPERATOR 1 (a,b)`, `FUNCTION 1 (a, b) f(a,b)` as `FUNCTION 1 (a, b)`. */
function dropMember(member: string): string {
  const isFunction = /^FUNCTION (\d+) (\([^)]*\))/.exec(member);
  if (isFunction !== null) return isFunction[0];
  const number = /^OPERATOR (\d+)/.exec(member)?.[0] ?? "";
  const types = /\(([^()]*)\)(?: FOR ORDER BY .*)?$/.exec(member)?.[1] ?? "";
  return `${number} (${types})`;
}
