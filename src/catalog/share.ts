/** Two catalogs of one schema hold most things twice: what is the same in both is kept once. */
import type { Catalog, CatalogObject, Facts } from "./model.ts";

/** `catalog`, in which everything that is the same in `other` is that of `other`: what is compared later is known by its identity. */
export function shareWith(other: Catalog, catalog: Catalog): Catalog {
  const objects = new Map<string, CatalogObject>();
  for (const [id, object] of catalog.objects) {
    const twin = other.objects.get(id);
    objects.set(id, twin !== undefined && isSame(twin, object) ? twin : object);
  }
  const requires = new Map<string, ReadonlySet<string>>();
  for (const [id, needed] of catalog.requires) {
    const twin = other.requires.get(id);
    requires.set(id, twin !== undefined && isSameSet(twin, needed) ? twin : needed);
  }
  return { ...catalog, objects, requires };
}

/** To the order of the facts: that of options is what a statement would write. */
function isSame(one: CatalogObject, other: CatalogObject): boolean {
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    one.of === other.of &&
    one.definition === other.definition &&
    one.path.length === other.path.length &&
    one.path.every((name, at) => name === other.path[at]) &&
    hasSameFacts(one.facts, other.facts) &&
    hasSameFacts(one.written ?? {}, other.written ?? {})
  );
}

function hasSameFacts(one: Facts, other: Facts): boolean {
  const names = Object.keys(one);
  const others = Object.keys(other);
  return (
    names.length === others.length &&
    names.every((name, at) => name === others[at] && one[name] === other[name])
  );
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (one.size !== other.size) return false;
  for (const id of one) if (!other.has(id)) return false;
  return true;
}
