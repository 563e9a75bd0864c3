/** What is made, with what making it costs those who are there. */
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import { shortName } from "../catalog/names.ts";
import { changeGrant, isGrant } from "./alter/grants.ts";
import { quoteLiteral } from "../sql/quote.ts";
import { writtenOf } from "../schema/render/model.ts";
import type { Node } from "./graph/frame.ts";
import { addConstraint } from "./create-part.ts";
import type { Statement } from "./model.ts";
import { isMade } from "./pieces.ts";
import type { Pieces } from "./pieces.ts";
import { say, sayNew } from "./say.ts";

export function sayMade(node: Node, pieces: Pieces, from: Catalog, to: Catalog): Statement[] {
  const said = sayStatements(node, pieces, from, to);
  if (node.id !== node.object.id) return said;
  const taken = takeBack(node.object, from, to.server.major).map(sayNew);
  const at = said.findIndex(({ sql }) => /^(?:GRANT|REVOKE) /.test(sql));
  return at < 0 ? [...said, ...taken] : [...said.slice(0, at), ...taken, ...said.slice(at)];
}

const defaultsOf: Partial<Record<Kind, string>> = {
  table: "TABLES",
  view: "TABLES",
  "materialized view": "TABLES",
  "foreign table": "TABLES",
  sequence: "SEQUENCES",
  function: "FUNCTIONS",
  procedure: "FUNCTIONS",
  aggregate: "FUNCTIONS",
  enum: "TYPES",
  domain: "TYPES",
  range: "TYPES",
  "composite type": "TYPES",
  "base type": "TYPES",
  schema: "SCHEMAS",
};

/** What default privileges give to whatever is made, and this object is not to have. */
function takeBack(object: CatalogObject, from: Catalog, major: number): string[] {
  const on = defaultsOf[object.kind];
  if (on === undefined) return [];
  const schema = shortName(object.path[0] ?? "");
  const given = [...from.objects.values()].filter(
    ({ kind, facts }) =>
      kind === "default privileges" &&
      facts["on"] === on &&
      (facts["schema"] === undefined || facts["schema"] === schema),
  );
  const found = new Map<string, string>();
  for (const { facts } of given)
    for (const [property, privileges] of Object.entries(facts))
      if (isGrant(property) && property !== "grants to (owner)")
        found.set(property, found.has(property) ? "ALL" : privileges);
  return [...found].flatMap(([property, privileges]) => {
    const wanted = object.facts[property];
    if (wanted === privileges) return [];
    return changeGrant(object, property, privileges, wanted ?? undefined, major).filter(
      (sql) => wanted === undefined || sql.startsWith("REVOKE "),
    );
  });
}

function sayStatements(node: Node, pieces: Pieces, from: Catalog, to: Catalog): Statement[] {
  const { object, statements } = node;
  const owner = pieces.get(object.of ?? "");
  const isOnNew = owner === undefined || isMade(owner);
  if (object.kind === "schema" && object.name === "public")
    return makePublic(object, to.server.major).map(sayNew).concat(statements.map(sayNew));
  if (object.kind === "extension" && object.facts["version"] !== undefined) {
    const version = ` VERSION ${quoteLiteral(object.facts["version"])}`;
    return statements.map((sql) => sayNew(sql.startsWith("CREATE EXTENSION") ? sql + version : sql));
  }
  if (isOnNew)
    return statements.map((sql) =>
      /^(?:CREATE|COMMENT|GRANT|REVOKE)/.test(sql) && !sql.startsWith("CREATE OR") ? sayNew(sql) : say(sql),
    );
  if (object.kind === "constraint" && node.id === object.id) {
    const [, ...rest] = statements;
    const made = addConstraint(object, pieces, to, from);
    const said = new Set(made.map(({ sql }) => sql));
    return [...made, ...rest.filter((sql) => !said.has(sql)).map((sql) => say(sql))];
  }
  if (object.kind === "index") return statements.map((sql) => sayIndex(sql, writtenOf(object, "whole")));
  return statements.map((sql) => say(sql));
}

/** `ON ONLY`: of a partitioned table, whose index holds nothing itself. */
function sayIndex(sql: string, definition: string): Statement {
  if (sql !== definition || / ON ONLY /.test(sql)) return say(sql);
  return say(sql, {
    scans: true,
    hazards: sql.startsWith("CREATE UNIQUE") ? ["BLOCKS_WRITES", "DEPENDS_ON_DATA"] : ["BLOCKS_WRITES"],
    concurrently: [sql.replace(/^CREATE (UNIQUE )?INDEX /, "CREATE $1INDEX CONCURRENTLY ")],
  });
}

/** As every new database has it. */
function makePublic({ facts }: CatalogObject, major: number): string[] {
  return [
    "CREATE SCHEMA public",
    ...(facts["owner"] === undefined && major >= 15
      ? ["ALTER SCHEMA public OWNER TO pg_database_owner"]
      : []),
    ...(facts["grants to PUBLIC"] === undefined
      ? [`GRANT ${major >= 15 ? "USAGE" : "ALL"} ON SCHEMA public TO PUBLIC`]
      : []),
    ...(facts["comment"] === undefined ? ["COMMENT ON SCHEMA public IS 'standard public schema'"] : []),
  ];
}
