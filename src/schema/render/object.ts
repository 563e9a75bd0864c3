import type { CatalogObject, Kind } from "../../catalog/model.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { constraintExtras, renderConstraint } from "./constraint.ts";
import { renderServer, renderUserMapping, renderWrapper } from "./foreign.ts";
import type { Render } from "./model.ts";
import * as others from "./others.ts";
import { grants } from "./privileges.ts";
import { referenceTo, wordFor } from "./reference.ts";
import * as relation from "./relation.ts";
import { renderAggregate, renderRoutine } from "./routine.ts";
import { renderSequence } from "./sequence.ts";
import { renderTable } from "./table.ts";
import * as types from "./types.ts";

const nothing: Render = () => [];

const renderers: Readonly<Record<Kind, Render>> = {
  database: nothing,
  setting: relation.renderSetting,
  schema: others.renderSchema,
  extension: others.renderExtension,
  language: others.renderLanguage,
  "access method": others.renderAccessMethod,
  collation: others.renderCollation,
  conversion: others.renderConversion,
  enum: types.renderEnum,
  domain: types.renderDomain,
  "composite type": types.renderComposite,
  attribute: nothing,
  range: types.renderRange,
  "base type": types.renderBaseType,
  function: renderRoutine,
  procedure: renderRoutine,
  aggregate: renderAggregate,
  operator: others.renderOperator,
  "operator family": others.renderOperatorFamily,
  "operator class": others.renderOperatorClass,
  cast: others.renderCast,
  transform: others.renderTransform,
  "text search parser": others.renderParser,
  "text search template": others.renderTemplate,
  "text search dictionary": others.renderDictionary,
  "text search configuration": others.renderConfiguration,
  "foreign data wrapper": renderWrapper,
  server: renderServer,
  "user mapping": renderUserMapping,
  table: (table, around) => renderTable(table, around),
  "foreign table": (table, around) => renderTable(table, around),
  column: nothing,
  sequence: renderSequence,
  constraint: (part) => [...renderConstraint(part), ...constraintExtras(part)],
  "not null constraint": renderConstraint,
  index: relation.renderIndex,
  view: relation.renderView,
  "materialized view": relation.renderMaterializedView,
  rule: relation.renderRule,
  trigger: relation.renderTrigger,
  policy: relation.renderPolicy,
  statistics: relation.renderStatistics,
  "event trigger": relation.renderEventTrigger,
  publication: others.renderPublication,
  "publication table": others.renderPublicationTable,
  "publication schema": others.renderPublicationSchema,
  subscription: others.renderSubscription,
  "default privileges": nothing,
  "system object": nothing,
};

export const renderObject: Render = (object, around) => renderers[object.kind](object, around);

/** Owner, comment, labels and privileges: what every kind of object may have besides itself. */
export function renderTrimmings(object: CatalogObject): string[] {
  const { kind, facts } = object;
  const trimmings = [
    ...(facts["owner"] === undefined ? [] : [`ALTER ${referenceTo(object)} OWNER TO ${facts["owner"]}`]),
    ...(facts["comment"] === undefined ? [] : [comment(object, facts["comment"])]),
    ...Object.entries(facts)
      .filter(([property]) => property.startsWith("security label "))
      .map(
        ([property, label]) =>
          `SECURITY LABEL FOR ${property.slice("security label ".length)} ON ${referenceTo(object)} IS ${quoteLiteral(label)}`,
      ),
    ...(facts["depends on extension"] ?? "")
      .split(", ")
      .filter((extension) => extension !== "")
      .map(
        (extension) =>
          `ALTER ${kind === "trigger" ? referenceTo(object) : `${wordFor(kind)} ${object.name}`} DEPENDS ON EXTENSION ${extension}`,
      ),
  ];
  if (kind !== "database") return [...trimmings, ...grants(object)];
  return grants(object)
    .map((sql) => relation.onThisDatabase(sql.replace("ON DATABASE (this one)", "ON DATABASE %I")))
    .concat(databaseComment(facts["comment"]));
}

function comment(object: CatalogObject, text: string): string {
  if (object.kind === "database") return "";
  return `COMMENT ON ${referenceTo(object)} IS ${quoteLiteral(text)}`;
}

function databaseComment(text: string | undefined): string[] {
  return text === undefined
    ? []
    : [relation.onThisDatabase(`COMMENT ON DATABASE %I IS ${quoteLiteral(text)}`)];
}
