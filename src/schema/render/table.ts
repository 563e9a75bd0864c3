import type { CatalogObject } from "../../catalog/model.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { parentsOf } from "../../catalog/inherit.ts";
import { ownName } from "./reference.ts";
import { given, optionsOf } from "./model.ts";
import type { Surroundings } from "./model.ts";
import { identityOptions } from "./sequence.ts";
import { constraintClause } from "./constraint.ts";
import { inlineConstraints } from "./keys.ts";
import { foreignOptions } from "./foreign.ts";

/** CREATE TABLE with its columns and the constraints that can stand in it, then what only ALTER can say. */
export function renderTable(table: CatalogObject, around: Surroundings, withoutDefaults = false): string[] {
  const { facts, name, kind } = table;
  const parts = around.parts.get(table.id) ?? [];
  const columns = parts.filter((part) => part.kind === "column");
  const isPartition = facts["partition of"] !== undefined;
  const isTyped = facts["of type"] !== undefined;
  const parents = isPartition ? [] : parentsOf(table);
  const own = columns.filter(
    (column) => isPartition || parents.length === 0 || column.facts["inherited"] === undefined,
  );
  const { inside, behind } = inlineConstraints(table, around);
  const lines = [
    ...own.flatMap((column) =>
      columnLine(asInherited(column, parents, around), around, isTyped, withoutDefaults),
    ),
    ...inside.map((part) => `CONSTRAINT ${ownName(part)} ${constraintClause(part)}`),
    ...parts
      .filter(
        (part) =>
          part.kind === "not null constraint" &&
          part.facts["no inherit"] !== undefined &&
          part.facts["not valid"] === undefined,
      )
      .map((part) => `NOT NULL ${ownName(part)} NO INHERIT`),
  ];
  const body = lines.length === 0 && isTyped ? "" : ` (\n  ${lines.join(",\n  ")}\n)`;
  const persistence = facts["persistence"] === "unlogged" ? "UNLOGGED " : "";
  const storage = [
    ...optionsOf(facts, "option").map(([option, value]) => `${option}=${optionValue(value)}`),
    ...optionsOf(facts, "toast option").map(([option, value]) => `toast.${option}=${optionValue(value)}`),
  ];
  const create = [
    `CREATE ${persistence}${kind === "foreign table" ? "FOREIGN " : ""}TABLE ${name}${isTyped ? ` OF ${facts["of type"] ?? ""}` : ""}${lines.length === 0 && !isTyped ? " ()" : body}`,
    ...(parents.length === 0 ? [] : [`INHERITS (${parents.join(", ")})`]),
    ...given(facts, "partition key", (key) => `PARTITION BY ${key}`),
    ...given(facts, "access method", (method) => `USING ${method}`),
    ...(storage.length === 0 ? [] : [`WITH (${storage.join(", ")})`]),
    ...given(facts, "tablespace", (space) => `TABLESPACE ${space}`),
    ...(kind === "foreign table" ? [`SERVER ${facts["server"] ?? ""}${foreignOptions(table)}`] : []),
  ].join("\n");
  const alter = `ALTER TABLE ONLY ${name}`;
  return [
    create,
    ...columns.flatMap((column) => alterColumn(column, alter, around, table)),
    ...behind.map((part) => `${alter} ADD CONSTRAINT ${ownName(part)} ${constraintClause(part)}`),
    ...(isPartition
      ? [`ALTER TABLE ONLY ${facts["partition of"] ?? ""} ATTACH PARTITION ${name} ${facts["bound"] ?? ""}`]
      : []),
    ...given(facts, "row security", () => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`),
    ...given(facts, "force row security", () => `${alter} FORCE ROW LEVEL SECURITY`),
    ...given(facts, "replica identity", (identity) =>
      identity.startsWith("index ") ? "" : `${alter} REPLICA IDENTITY ${identity.toUpperCase()}`,
    ),
  ].filter((sql) => sql !== "");
}

/** ADD COLUMN, and what only ALTER can say of it. */
export function renderAddColumn(column: CatalogObject, table: CatalogObject, around: Surroundings): string[] {
  const word = table.kind === "foreign table" ? "FOREIGN TABLE" : "TABLE";
  return [
    `ALTER ${word} ${table.name} ADD COLUMN ${columnLine(column, around, false, false).join("")}`,
    ...alterColumn(column, `ALTER ${word} ONLY ${table.name}`, around, table),
  ];
}

export function optionValue(value: string): string {
  return /^[a-z0-9_.]+$/i.test(value) ? value : quoteLiteral(value);
}

export function setDefault(column: CatalogObject, value: string): string {
  const table = column.name.slice(0, column.name.length - ownName(column).length - 1);
  return `ALTER TABLE ONLY ${table} ALTER COLUMN ${ownName(column)} SET DEFAULT ${value}`;
}

function columnLine(
  column: CatalogObject,
  around: Surroundings,
  isTyped: boolean,
  withoutDefaults: boolean,
): string[] {
  const { facts } = column;
  const sequence = (around.parts.get(column.of ?? "") ?? []).find(
    (part) => part.kind === "sequence" && part.facts["identity of"] === column.name,
  );
  const properties = [
    ...given(facts, "collation", (collation) => `COLLATE ${collation}`),
    ...given(facts, "compression", (method) => `COMPRESSION ${method}`),
    ...given(
      facts,
      "generated",
      (expression) =>
        `GENERATED ALWAYS AS (${expression})${facts["generated kind"] === "stored" ? " STORED" : " VIRTUAL"}`,
    ),
    ...(sequence === undefined
      ? []
      : [`GENERATED ${(facts["identity"] ?? "").toUpperCase()} AS IDENTITY (${identityOptions(sequence)})`]),
    ...(withoutDefaults ? [] : given(facts, "default", (value) => `DEFAULT ${value}`)),
    ...(facts["not null"] === undefined || hasOwnNotNull(column, around) ? [] : ["NOT NULL"]),
  ];
  if (isTyped)
    return properties.length === 0 ? [] : [`${ownName(column)} WITH OPTIONS ${properties.join(" ")}`];
  const type = `${facts["type"] ?? ""}${foreignOptions(column)}`;
  return [[ownName(column), type, ...properties].join(" ")];
}

/** A child that computes a column as its parent does has that from it: until 15 CREATE TABLE must not say so. */
function asInherited(
  column: CatalogObject,
  parents: readonly string[],
  { catalog }: Surroundings,
): CatalogObject {
  const { generated, ...facts } = column.facts;
  const isParents = parents.some(
    (parent) => catalog.objects.get(`column ${parent}.${ownName(column)}`)?.facts["generated"] === generated,
  );
  return generated !== undefined && isParents ? { ...column, facts } : column;
}

/** A NOT NULL with a property of its own (18 and newer) is written as a constraint. */
function hasOwnNotNull(column: CatalogObject, around: Surroundings): boolean {
  return around.catalog.objects.has(`not null constraint ${column.name}`);
}

function alterColumn(
  column: CatalogObject,
  alter: string,
  around: Surroundings,
  table: CatalogObject,
): string[] {
  const { facts } = column;
  const on = `${alter} ALTER COLUMN ${ownName(column)}`;
  const options = optionsOf(facts, "option").map(([option, value]) => `${option}=${optionValue(value)}`);
  const isInherited =
    facts["inherited"] !== undefined &&
    table.facts["partition of"] === undefined &&
    table.facts["of type"] === undefined;
  const above = isInherited
    ? parentsOf(table).map((parent) => around.catalog.objects.get(`column ${parent}.${ownName(column)}`))
    : [];
  const differs = (property: string): boolean =>
    isInherited && !above.some((parent) => parent?.facts[property] === facts[property]);
  return [
    ...(differs("default")
      ? [facts["default"] === undefined ? `${on} DROP DEFAULT` : `${on} SET DEFAULT ${facts["default"]}`]
      : []),
    ...(differs("not null") && facts["not null"] !== undefined ? [`${on} SET NOT NULL`] : []),
    ...given(facts, "storage", (storage) => `${on} SET STORAGE ${storage.toUpperCase()}`),
    ...given(facts, "statistics", (target) => `${on} SET STATISTICS ${target}`),
    ...(options.length === 0 ? [] : [`${on} SET (${options.join(", ")})`]),
  ];
}
