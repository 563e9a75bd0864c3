import type { CatalogObject } from "../../catalog/model.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import { constraintClause } from "./constraint.ts";
import { given } from "./model.ts";
import type { Surroundings } from "./model.ts";
import { ownName } from "./reference.ts";

export function renderEnum({ facts, name }: CatalogObject): string[] {
  return [`CREATE TYPE ${name} AS ENUM (${facts["labels"] ?? ""})`];
}

export function renderDomain(domain: CatalogObject, around: Surroundings): string[] {
  const { facts, name } = domain;
  const checks = (around.parts.get(domain.id) ?? []).filter(
    (part) => part.kind === "constraint" && part.facts["not valid"] === undefined,
  );
  const create = [
    `CREATE DOMAIN ${name} AS ${facts["type"] ?? ""}`,
    ...given(facts, "collation", (collation) => `COLLATE ${collation}`),
    ...given(facts, "default", (value) => `DEFAULT ${value}`),
    ...given(facts, "not null", () => "NOT NULL"),
    ...checks.map((check) => `CONSTRAINT ${ownName(check)} ${constraintClause(check)}`),
  ];
  return [create.join(" ")];
}

export function renderComposite(type: CatalogObject, around: Surroundings): string[] {
  const attributes = (around.parts.get(type.id) ?? []).filter(({ kind }) => kind === "attribute");
  const lines = attributes.map((attribute) =>
    [
      ownName(attribute),
      attribute.facts["type"] ?? "",
      ...given(attribute.facts, "collation", (collation) => `COLLATE ${collation}`),
    ].join(" "),
  );
  return [`CREATE TYPE ${type.name} AS (${lines.length === 0 ? "" : `\n  ${lines.join(",\n  ")}\n`})`];
}

export function renderRange({ facts, name }: CatalogObject): string[] {
  const lines = [
    `SUBTYPE = ${facts["subtype"] ?? ""}`,
    ...given(facts, "subtype operator class", (value) => `SUBTYPE_OPCLASS = ${value}`),
    ...given(facts, "subtype collation", (value) => `COLLATION = ${value}`),
    ...given(facts, "canonical", (value) => `CANONICAL = ${value}`),
    ...given(facts, "subtype diff", (value) => `SUBTYPE_DIFF = ${value}`),
    ...given(facts, "multirange type", (value) => `MULTIRANGE_TYPE_NAME = ${value}`),
  ];
  return [`CREATE TYPE ${name} AS RANGE (${lines.join(", ")})`];
}

const baseProperties: readonly (readonly [property: string, word: string])[] = [
  ["input", "INPUT"],
  ["output", "OUTPUT"],
  ["receive", "RECEIVE"],
  ["send", "SEND"],
  ["typmod in", "TYPMOD_IN"],
  ["typmod out", "TYPMOD_OUT"],
  ["analyze", "ANALYZE"],
  ["subscript", "SUBSCRIPT"],
  ["internal length", "INTERNALLENGTH"],
  ["alignment", "ALIGNMENT"],
  ["storage", "STORAGE"],
  ["element", "ELEMENT"],
];

export function renderBaseType({ facts, name }: CatalogObject): string[] {
  if (facts["shell"] !== undefined) return [`CREATE TYPE ${name}`];
  const lines = [
    ...baseProperties.flatMap(([property, word]) => given(facts, property, (value) => `${word} = ${value}`)),
    ...given(facts, "passed by value", () => "PASSEDBYVALUE"),
    ...given(facts, "category", (value) => `CATEGORY = ${quoteLiteral(value)}`),
    ...given(facts, "preferred", () => "PREFERRED = true"),
    ...given(facts, "default", (value) => `DEFAULT = ${quoteLiteral(value)}`),
    ...given(facts, "delimiter", (value) => `DELIMITER = ${quoteLiteral(value)}`),
    ...given(facts, "collatable", () => "COLLATABLE = true"),
  ];
  return [`CREATE TYPE ${name} (\n  ${lines.join(",\n  ")}\n)`];
}
