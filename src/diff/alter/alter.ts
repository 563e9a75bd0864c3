import type { Kind } from "../../catalog/model.ts";
import type { Piece, Statement } from "../model.ts";
import { say } from "../say.ts";
import { alterCommon } from "./trimmings.ts";
import { alterConstraint } from "./constraint.ts";
import * as foreign from "./foreign.ts";
import type { Alter } from "./model.ts";
import * as others from "./others.ts";
import * as relation from "./relation.ts";
import * as replication from "./replication.ts";
import * as routine from "./routine.ts";
import { alterSequence } from "./sequence.ts";
import * as textSearch from "./text-search.ts";
import * as types from "./types.ts";

const nothing: Alter = () => [];

const alters: Readonly<Record<Kind, Alter>> = {
  database: nothing,
  setting: others.alterSetting,
  schema: nothing,
  extension: others.alterExtension,
  language: routine.alterLanguage,
  "access method": nothing,
  collation: nothing,
  conversion: nothing,
  enum: types.alterEnum,
  domain: types.alterDomain,
  "composite type": nothing,
  attribute: types.alterAttribute,
  range: nothing,
  "base type": types.alterBaseType,
  function: routine.alterRoutine,
  procedure: routine.alterRoutine,
  aggregate: routine.alterAggregate,
  operator: routine.alterOperator,
  "operator family": routine.alterOperatorFamily,
  "operator class": nothing,
  cast: nothing,
  transform: routine.alterTransform,
  "text search parser": nothing,
  "text search template": nothing,
  "text search dictionary": textSearch.alterDictionary,
  "text search configuration": textSearch.alterConfiguration,
  "foreign data wrapper": foreign.alterWrapper,
  server: foreign.alterServer,
  "user mapping": foreign.alterUserMapping,
  table: relation.alterTable,
  "foreign table": relation.alterTable,
  column: nothing,
  sequence: alterSequence,
  constraint: alterConstraint,
  "not null constraint": nothing,
  index: relation.alterIndex,
  view: relation.alterView,
  "materialized view": relation.alterMaterializedView,
  rule: relation.alterRule,
  trigger: relation.alterTrigger,
  policy: relation.alterPolicy,
  statistics: others.alterStatistics,
  "event trigger": others.alterEventTrigger,
  publication: replication.alterPublication,
  "publication table": nothing,
  "publication schema": nothing,
  subscription: replication.alterSubscription,
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
