/** GRANT and REVOKE that lead from what is granted to what should be. */
import type { CatalogObject } from "../../catalog/model.ts";
import { onThisDatabase } from "../../schema/render/relation.ts";
import { columnsFor, grant, ownerOf, roleOf, targetOf } from "../../schema/render/privileges.ts";

const prefix = "grants to ";

export function isGrant(property: string): boolean {
  return property.startsWith(prefix);
}

/** What changes one holder's privileges; `was` and `is` are facts, undefined where an object has what it has by itself. */
export function changeGrant(
  object: CatalogObject,
  property: string,
  was: string | undefined,
  is: string | undefined,
  major: number,
): string[] {
  const grantee = property.slice(prefix.length);
  const usual = usualOf(object, grantee, major);
  const before = was ?? usual;
  const after = is ?? usual;
  if (before === after) return [];
  const { kind } = object;
  if (kind === "database")
    return grant(object, grantee, after).map((sql) =>
      onThisDatabase(sql.replace("ON DATABASE (this one)", "ON DATABASE %I")),
    );
  if (kind === "default privileges") return changeDefault(object, grantee, before, after);
  const [had, has] = [privilegesOf(before), privilegesOf(after)];
  const holder = grantee === "(owner)" ? ownerOf(object) : grantee;
  const columns = columnsFor(object);
  const on = `ON ${targetOf(object)}`;
  if (before === "ALL*" && after === "ALL")
    return [`REVOKE GRANT OPTION FOR ALL${columns} ${on} FROM ${holder}`];
  if (had === undefined || has === undefined) {
    return [
      ...(before === "nothing" ? [] : [`REVOKE ALL${columns} ${on} FROM ${holder}`]),
      ...grant(object, grantee, after).filter((sql) => !sql.startsWith("REVOKE ")),
    ];
  }
  const list = (privileges: readonly string[]): string => privileges.map((name) => name + columns).join(", ");
  const gone = [...had.keys()].filter((name) => !has.has(name));
  const lessened = [...had]
    .filter(([name, isGrantable]) => isGrantable && has.get(name) === false)
    .map(([name]) => name);
  const plain = [...has]
    .filter(([name, isGrantable]) => !isGrantable && !had.has(name))
    .map(([name]) => name);
  const grantable = [...has]
    .filter(([name, isGrantable]) => isGrantable && had.get(name) !== true)
    .map(([name]) => name);
  return [
    ...(gone.length === 0 ? [] : [`REVOKE ${list(gone)} ${on} FROM ${holder}`]),
    ...(lessened.length === 0 ? [] : [`REVOKE GRANT OPTION FOR ${list(lessened)} ${on} FROM ${holder}`]),
    ...(plain.length === 0 ? [] : [`GRANT ${list(plain)} ${on} TO ${holder}`]),
    ...(grantable.length === 0 ? [] : [`GRANT ${list(grantable)} ${on} TO ${holder} WITH GRANT OPTION`]),
  ];
}

function changeDefault(object: CatalogObject, grantee: string, before: string, after: string): string[] {
  const holder = grantee === "(owner)" ? roleOf(object) : grantee;
  const { facts } = object;
  const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${roleOf(object)}${facts["schema"] === undefined ? "" : ` IN SCHEMA ${facts["schema"]}`}`;
  return [
    ...(before === "nothing" ? [] : [`${head} REVOKE ALL ON ${facts["on"] ?? ""} FROM ${holder}`]),
    ...grant(object, grantee, after).filter((sql) => sql.includes(" GRANT ")),
  ];
}

/** Each privilege, and whether it may be passed on; undefined for ALL, whose parts depend on the version. */
function privilegesOf(text: string): Map<string, boolean> | undefined {
  if (text === "nothing") return new Map();
  if (text.startsWith("ALL")) return undefined;
  return new Map(text.split(", ").map((name) => [name.replace("*", ""), name.endsWith("*")]));
}

/** What a holder has without anybody having granted it. */
export function usualOf(object: CatalogObject, grantee: string, major: number): string {
  const { kind, name, facts } = object;
  if (kind === "default privileges") {
    if (facts["schema"] !== undefined) return "nothing";
    if (grantee === "(owner)") return "ALL";
    if (grantee !== "PUBLIC") return "nothing";
    return facts["on"] === "FUNCTIONS" ? "EXECUTE" : facts["on"] === "TYPES" ? "USAGE" : "nothing";
  }
  if (kind === "column" || (kind === "system object" && / column /.test(name))) return "nothing";
  if (grantee === "(owner)") return "ALL";
  if (grantee !== "PUBLIC") return "nothing";
  const word: string = kind;
  switch (word) {
    case "function":
    case "procedure":
    case "aggregate":
      return "EXECUTE";
    case "enum":
    case "domain":
    case "composite type":
    case "range":
    case "base type":
    case "language":
      return "USAGE";
    case "database":
      return "CONNECT, TEMPORARY";
    case "schema":
      return name === "public" ? (major >= 15 ? "USAGE" : "CREATE, USAGE") : "nothing";
    case "system object":
      return /^(?:function|procedure|aggregate) /.test(name)
        ? "EXECUTE"
        : /^(?:type|language|schema) /.test(name)
          ? "USAGE"
          : "SELECT";
    default:
      return "nothing";
  }
}
