import { isColumn } from "./assemble.ts";
import { samePartition } from "./inherit.ts";
import type { Catalog, CatalogObject, Kind } from "./model.ts";
import { severityOf, worst } from "./severity.ts";
import type { Severity } from "./severity.ts";

/** One property of an object, as it is on either side; undefined where the server's own default holds. */
export interface PropertyChange {
  readonly property: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly severity: Severity;
}

export interface Change {
  readonly action: "create" | "drop" | "alter";
  readonly kind: Kind;
  readonly name: string;
  /** The id of the object in whichever catalog has it. */
  readonly id: string;
  readonly severity: Severity;
  /** Empty where a whole object is created or dropped. */
  readonly properties: readonly PropertyChange[];
}

/**
 * What must change in `from` to make it `to`. What goes or comes with its table is told by the table; what a partition or
 * a child has from its parent is told by the parent.
 */
export function compareCatalogs(from: Catalog, to: Catalog): Change[] {
  const changes: Change[] = [];
  const found = new Map<string, Change>();
  const add = (change: Change): void => {
    changes.push(change);
    found.set(change.id, change);
  };
  for (const object of from.objects.values()) {
    const other = to.objects.get(object.id);
    if (other === undefined) {
      if (isToldByParent(object, from, to)) continue;
      add({
        action: "drop",
        kind: object.kind,
        name: object.name,
        id: object.id,
        severity: severityOf(object.kind, undefined),
        properties: [],
      });
      continue;
    }
    if (other === object) continue;
    const properties = compareObjects(object, other).filter(
      ({ property }) => property !== "inherited" || !isAdopted(object, from, to),
    );
    if (properties.length === 0) continue;
    add({
      action: "alter",
      kind: object.kind,
      name: object.name,
      id: object.id,
      severity: worst(properties.map(({ severity }) => severity)),
      properties,
    });
  }
  for (const object of to.objects.values()) {
    if (from.objects.has(object.id) || isToldByParent(object, to, from)) continue;
    add({
      action: "create",
      kind: object.kind,
      name: object.name,
      id: object.id,
      severity: severityOf(object.kind, undefined),
      properties: [],
    });
  }
  for (const change of columnOrders(from, to)) add(change);
  return changes.filter((change) => !samePartition(change, found, from, to));
}

/** True when its table is missing as well, so that the table's own change says it. */
function isToldByParent(object: CatalogObject, here: Catalog, there: Catalog): boolean {
  if (object.of !== undefined && here.objects.has(object.of) && !there.objects.has(object.of)) return true;
  return isViewColumn(object) && Object.keys(object.facts).every((property) => derived.has(property));
}

/** What a view's columns have from its query. */
const derived = new Set(["type", "collation"]);

function isViewColumn({ kind, of = "" }: CatalogObject): boolean {
  return kind === "column" && (of.startsWith("view ") || of.startsWith("materialized view "));
}

/** True where its table got or lost a parent: that its columns are inherited goes without saying. */
function isAdopted({ of = "" }: CatalogObject, from: Catalog, to: Catalog): boolean {
  const [before, after] = [from.objects.get(of)?.facts, to.objects.get(of)?.facts];
  return before?.["partition of"] !== after?.["partition of"] || before?.["inherits"] !== after?.["inherits"];
}

function compareObjects(from: CatalogObject, to: CatalogObject): PropertyChange[] {
  const properties = [...new Set([...Object.keys(from.facts), ...Object.keys(to.facts)])].toSorted();
  const changes = properties
    .filter(
      (property) =>
        from.facts[property] !== to.facts[property] && !(derived.has(property) && isViewColumn(from)),
    )
    .map((property) => change(from.kind, property, from.facts[property], to.facts[property]));
  if (changes.length === 0 && from.definition !== to.definition) {
    return [change(from.kind, "definition", from.definition, to.definition)];
  }
  return changes;
}

function change(
  kind: Kind,
  property: string,
  from: string | undefined,
  to: string | undefined,
): PropertyChange {
  return { property, from, to, severity: severityOf(kind, property) };
}

/** The order of the columns that both have; what came or went is told elsewhere. */
function columnOrders(from: Catalog, to: Catalog): Change[] {
  const before = columnsOf(from);
  const after = columnsOf(to);
  const changes: Change[] = [];
  for (const [table, columns] of before) {
    const others = after.get(table);
    const object = to.objects.get(table);
    if (others === undefined || object === undefined) continue;
    if (columns.length === others.length && columns.every((name, at) => name === others[at])) continue;
    const kept = columns.filter((name) => others.includes(name));
    const wanted = others.filter((name) => columns.includes(name));
    if (kept.every((name, index) => name === wanted[index])) continue;
    const severity = severityOf(object.kind, "column order");
    const property = { property: "column order", from: kept.join(", "), to: wanted.join(", "), severity };
    changes.push({
      action: "alter",
      kind: object.kind,
      name: object.name,
      id: `${object.id} column order`,
      severity,
      properties: [property],
    });
  }
  return changes;
}

export function columnsOf(catalog: Catalog): Map<string, string[]> {
  const columns = new Map<string, string[]>();
  for (const { kind, of, path } of catalog.objects.values()) {
    const name = path.at(-1);
    if (!isColumn(kind) || of === undefined || name === undefined) continue;
    const list = columns.get(of);
    if (list !== undefined) list.push(name);
    else if (/table|composite/.test(catalog.objects.get(of)?.kind ?? "")) columns.set(of, [name]);
  }
  return columns;
}
