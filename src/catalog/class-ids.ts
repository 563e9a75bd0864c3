/** The catalogs that objects live in, by their fixed object ids. */
import type { Kind } from "./model.ts";

const byKind: Readonly<Record<Kind, number>> = {
  database: 1262,
  setting: 0,
  schema: 2615,
  extension: 3079,
  language: 2612,
  "access method": 2601,
  collation: 3456,
  conversion: 2607,
  enum: 1247,
  domain: 1247,
  "composite type": 1247,
  attribute: 1259,
  range: 1247,
  "base type": 1247,
  function: 1255,
  procedure: 1255,
  aggregate: 1255,
  operator: 2617,
  "operator family": 2753,
  "operator class": 2616,
  cast: 2605,
  transform: 3576,
  "text search parser": 3601,
  "text search template": 3764,
  "text search dictionary": 3600,
  "text search configuration": 3602,
  "foreign data wrapper": 2328,
  server: 1417,
  "user mapping": 1418,
  table: 1259,
  "foreign table": 1259,
  column: 1259,
  sequence: 1259,
  constraint: 2606,
  "not null constraint": 2606,
  index: 1259,
  view: 1259,
  "materialized view": 1259,
  rule: 2618,
  trigger: 2620,
  policy: 3256,
  statistics: 3381,
  "event trigger": 3466,
  publication: 6104,
  "publication table": 6106,
  "publication schema": 6237,
  subscription: 6100,
  "default privileges": 826,
  "system object": 0,
};

/** Where an object is kept, e.g. `1259:16402:3` for a column. */
export type Place = string;

export function placeOf(kind: Kind, id: number, sub: number): Place {
  return `${byKind[kind]}:${id}:${sub}`;
}
