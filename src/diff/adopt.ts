/** The wanted side, but for some differences, which stay as they are. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";

/** A difference that is to stay: of a whole object, or of some of its properties. */
export interface Kept {
  readonly id: string;
  readonly action: "create" | "drop" | "alter";
  /** Empty: the whole object. */
  readonly properties: readonly string[];
}

/** What `to` would be where `kept` is as in `from`. */
export function adopt(from: Catalog, to: Catalog, kept: readonly Kept[]): Catalog {
  if (kept.length === 0) return to;
  const objects = new Map(to.objects);
  const requires = new Map(to.requires);
  const take = (object: CatalogObject): void => {
    objects.set(object.id, object);
    const needed = from.requires.get(object.id);
    if (needed === undefined) requires.delete(object.id);
    else requires.set(object.id, needed);
  };
  for (const { id, action, properties } of kept) {
    const [before, after] = [from.objects.get(id), to.objects.get(id)];
    if (action === "create") {
      for (const part of withParts(to, id)) objects.delete(part.id);
    } else if (action === "drop" || properties.length === 0) {
      for (const part of withParts(to, id)) objects.delete(part.id);
      for (const part of withParts(from, id)) take(part);
    } else if (before !== undefined && after !== undefined) {
      objects.set(id, withProperties(objects.get(id) ?? after, before, properties));
      requires.set(id, new Set([...(from.requires.get(id) ?? []), ...(to.requires.get(id) ?? [])]));
    }
  }
  return { ...to, objects, requires };
}

function withParts(catalog: Catalog, id: string): CatalogObject[] {
  const object = catalog.objects.get(id);
  if (object === undefined) return [];
  return [object, ...[...catalog.objects.values()].filter(({ of }) => of === id)];
}

function withProperties(
  object: CatalogObject,
  before: CatalogObject,
  properties: readonly string[],
): CatalogObject {
  const facts: Record<string, string> = { ...object.facts };
  for (const property of properties) {
    const value = before.facts[property];
    if (value === undefined) delete facts[property];
    else facts[property] = value;
  }
  // The server's own text cannot be mended; where all is as it was, it is the old one.
  const names = new Set([...Object.keys(facts), ...Object.keys(before.facts)]);
  const isAsBefore = [...names].every((name) => facts[name] === before.facts[name]);
  return isAsBefore ? before : { ...object, facts };
}
