import { lastDot } from "../../catalog/assemble.ts";
import type { CatalogObject, Kind } from "../../catalog/model.ts";
import { ownName, referenceTo, tableNameOf } from "./reference.ts";

const prefix = "grants to ";

/** Kinds on which PUBLIC holds something by itself. */
const isOpen: ReadonlySet<Kind> = new Set<Kind>([
  "function",
  "procedure",
  "aggregate",
  "enum",
  "domain",
  "composite type",
  "range",
  "base type",
  "language",
  "database",
  "system object",
]);

/** GRANT and REVOKE that lead from what an object has by itself to what its facts say. */
export function grants(object: CatalogObject): string[] {
  return Object.entries(object.facts).flatMap(([property, privileges]) =>
    property.startsWith(prefix) ? grant(object, property.slice(prefix.length), privileges) : [],
  );
}

/** The same for one holder; `privileges` as a fact has them, `nothing` included. */
export function grant(object: CatalogObject, grantee: string, privileges: string): string[] {
  const { kind } = object;
  const holder = grantee === "(owner)" ? ownerOf(object) : grantee;
  if (kind === "default privileges")
    return defaultGrant(object, grantee === "(owner)" ? roleOf(object) : grantee, privileges);
  const on = `ON ${targetOf(object)}`;
  const columns = columnsFor(object);
  const hadSome =
    grantee === "(owner)" ||
    (grantee === "PUBLIC" && (isOpen.has(kind) || object.name === "public")) ||
    privileges === "nothing";
  return [
    ...(hadSome ? [`REVOKE ALL${columns} ${on} FROM ${holder}`] : []),
    ...grantLists(privileges).map(({ list, isGrantable }) => {
      const what = list.map((privilege) => privilege + columns).join(", ");
      return `GRANT ${what} ${on} TO ${holder}${isGrantable ? " WITH GRANT OPTION" : ""}`;
    }),
  ];
}

/** ` (email)`, behind a privilege on a column; nothing for whole objects. */
export function columnsFor(object: CatalogObject): string {
  if (object.kind === "column") return ` (${ownName(object)})`;
  return systemColumn.test(object.name) && object.kind === "system object"
    ? ` (${object.name.slice(lastDot(object.name) + 1)})`
    : "";
}

/** Who owns an object, or the table of a column. */
export function ownerOf({ facts, written }: CatalogObject): string {
  return facts["owner"] ?? written?.["owner"] ?? "CURRENT_USER";
}

function defaultGrant(object: CatalogObject, holder: string, privileges: string): string[] {
  const { facts } = object;
  const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${roleOf(object)}${facts["schema"] === undefined ? "" : ` IN SCHEMA ${facts["schema"]}`}`;
  const on = `ON ${facts["on"] ?? ""}`;
  const isGlobal = facts["schema"] === undefined;
  return [
    ...(isGlobal || privileges === "nothing" ? [`${head} REVOKE ALL ${on} FROM ${holder}`] : []),
    ...grantLists(privileges).map(
      ({ list, isGrantable }) =>
        `${head} GRANT ${list.join(", ")} ${on} TO ${holder}${isGrantable ? " WITH GRANT OPTION" : ""}`,
    ),
  ];
}

export function roleOf({ name }: CatalogObject): string {
  return /^FOR ROLE ("(?:[^"]|"")+"|\S+)/.exec(name)?.[1] ?? "CURRENT_USER";
}

function grantLists(privileges: string): { readonly list: string[]; readonly isGrantable: boolean }[] {
  if (privileges === "nothing") return [];
  const all = privileges.split(", ");
  const plain = all.filter((privilege) => !privilege.endsWith("*"));
  const starred = all
    .filter((privilege) => privilege.endsWith("*"))
    .map((privilege) => privilege.slice(0, -1));
  return [
    ...(plain.length === 0 ? [] : [{ list: plain, isGrantable: false }]),
    ...(starred.length === 0 ? [] : [{ list: starred, isGrantable: true }]),
  ];
}

/** GRANT calls views and the like tables, and knows fewer words than COMMENT. */
export function targetOf(object: CatalogObject): string {
  const { kind, name } = object;
  if (kind === "column") return `TABLE ${tableNameOf(object)}`;
  if (kind === "view" || kind === "materialized view" || kind === "foreign table") return `TABLE ${name}`;
  if (kind === "domain") return `DOMAIN ${name}`;
  if (kind === "server") return `FOREIGN SERVER ${name}`;
  if (kind === "aggregate") return `FUNCTION ${name}`;
  if (kind === "system object") return systemTarget(name);
  return referenceTo(object);
}

const systemColumn = /^(?:view|table|materialized view|foreign table) column /;

/** GRANT has words of its own for some of what the server identifies. */
function systemTarget(name: string): string {
  if (systemColumn.test(name)) return `TABLE ${name.slice(0, lastDot(name)).replace(systemColumn, "")}`;
  return name
    .replace(/^(?:view|table|materialized view|foreign table) /, "TABLE ")
    .replace(/^aggregate /, "FUNCTION ")
    .replace(/^foreign-data wrapper /, "FOREIGN DATA WRAPPER ")
    .replace(/^server /, "FOREIGN SERVER ");
}
