/** Partitions that come and go with time: what lies on the table's grid and is as its parent is, is no drift. */
import type { Change } from "../catalog/compare.ts";
import { parentsOf } from "../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../catalog/model.ts";

type Unit = "hour" | "day" | "week" | "month" | "quarter" | "year";

const range = /^FOR VALUES FROM \('([^']+)'\) TO \('([^']+)'\)$/;

/** The unit that a bound spans, when it begins and ends on the grid of that unit. */
export function unitOf(bound: string): Unit | undefined {
  const match = range.exec(bound);
  const [from, to] = [timeOf(match?.[1]), timeOf(match?.[2])];
  if (from === undefined || to === undefined) return undefined;
  return units.find((unit) => begins(from, unit) && next(from, unit).getTime() === to.getTime());
}

const units: readonly Unit[] = ["hour", "day", "week", "month", "quarter", "year"];

/** A time as the catalog writes it, in UTC. */
function timeOf(text: string | undefined): Date | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})(?:\+00)?)?$/.exec(text ?? "");
  return match === null ? undefined : new Date(`${match[1] ?? ""}T${match[2] ?? "00:00:00"}Z`);
}

function begins(time: Date, unit: Unit): boolean {
  if (time.getUTCMinutes() !== 0 || time.getUTCSeconds() !== 0) return false;
  if (unit === "hour") return true;
  if (time.getUTCHours() !== 0) return false;
  if (unit === "day") return true;
  if (unit === "week") return time.getUTCDay() === 1;
  if (time.getUTCDate() !== 1) return false;
  if (unit === "month") return true;
  return unit === "quarter" ? time.getUTCMonth() % 3 === 0 : time.getUTCMonth() === 0;
}

function next(time: Date, unit: Unit): Date {
  const after = new Date(time);
  if (unit === "hour") after.setUTCHours(after.getUTCHours() + 1);
  else if (unit === "day" || unit === "week") after.setUTCDate(after.getUTCDate() + (unit === "day" ? 1 : 7));
  else after.setUTCMonth(after.getUTCMonth() + { month: 1, quarter: 3, year: 12 }[unit]);
  return after;
}

/**
 * True for a partition that only one side has, where both have its parent, its bounds lie on the grid of its siblings and it
 * is as its parent is: one that a scheduled job made or retired.
 */
export function isGridPartition(change: Change, live: Catalog, desired: Catalog): boolean {
  if (change.kind !== "table" || change.action === "alter") return false;
  const [here, there] = change.action === "drop" ? [live, desired] : [desired, live];
  const table = here.objects.get(change.id);
  const parent = here.objects.get(`table ${parentsOf(table ?? nobody)[0] ?? ""}`);
  if (table === undefined || parent === undefined || !there.objects.has(parent.id)) return false;
  const unit = unitOf(table.facts["bound"] ?? "");
  if (unit === undefined || table.facts["partition of"] === undefined) return false;
  const siblings = [...there.objects.values()].filter(
    (other) => other.facts["partition of"] === table.facts["partition of"],
  );
  const grid = siblings
    .map(({ facts }) => unitOf(facts["bound"] ?? ""))
    .filter((found) => found !== undefined);
  if (grid.length > 0 && !grid.includes(unit)) return false;
  return looksLike(table, siblings[0], parent, here, there) && matchesParent(table, parent, here);
}

/**
 * True for what differs since a scheduled job detached a partition of the grid: it stands by itself until it is archived and
 * dropped, with a CHECK in place of its bound.
 */
export function isRetiredPartition(change: Change, live: Catalog, desired: Catalog): boolean {
  const object = live.objects.get(change.id) ?? desired.objects.get(change.id);
  const id = change.kind === "table" ? change.id : object?.of;
  const [now, before] = [live.objects.get(id ?? ""), desired.objects.get(id ?? "")];
  if (now === undefined || before?.facts["partition of"] === undefined) return false;
  if (now.facts["partition of"] !== undefined || unitOf(before.facts["bound"] ?? "") === undefined)
    return false;
  if (!live.objects.has(`table ${parentsOf(before)[0] ?? ""}`)) return false;
  if (change.action === "alter") return change.properties.every(({ property }) => ofAttachment.has(property));
  return change.action === "drop" ? change.kind === "constraint" : change.kind === "trigger";
}

/** What a table, its indexes and its constraints have from being a partition. */
const ofAttachment = new Set(["bound", "partition of", "attached to", "index attached to", "inherited"]);

const nobody: CatalogObject = { id: "", kind: "table", name: "", path: [], facts: {} };

/** Its own properties are those of a sibling, or of its parent; what a sibling has it has too. */
function looksLike(
  table: CatalogObject,
  sibling: CatalogObject | undefined,
  parent: CatalogObject,
  here: Catalog,
  there: Catalog,
): boolean {
  const own = factsBesides(table);
  const others = [there.objects.get(sibling?.id ?? ""), here.objects.get(sibling?.id ?? "")].filter(
    (other) => other !== undefined,
  );
  if (others.length === 0) return own.every(([property, value]) => parent.facts[property] === value);
  return others.some(
    ({ facts }) =>
      own.every(([property, value]) => facts[property] === value || parent.facts[property] === value) &&
      factsBesides({ ...table, facts }).every(([property, value]) => table.facts[property] === value),
  );
}

function factsBesides({ facts }: CatalogObject): [string, string][] {
  return Object.entries(facts).filter(
    ([property]) => property !== "bound" && property !== "partition of" && property !== "comment",
  );
}

/** The same columns, and nothing attached to it that its parent does not have. */
function matchesParent(table: CatalogObject, parent: CatalogObject, catalog: Catalog): boolean {
  const columns = new Map<string, CatalogObject>();
  const own: CatalogObject[] = [];
  for (const object of catalog.objects.values()) {
    if (object.of === parent.id && object.kind === "column") columns.set(object.path.at(-1) ?? "", object);
    if (object.of === table.id) own.push(object);
  }
  return own.every((part) => {
    if (part.kind === "column") return isSameColumn(part, columns.get(part.path.at(-1) ?? ""));
    if (part.kind === "policy") return isSamePolicy(part, parent, catalog);
    if (part.kind === "index")
      return part.facts["attached to"] !== undefined && part.facts["invalid"] === undefined;
    if (part.kind === "constraint")
      return part.facts["index attached to"] !== undefined || part.facts["inherited"] !== undefined;
    return false;
  });
}

/** A policy that its table has too. Its expressions name the partition where those of the table name the table. */
function isSamePolicy(policy: CatalogObject, parent: CatalogObject, catalog: Catalog): boolean {
  const above = [...catalog.objects.values()].find(
    ({ kind, of, path }) => kind === "policy" && of === parent.id && path.at(-1) === policy.path.at(-1),
  );
  return (
    above !== undefined &&
    ["command", "restrictive", "roles"].every((name) => above.facts[name] === policy.facts[name])
  );
}

const ofColumn = ["type", "collation", "not null", "generated", "generated kind"];

function isSameColumn(column: CatalogObject, above: CatalogObject | undefined): boolean {
  return (
    above !== undefined && ofColumn.every((property) => column.facts[property] === above.facts[property])
  );
}
