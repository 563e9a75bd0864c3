/** Keys, checks and foreign keys. */
import { splitList } from "../../catalog/expressions.ts";
import type { CatalogObject } from "../../catalog/model.ts";
import { constraintIndex, triggerState } from "../../schema/render/constraint.ts";
import { ownName, tableNameOf } from "../../schema/render/reference.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { Statement } from "../model.ts";
import { say } from "../say.ts";
import type { Changed } from "./model.ts";
import { alterOptions } from "./trimmings.ts";

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
