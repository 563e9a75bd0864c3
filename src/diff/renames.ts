/** What only bears another name: constraints and indexes need no building anew, sequences keep what they have counted. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import { constraintIndex } from "../schema/render/constraint.ts";
import { ownName, tableNameOf } from "../schema/render/reference.ts";
import type { Statement } from "./model.ts";
import { namesTaken } from "./removal.ts";
import { say } from "./say.ts";

export interface Renamed {
  readonly statements: readonly Statement[];
  /** The first side, as it is after the renaming. */
  readonly from: Catalog;
}

export function planRenames(from: Catalog, to: Catalog): Renamed {
  const pairs = findPairs(from, to);
  if (pairs.length === 0) return { statements: [], from };
  return { statements: pairs.flatMap(rename), from: withNames(from, pairs) };
}

type Pair = readonly [before: CatalogObject, after: CatalogObject];

/** One to one, and only where the new name is free. */
function findPairs(from: Catalog, to: Catalog): Pair[] {
  const gone = byLikeness([...from.objects.values()].filter(({ id }) => !to.objects.has(id)));
  const fresh = byLikeness([...to.objects.values()].filter(({ id }) => !from.objects.has(id)));
  if (fresh.size === 0) return [];
  const taken = new Set([...from.objects.values()].flatMap(namesTaken));
  return [...findTwins(fresh, from, to), ...findGone(gone, fresh, taken)];
}

/**
 * A table that becomes a partition has an index like the one that is to be attached: the server attaches the one that it finds.
 * So that one gets the name, and the other is made anew.
 */
function findTwins(fresh: ReadonlyMap<string, readonly CatalogObject[]>, from: Catalog, to: Catalog): Pair[] {
  const comes = ({ of = "" }: CatalogObject): boolean =>
    from.objects.get(of) !== undefined &&
    from.objects.get(of)?.facts["partition of"] !== to.objects.get(of)?.facts["partition of"];
  const wanted = [...fresh].filter(
    ([, [first]]) => first?.kind === "index" && first.facts["attached to"] !== undefined && comes(first),
  );
  if (wanted.length === 0) return [];
  const kept = byLikeness(
    [...from.objects.values()].filter(
      (object) =>
        object.kind === "index" &&
        comes(object) &&
        to.objects.get(object.id)?.facts["attached to"] === undefined &&
        to.objects.has(object.id),
    ),
  );
  return wanted.flatMap(([key, [after]]): Pair[] => {
    const before = kept.get(key)?.[0];
    return before === undefined || after === undefined ? [] : [[before, after]];
  });
}

function findGone(
  gone: ReadonlyMap<string, readonly CatalogObject[]>,
  fresh: ReadonlyMap<string, readonly CatalogObject[]>,
  taken: ReadonlySet<string>,
): Pair[] {
  return [...fresh].flatMap(([key, afters]): Pair[] => {
    const befores = gone.get(key) ?? [];
    const [before, after] = [befores[0], afters[0]];
    if (before === undefined || after === undefined || befores.length > 1 || afters.length > 1) return [];
    return namesTaken(after).some((name) => taken.has(name)) ? [] : [[before, after]];
  });
}

function byLikeness(objects: readonly CatalogObject[]): Map<string, CatalogObject[]> {
  const found = new Map<string, CatalogObject[]>();
  for (const object of objects) {
    const key = likeness(object);
    if (key !== undefined) found.set(key, [...(found.get(key) ?? []), object]);
  }
  return found;
}

/** The same for two objects where all but the name is the same. */
function likeness({ kind, of, facts, path, definition = "" }: CatalogObject): string | undefined {
  if (kind === "sequence") {
    const column = facts["identity of"] ?? facts["owned by"];
    return column === undefined
      ? undefined
      : `sequence ${facts["identity of"] === undefined ? "of" : "identity of"} ${column}`;
  }
  if ((kind !== "constraint" && kind !== "index") || of === undefined) return undefined;
  const own = Object.entries(facts)
    .filter(([property]) => !/^(?:comment|index comment|attached to|index attached to)$/.test(property))
    .map(([property, value]) => `${property}=${value}`);
  // An index names itself in its definition.
  const text = kind === "index" ? "" : definition;
  return [kind, of, path[0], ...own, text].join("\0");
}

function rename([before, after]: Pair): Statement[] {
  const name = ownName(after);
  if (before.kind === "sequence") return [say(`ALTER SEQUENCE ${before.name} RENAME TO ${name}`)];
  if (before.kind === "index") return [say(`ALTER INDEX ${before.name} RENAME TO ${name}`)];
  if (before.facts["inherited"] !== undefined) return [];
  const word = before.of?.startsWith("domain ") === true ? "DOMAIN" : "TABLE";
  return [say(`ALTER ${word} ${tableNameOf(before)} RENAME CONSTRAINT ${ownName(before)} TO ${name}`)];
}

function withNames(from: Catalog, pairs: readonly Pair[]): Catalog {
  const ids = new Map(pairs.map(([before, after]) => [before.id, after.id]));
  const indexes = new Map(
    pairs
      .filter(([{ kind }]) => kind !== "sequence")
      .map(([before, after]) => [indexOf(before), indexOf(after)] as const),
  );
  const owners = new Map(
    pairs.map(([before, after]) => [
      `${before.of ?? ""} ${before.path.at(-1) ?? ""}`,
      after.path.at(-1) ?? "",
    ]),
  );
  const named = new Map(pairs.map(([before, after]) => [before.id, after]));
  const objects = [...from.objects.values()].map((object) => {
    const after = named.get(object.id);
    const facts: Record<string, string> = { ...object.facts };
    for (const property of ["attached to", "index attached to"]) {
      const parent = indexes.get(facts[property] ?? "");
      if (parent !== undefined) facts[property] = parent;
    }
    const mark = owners.get(`${object.id} ${facts["clustered on"] ?? ""}`);
    if (mark !== undefined) facts["clustered on"] = mark;
    const identity = owners.get(`${object.id} ${facts["replica identity"]?.slice("index ".length) ?? ""}`);
    if (identity !== undefined) facts["replica identity"] = `index ${identity}`;
    if (after === undefined) return { ...object, facts };
    const { id, name, path, definition } = after;
    return { ...object, id, name, path, facts, ...(definition === undefined ? {} : { definition }) };
  });
  const idOf = (id: string): string => ids.get(id) ?? id;
  return {
    ...from,
    objects: new Map(objects.map((object) => [object.id, object])),
    requires: new Map([...from.requires].map(([id, needed]) => [idOf(id), new Set([...needed].map(idOf))])),
  };
}

function indexOf(object: CatalogObject): string {
  return object.kind === "constraint" ? constraintIndex(object) : object.name;
}
