import type { Change, PropertyChange } from "../catalog/compare.ts";
import { compareCatalogs } from "../catalog/compare.ts";
import type { Catalog, Unmodelled } from "../catalog/model.ts";
import type { Finding, FindingProperty } from "./model.ts";
import { isGridPartition, isRetiredPartition } from "./partitions.ts";

/** What differs between the live database and what its migrations make. Pure. */
export function findDrift(live: Catalog, desired: Catalog): Finding[] {
  const changes = compareCatalogs(live, desired).filter(
    (change) => !isGridPartition(change, live, desired) && !isRetiredPartition(change, live, desired),
  );
  return [
    ...changes.flatMap((change) => {
      const properties = change.properties.filter((property) => !isState(property));
      return change.action === "alter" && properties.length === 0
        ? []
        : [describe({ ...change, properties })];
    }),
    ...unknown(live.unmodelled, desired.unmodelled),
  ];
}

/** A materialised view that migrations leave empty and somebody has refreshed since: that is data. */
function isState({ property, from }: PropertyChange): boolean {
  return property === "unpopulated" && from === undefined;
}

function describe({ action, kind, name, id, severity, properties }: Change): Finding {
  const shown = properties.map(propertyOf);
  return { action, kind, name, detail: detailOf(action, shown), severity, properties: shown, id };
}

function propertyOf({ property, from, to, severity }: PropertyChange): FindingProperty {
  return { property, from: from ?? null, to: to ?? null, severity };
}

function detailOf(action: Finding["action"], properties: readonly FindingProperty[]): string {
  if (action === "create") return "is missing: a migration makes it";
  if (action === "drop") return "is there, but no migration makes it";
  return properties
    .map(({ property, from, to }) => `${property}: ${from ?? "(none)"} → ${to ?? "(none)"}`)
    .join("; ");
}

/** Never passed over: what is there and cannot be described may be anything. */
function unknown(live: readonly Unmodelled[], desired: readonly Unmodelled[]): Finding[] {
  const expected = new Set(desired.map(({ kind, name }) => `${kind} ${name}`));
  return live
    .filter(({ kind, name }) => !expected.has(`${kind} ${name}`))
    .map(({ kind, name }) => ({
      action: "drop",
      kind: "unmodelled",
      name: `${kind} ${name}`.trim(),
      detail: "is there, but veza-db cannot describe it",
      severity: "integrity",
      properties: [],
      id: `unmodelled ${kind} ${name}`,
    }));
}
