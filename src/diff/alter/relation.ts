/** Tables, views, indexes, constraints and what hangs on them. */
import { splitList } from "../../catalog/expressions.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { constraintIndex, triggerState } from "../../schema/render/constraint.ts";
import { ownName, tableNameOf } from "../../schema/render/reference.ts";
import { writtenOf } from "../../schema/render/model.ts";
import { createView, states } from "../../schema/render/relation.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";
import { alterOptions, foreignChanges } from "./trimmings.ts";

type Changed = ReadonlySet<string>;

export function alterTable(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts, name, kind } = after;
  const head = `ALTER ${kind === "foreign table" ? "FOREIGN TABLE" : "TABLE"} ${name}`;
  const sets = (property: string): boolean => changed.has(property);
  const options = foreignChanges(before.facts, facts, changed);
  return [
    ...(sets("of type")
      ? [say(facts["of type"] === undefined ? `${head} NOT OF` : `${head} OF ${facts["of type"]}`)]
      : []),
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

/** How many parents both sides have from the first on: what comes after them is taken anew, in order. */
export function keptParents(before: CatalogObject, after: CatalogObject): { had: string[]; has: string[] } {
  const list = (table: CatalogObject): string[] =>
    splitList(table.facts["inherits"] ?? "").filter((text) => text !== "");
  const [had, has] = [list(before), list(after)];
  const firstNew = had.findIndex((parent, at) => parent !== has[at]);
  const kept = firstNew < 0 ? had.length : firstNew;
  return { had: had.slice(kept), has: has.slice(kept) };
}

export function isMoved(changed: Changed): boolean {
  return changed.has("partition of") || changed.has("bound");
}

/** NO INHERIT and DETACH: before a parent changes, so that its old children stay as they are. */
export function leaveParents(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const was = before.facts["partition of"];
  return [
    ...(changed.has("inherits")
      ? keptParents(before, after).had.map((parent) => say(`ALTER TABLE ${after.name} NO INHERIT ${parent}`))
      : []),
    ...(isMoved(changed) && was !== undefined
      ? [say(`ALTER TABLE ${was} DETACH PARTITION ${after.name}`)]
      : []),
  ];
}

/** INHERIT and ATTACH. A partition whose bounds change keeps its rows and is attached again. */
function joinParents(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { name, facts } = after;
  const is = facts["partition of"];
  return [
    ...(changed.has("inherits")
      ? keptParents(before, after).has.map((parent) => say(`ALTER TABLE ${name} INHERIT ${parent}`))
      : []),
    ...(isMoved(changed) && is !== undefined
      ? [
          say(`ALTER TABLE ${is} ATTACH PARTITION ${name} ${facts["bound"] ?? ""}`, {
            scans: true,
            hazards: ["BLOCKS_WRITES", "DEPENDS_ON_DATA"],
          }),
        ]
      : []),
  ];
}

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

export function alterConstraint(before: CatalogObject, after: CatalogObject, changed: Changed): Statement[] {
  const { facts } = after;
  const table = tableNameOf(after);
  const isDomain = after.of?.startsWith("domain ") === true;
  const head = `ALTER TABLE ${table}`;
  const own = ownName(after);
  const index = constraintIndex(after);
  const deferral =
    facts["deferrable"] === undefined
      ? "NOT DEFERRABLE"
      : `DEFERRABLE INITIALLY ${facts["initially deferred"] === undefined ? "IMMEDIATE" : "DEFERRED"}`;
  return [
    ...(changed.has("deferrable") || changed.has("initially deferred")
      ? [say(`${head} ALTER CONSTRAINT ${own} ${deferral}`)]
      : []),
    ...(changed.has("not enforced")
      ? [
          say(
            `${head} ALTER CONSTRAINT ${own} ${facts["not enforced"] === undefined ? "ENFORCED" : "NOT ENFORCED"}`,
          ),
        ]
      : []),
    ...(changed.has("not valid") && facts["not valid"] === undefined
      ? [
          say(
            isDomain
              ? `ALTER DOMAIN ${table} VALIDATE CONSTRAINT ${own}`
              : `${head} VALIDATE CONSTRAINT ${own}`,
            {
              scans: true,
              hazards: ["DEPENDS_ON_DATA"],
            },
          ),
        ]
      : []),
    ...(changed.has("triggers") ? alterStates(before, after) : []),
    ...alterOptions(`ALTER INDEX ${index}`, before.facts, facts, changed, { "index option": "" }).map((sql) =>
      say(sql),
    ),
    ...(changed.has("index tablespace")
      ? [
          say(`ALTER INDEX ${index} SET TABLESPACE ${facts["index tablespace"] ?? "pg_default"}`, {
            lock: "ACCESS EXCLUSIVE",
          }),
        ]
      : []),
    ...(changed.has("index comment")
      ? [
          say(
            `COMMENT ON INDEX ${index} IS ${facts["index comment"] === undefined ? "NULL" : quoteLiteral(facts["index comment"])}`,
          ),
        ]
      : []),
    ...(changed.has("index attached to") && facts["index attached to"] !== undefined
      ? [say(`ALTER INDEX ${facts["index attached to"]} ATTACH PARTITION ${index}`)]
      : []),
  ];
}

/** Each state says its table: `disabled on public.users`. */
function alterStates(before: CatalogObject, after: CatalogObject): Statement[] {
  const list = ({ facts }: CatalogObject): string[] =>
    splitList(facts["triggers"] ?? "").filter((text) => text !== "");
  const has = list(after);
  const tables = new Set(has.map((state) => state.replace(/^\w+ on /, "")));
  const back = list(before).filter((state) => !tables.has(state.replace(/^\w+ on /, "")));
  const lock = { lock: "SHARE ROW EXCLUSIVE" };
  return [
    ...back.map((state) => say(triggerState(after, state.replace(/^\w+ on /, "origin on ")), lock)),
    ...has.map((state) => say(triggerState(after, state), lock)),
  ];
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
