/** Tables, views, indexes and what hangs on them. */
import type { CatalogObject } from "../../catalog/model.ts";
import { ownName, tableNameOf } from "../../schema/render/reference.ts";
import { writtenOf } from "../../schema/render/model.ts";
import { createView, states } from "../../schema/render/relation.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";
import type { Changed } from "./model.ts";
import { joinParents } from "./parents.ts";
import { alterOptions, foreignChanges } from "./trimmings.ts";

export function alterTable(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts, name, kind } = after;
  const head = `ALTER ${kind === "foreign table" ? "FOREIGN TABLE" : "TABLE"} ${name}`;
  const sets = (property: string): boolean => changed.has(property);
  const options = foreignChanges(before.facts, facts, changed);
  return [
    ...(sets("of type") && facts["of type"] !== undefined ? [say(`${head} OF ${facts["of type"]}`)] : []),
    ...joinParents(before, after, changed),
    ...(sets("access method")
      ? [say(`${head} SET ACCESS METHOD ${facts["access method"] ?? "heap"}`, rewriting)]
      : []),
    ...(sets("tablespace")
      ? [say(`${head} SET TABLESPACE ${facts["tablespace"] ?? "pg_default"}`, rewriting)]
      : []),
    ...(sets("persistence")
      ? [say(`${head} SET ${facts["persistence"] === "unlogged" ? "UNLOGGED" : "LOGGED"}`, rewriting)]
      : []),
    ...alterOptions(head, before.facts, facts, changed, { option: "", "toast option": "toast." }).map((sql) =>
      say(sql),
    ),
    ...(options === "" ? [] : [say(head + options)]),
    ...(sets("row security")
      ? [say(`${head} ${facts["row security"] === undefined ? "DISABLE" : "ENABLE"} ROW LEVEL SECURITY`)]
      : []),
    ...(sets("force row security")
      ? [
          say(
            `${head} ${facts["force row security"] === undefined ? "NO FORCE" : "FORCE"} ROW LEVEL SECURITY`,
          ),
        ]
      : []),
    ...(sets("replica identity") && facts["replica identity"]?.startsWith("index ") !== true
      ? [say(`${head} REPLICA IDENTITY ${(facts["replica identity"] ?? "default").toUpperCase()}`)]
      : []),
    ...(sets("clustered on") && facts["clustered on"] === undefined
      ? [say(`${head} SET WITHOUT CLUSTER`)]
      : []),
  ];
}

const rewriting = { rewrites: true, hazards: ["REWRITES_TABLE"] } as const;

export function alterView(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  if (changed.has("query"))
    return [say(createView(after, "CREATE OR REPLACE VIEW", writtenOf(after, "query")))];
  return alterOptions(`ALTER VIEW ${after.name}`, before.facts, after.facts, changed).map((sql) => say(sql));
}

export function alterMaterializedView(
  before: CatalogObject,
  after: CatalogObject,
  changed: Changed,
): Statement[] {
  const { facts, name } = after;
  const head = `ALTER MATERIALIZED VIEW ${name}`;
  return [
    ...(changed.has("access method")
      ? [say(`${head} SET ACCESS METHOD ${facts["access method"] ?? "heap"}`, rewriting)]
      : []),
    ...(changed.has("tablespace")
      ? [say(`${head} SET TABLESPACE ${facts["tablespace"] ?? "pg_default"}`, rewriting)]
      : []),
    ...alterOptions(head, before.facts, facts, changed, { option: "", "toast option": "toast." }).map((sql) =>
      say(sql),
    ),
    ...(changed.has("clustered on") && facts["clustered on"] === undefined
      ? [say(`${head} SET WITHOUT CLUSTER`)]
      : []),
    ...(changed.has("unpopulated")
      ? [
          say(
            `REFRESH MATERIALIZED VIEW ${name}${facts["unpopulated"] === undefined ? "" : " WITH NO DATA"}`,
            { scans: true },
          ),
        ]
      : []),
  ];
}

export function alterIndex(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts, name } = after;
  const head = `ALTER INDEX ${name}`;
  const [had, has] = [targetsOf(before), targetsOf(after)];
  return [
    ...alterOptions(head, before.facts, facts, changed).map((sql) => say(sql)),
    ...(changed.has("tablespace")
      ? [say(`${head} SET TABLESPACE ${facts["tablespace"] ?? "pg_default"}`, { lock: "ACCESS EXCLUSIVE" })]
      : []),
    ...[...had.keys()]
      .filter((column) => !has.has(column))
      .map((column) => say(`${head} ALTER COLUMN ${column} SET STATISTICS -1`)),
    ...[...has]
      .filter(([column, target]) => had.get(column) !== target)
      .map(([column, target]) => say(`${head} ALTER COLUMN ${column} SET STATISTICS ${target}`)),
    ...(changed.has("attached to") && facts["attached to"] !== undefined
      ? [say(`ALTER INDEX ${facts["attached to"]} ATTACH PARTITION ${name}`)]
      : []),
  ];
}

function targetsOf({ facts }: CatalogObject): Map<string, string> {
  const entries = (facts["statistics"] ?? "").split(", ").filter((entry) => entry !== "");
  return new Map(entries.map((entry) => [entry.split(": ")[0] ?? "", entry.split(": ")[1] ?? ""]));
}

export function alterRule(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const definition = (after.facts["definition"] ?? "").replace(/;\s*$/, "");
  return [
    ...(changed.has("definition") ? [say(definition.replace(/^CREATE RULE/, "CREATE OR REPLACE RULE"))] : []),
    ...stateOf(before, after, changed, "RULE"),
  ];
}

export function alterTrigger(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts } = after;
  return [
    ...(changed.has("definition") && facts["definition"] !== undefined
      ? [say(facts["definition"].replace(/^CREATE TRIGGER/, "CREATE OR REPLACE TRIGGER"))]
      : []),
    ...stateOf(before, after, changed, "TRIGGER"),
  ];
}

/** A new definition is switched on. `origin` is what is on, where a partition's differs from its parent's. */
function stateOf(before: CatalogObject, after: CatalogObject, changed: Changed, word: string): Statement[] {
  const isSet =
    changed.has("enabled") || (changed.has("definition") && before.facts["enabled"] !== undefined);
  if (!isSet) return [];
  const state = states[after.facts["enabled"] ?? "origin"] ?? "ENABLE";
  return [say(`ALTER TABLE ONLY ${tableNameOf(after)} ${state} ${word} ${ownName(after)}`)];
}

export function alterPolicy(_: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts } = after;
  const parts = [
    ...(changed.has("roles") ? [`TO ${facts["roles"] ?? "PUBLIC"}`] : []),
    ...(changed.has("using") ? [`USING (${writtenOf(after, "using")})`] : []),
    ...(changed.has("with check") ? [`WITH CHECK (${writtenOf(after, "with check")})`] : []),
  ];
  return parts.length === 0
    ? []
    : [say(`ALTER POLICY ${ownName(after)} ON ${tableNameOf(after)} ${parts.join(" ")}`)];
}
