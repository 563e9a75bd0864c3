import type { Row } from "../postgres/connect.ts";
import type { Drafts } from "./assemble.ts";
import type { Draft } from "./rows.ts";

/** Members of operator families and classes hang on both their family and what they are: they stand for their family. */
const memberCatalogs = new Set([2602, 2603]);
const familyCatalogs = new Set([2753, 2616]);

/** Kinds of dependency by which a part hangs on its whole, the closest first: internal, of a partition, automatic. */
const closeness = ["i", "P", "a", "S"];

/**
 * What needs what, between objects of the catalog. What the catalog does not know as an object (a row type, an array
 * type, a default, the rule of a view) stands for the object that it came with.
 */
export function resolveDependencies(
  drafts: Drafts,
  rows: readonly Row[],
  idOf: (draft: Draft) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const places: ReadonlyMap<string, Draft> = drafts;
  const standIns = new Map<string, string>();
  for (const draft of drafts.values()) {
    const { id, index, relation } = draft.own;
    if (draft.kind === "constraint" && index !== 0 && draft.facts["type"] !== "foreign key") {
      standIns.set(`1259:${index}:0`, `2606:${id}:0`);
    }
    if (draft.kind === "composite type") {
      standIns.set(`1259:${relation}:0`, `1247:${id}:0`);
    }
  }
  for (const type of closeness) {
    for (const row of rows) {
      const place = `${String(row["class"])}:${String(row["id"])}:${String(row["sub"])}`;
      if (row["type"] !== type || places.has(place) || standIns.has(place)) continue;
      if (memberCatalogs.has(Number(row["class"])) && !familyCatalogs.has(Number(row["refClass"]))) continue;
      standIns.set(place, `${String(row["refClass"])}:${String(row["refId"])}:${String(row["refSub"])}`);
    }
  }
  const find = (start: string): Draft | undefined => {
    let place = start;
    for (let steps = 0; steps < 10; steps++) {
      const draft = places.get(place);
      if (draft !== undefined) return draft;
      const next =
        standIns.get(place) ??
        (place.endsWith(":0") ? undefined : `${place.slice(0, place.lastIndexOf(":"))}:0`);
      if (next === undefined) return undefined;
      place = next;
    }
    return undefined;
  };
  const requires = new Map<string, Set<string>>();
  for (const row of rows) {
    const from = find(`${String(row["class"])}:${String(row["id"])}:${String(row["sub"])}`);
    const to = find(`${String(row["refClass"])}:${String(row["refId"])}:${String(row["refSub"])}`);
    if (from === undefined || to === undefined || from === to) continue;
    const id = idOf(from);
    const set = requires.get(id) ?? new Set<string>();
    set.add(idOf(to));
    requires.set(id, set);
  }
  return requires;
}
