/** Which properties ALTER can set, kind by kind. */
import type { Kind } from "../catalog/model.ts";

/** What every object may have, and what can always be set. */
export const common = /^(?:comment|owner|grants to .*|security label .*|depends on extension)$/;

export const alterable: Readonly<Record<Kind, RegExp>> = {
  database: /^/,
  setting: /^value$/,
  schema: /^$/,
  extension: /^(?:schema|version)$/,
  language: /^(?:trusted|handler|inline|validator)$/,
  "access method": /^$/,
  collation: /^$/,
  conversion: /^$/,
  enum: /^labels$/,
  domain: /^(?:default|not null)$/,
  "composite type": /^$/,
  attribute: /^$/,
  range: /^$/,
  "base type": /^(?:receive|send|typmod in|typmod out|analyze|subscript|storage)$/,
  function:
    /^(?:body|sql body|library|language|volatility|strict|security definer|leakproof|parallel|cost|rows|support|setting .*|definition|arguments|library)$/,
  procedure: /^(?:body|sql body|library|language|security definer|setting .*|definition|arguments)$/,
  aggregate: /^(?!arguments$|returns$|aggregate kind$)/,
  operator: /^(?:restrict|join)$/,
  "operator family": /^members$/,
  "operator class": /^$/,
  cast: /^$/,
  transform: /^(?:from sql|to sql)$/,
  "text search parser": /^$/,
  "text search template": /^$/,
  "text search dictionary": /^options$/,
  "text search configuration": /^mappings$/,
  "foreign data wrapper": /^(?:handler|validator|foreign option .*)$/,
  server: /^(?:version|foreign option .*)$/,
  "user mapping": /^foreign option .*$/,
  table:
    /^(?:option .*|toast option .*|persistence|access method|tablespace|partition of|bound|inherits|of type|row security|force row security|replica identity|clustered on)$/,
  "foreign table": /^(?:foreign option .*|partition of|bound|inherits|row security|force row security)$/,
  column:
    /^(?:type|collation|default|not null|identity|storage|compression|statistics|option .*|foreign option .*|inherited)$/,
  sequence: /^/,
  constraint:
    /^(?:deferrable|initially deferred|not valid|not enforced|triggers|index option .*|index tablespace|index attached to|index comment|inherited|invalid)$/,
  "not null constraint": /^inherited$/,
  index: /^(?:option .*|tablespace|statistics|attached to|invalid)$/,
  view: /^(?:option .*|query)$/,
  "materialized view": /^(?:option .*|toast option .*|access method|tablespace|clustered on|unpopulated)$/,
  rule: /^(?:enabled|definition)$/,
  trigger: /^(?:enabled|definition|inherited)$/,
  policy: /^(?:roles|using|with check)$/,
  statistics: /^target$/,
  "event trigger": /^enabled$/,
  publication: /^(?:publish|via partition root|generated columns)$/,
  "publication table": /^$/,
  "publication schema": /^$/,
  subscription: /^/,
  "default privileges": /^/,
  "system object": /^/,
};

/** Types that columns may be of. */
export const swapped: ReadonlySet<Kind> = new Set<Kind>([
  "enum",
  "domain",
  "composite type",
  "range",
  "collation",
]);
/** What holds rows or counts is never made anew. */
export const kept: ReadonlySet<Kind> = new Set<Kind>(["table", "column", "sequence", "schema", "database"]);
