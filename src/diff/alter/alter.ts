import type { Kind } from "../../catalog/model.ts";
import type { Piece, Statement } from "../model.ts";
import { say } from "../say.ts";
import { alterCommon } from "./trimmings.ts";
import * as others from "./others.ts";
import type { Alter } from "./others.ts";
import * as relation from "./relation.ts";
import { alterSequence } from "./sequence.ts";

const nothing: Alter = () => [];

const alters: Readonly<Record<Kind, Alter>> = {
  database: nothing,
  setting: others.alterSetting,
  schema: nothing,
  extension: others.alterExtension,
  language: others.alterLanguage,
  "access method": nothing,
  collation: nothing,
  conversion: nothing,
  enum: others.alterEnum,
  domain: others.alterDomain,
  "composite type": nothing,
  attribute: others.alterAttribute,
  range: nothing,
  "base type": others.alterBaseType,
  function: others.alterRoutine,
  procedure: others.alterRoutine,
  aggregate: others.alterAggregate,
  operator: others.alterOperator,
  "operator family": others.alterOperatorFamily,
  "operator class": nothing,
  cast: nothing,
  transform: others.alterTransform,
  "text search parser": nothing,
  "text search template": nothing,
  "text search dictionary": others.alterDictionary,
  "text search configuration": others.alterConfiguration,
  "foreign data wrapper": others.alterWrapper,
  server: others.alterServer,
  "user mapping": others.alterUserMapping,
  table: relation.alterTable,
  "foreign table": relation.alterTable,
  column: nothing,
  sequence: alterSequence,
  constraint: relation.alterConstraint,
  "not null constraint": nothing,
  index: relation.alterIndex,
  view: relation.alterView,
  "materialized view": relation.alterMaterializedView,
  rule: relation.alterRule,
  trigger: relation.alterTrigger,
  policy: relation.alterPolicy,
  statistics: others.alterStatistics,
  "event trigger": others.alterEventTrigger,
  publication: others.alterPublication,
  "publication table": nothing,
  "publication schema": nothing,
  subscription: others.alterSubscription,
  "default privileges": nothing,
  "system object": nothing,
};

/** What sets the properties that differ; of a column see `planColumn`. */
export function alterObject({ before, after, changed }: Piece, major: number): Statement[] {
  if (before === undefined || after === undefined) return [];
  return [...alters[after.kind](before, after, changed), ...sayCommon(before, after, changed, major)];
}

function sayCommon(
  before: NonNullable<Piece["before"]>,
  after: NonNullable<Piece["after"]>,
  changed: ReadonlySet<string>,
  major: number,
): Statement[] {
  return alterCommon(before, after, changed, major).map((sql) =>
    sql.includes(" OWNER TO ") ? say(sql) : say(sql, { lock: undefined }),
  );
}
