import type { Catalog, CatalogObject } from "../../catalog/model.ts";

/** What renderers may look at besides their object: the rest of the catalog, with what belongs to whom. */
export interface Surroundings {
  readonly catalog: Catalog;
  /** Columns, constraints and identity sequences by the id of their table or type, in order. */
  readonly parts: ReadonlyMap<string, readonly CatalogObject[]>;
}

/** Statements without their semicolon. */
export type Render = (object: CatalogObject, around: Surroundings) => string[];

/** A property as it is to be written; `whole` for the definition. */
export function writtenOf({ facts, written, definition }: CatalogObject, property: string): string {
  return written?.[property] ?? (property === "whole" ? definition : facts[property]) ?? "";
}

/** One line of an option list, or nothing. */
export function given(
  facts: CatalogObject["facts"],
  property: string,
  write: (value: string) => string,
): string[] {
  const value = facts[property];
  return value === undefined ? [] : [write(value)];
}

/** The options under a word, `option fillfactor` = `70`, as pairs. */
export function optionsOf(facts: CatalogObject["facts"], word: string): [name: string, value: string][] {
  return Object.entries(facts)
    .filter(([property]) => property.startsWith(`${word} `))
    .map(([property, value]) => [property.slice(word.length + 1), value]);
}
