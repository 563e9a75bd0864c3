/** The schema as steps: what is written together, and what must stand before it. */
import { parentsOf } from "../catalog/inherit.ts";
import { kinds } from "../catalog/model.ts";
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import { lastDot } from "../catalog/assemble.ts";
import { addBodyTies } from "./body-ties.ts";
import { constraintExtras, constraintIndex, isInline } from "./render/constraint.ts";
import type { Surroundings } from "./render/model.ts";
import { renderObject, renderTrimmings } from "./render/object.ts";

export interface Step {
  readonly id: string;
  readonly object: CatalogObject;
  /** Where it stands among those that may stand anywhere. */
  readonly rank: number;
  readonly requires: Set<string>;
  readonly statements: readonly string[];
}

const ranks = new Map(kinds.map((kind, index) => [kind, index]));

/** Out of the order of the kinds: what acts on what follows it comes last. */
const lateRanks: Partial<Record<Kind, number>> = {
  "default privileges": 1000,
  "event trigger": 1001,
  database: 998,
  setting: 999,
  "system object": 997,
};

export function rankOf(kind: Kind): number {
  return lateRanks[kind] ?? ranks.get(kind) ?? 0;
}

export function partsOf(catalog: Catalog): Map<string, CatalogObject[]> {
  const parts = new Map<string, CatalogObject[]>();
  for (const object of catalog.objects.values()) {
    if (object.of === undefined) continue;
    const list = parts.get(object.of);
    if (list === undefined) parts.set(object.of, [object]);
    else list.push(object);
  }
  return parts;
}

/** One step for each object that is written by itself; columns and the like go with their table. */
export function planSteps(around: Surroundings): Map<string, Step> {
  const { catalog } = around;
  const steps = new Map<string, Step>();
  const homes = new Map<string, string>();
  for (const object of catalog.objects.values()) {
    const home = homeOf(object, catalog);
    homes.set(object.id, home);
    if (home !== object.id) continue;
    steps.set(
      object.id,
      lazyStep(object, () => statementsOf(object, around)),
    );
  }
  for (const object of catalog.objects.values()) {
    const step = steps.get(homes.get(object.id) ?? "");
    if (step === undefined) continue;
    for (const needed of catalog.requires.get(object.id) ?? []) {
      const home = homes.get(needed);
      if (home !== undefined && home !== step.id && !isBackward(object, needed)) step.requires.add(home);
    }
    if (object.of !== undefined && object.of !== step.id)
      step.requires.add(homes.get(object.of) ?? object.of);
  }
  addTies(catalog, steps, around);
  addBodyTies(catalog, steps);
  return steps;
}

/** Written when somebody asks: of a large schema most plans need but little. */
function lazyStep(object: CatalogObject, write: () => readonly string[]): Step {
  let written: readonly string[] | undefined;
  return {
    id: object.id,
    object,
    rank: rankOf(object.kind),
    requires: new Set(),
    get statements() {
      written ??= write();
      return written;
    },
  };
}

function statementsOf(object: CatalogObject, around: Surroundings): string[] {
  const inside = (around.parts.get(object.id) ?? []).filter(
    (part) => homeOf(part, around.catalog) === object.id,
  );
  return [
    ...renderObject(object, around),
    ...inside.flatMap((part) => (part.kind === "constraint" ? constraintExtras(part) : [])),
    ...renderTrimmings(object),
    ...inside.flatMap(renderTrimmings),
  ];
}

/** The object with whose statements an object's own stand. */
export function homeOf(object: CatalogObject, catalog: Catalog): string {
  const owner = object.of === undefined ? undefined : catalog.objects.get(object.of);
  if (owner === undefined) return object.id;
  if (
    object.kind === "column" ||
    object.kind === "attribute" ||
    (object.kind === "sequence" && object.facts["identity of"] !== undefined)
  )
    return owner.id;
  if (object.kind === "not null constraint" && object.facts["not valid"] === undefined) return owner.id;
  if (object.kind === "constraint" && owner.kind === "domain")
    return object.facts["not valid"] === undefined ? owner.id : object.id;
  if (object.kind === "constraint" && isInline(object, owner)) return owner.id;
  // What a child has from its parent comes with it.
  if (object.kind === "constraint" && object.facts["inherited"] !== undefined) return owner.id;
  return object.id;
}

/** A sequence that a column owns is made before the column's table, and given to it afterwards. */
function isBackward(object: CatalogObject, needed: string): boolean {
  return (
    object.kind === "sequence" &&
    (needed.startsWith("table ") || needed.startsWith("column ") || needed.startsWith("foreign table "))
  );
}

function addTies(catalog: Catalog, steps: Map<string, Step>, { parts }: Surroundings): void {
  const partitions = new Map<string, string[]>();
  for (const { id, object } of [...steps.values()]) {
    const { kind, facts } = object;
    if (kind === "table" || kind === "foreign table") {
      for (const parent of parentsOf(object)) {
        steps.get(id)?.requires.add(`table ${parent}`);
        partitions.set(`table ${parent}`, [...(partitions.get(`table ${parent}`) ?? []), id]);
      }
    }
    if (kind === "table" || kind === "materialized view") addIndexMarks(object, steps, parts);
    if (kind === "sequence" && facts["owned by"] !== undefined && facts["identity of"] === undefined) {
      const column = facts["owned by"];
      const table = column.slice(0, lastDot(column));
      const owner = ["table", "foreign table"]
        .map((word) => `${word} ${table}`)
        .find((key) => steps.has(key));
      const requires = new Set([id, ...(owner === undefined ? [] : [owner])]);
      steps.set(`${id} owned by`, {
        id: `${id} owned by`,
        object,
        rank: rankOf("table") + 0.5,
        requires,
        statements: [`ALTER SEQUENCE ${object.name} OWNED BY ${column}`],
      });
    }
  }
  // An index of a partitioned table comes when all its partitions are attached, else they would get their own by themselves.
  for (const step of steps.values()) {
    if (
      step.object.kind !== "index" &&
      !(step.object.kind === "constraint" && step.object.facts["invalid"] !== undefined)
    )
      continue;
    for (const child of descendants(step.object.of ?? "", partitions)) step.requires.add(child);
  }
  attachConstraints(catalog, steps);
  waitForAttached(catalog, steps);
}

/** A key of a partitioned table may be referred to when each partition's is attached to it. */
function waitForAttached(catalog: Catalog, steps: Map<string, Step>): void {
  for (const [key, parts] of attachedToKeys(catalog))
    for (const part of parts)
      for (const id of [part, `${part} attached`]) if (steps.has(id)) steps.get(key)?.requires.add(id);
}

/** By the ids of foreign keys: what is attached to the keys that they refer to, down to the last partition. */
export function attachedToKeys(catalog: Catalog): Map<string, string[]> {
  const below = new Map<string, CatalogObject[]>();
  for (const object of catalog.objects.values()) {
    const above = object.facts["attached to"] ?? object.facts["index attached to"];
    if (above !== undefined) below.set(above, [...(below.get(above) ?? []), object]);
  }
  const found = new Map<string, string[]>();
  if (below.size === 0) return found;
  const partsBelow = (object: CatalogObject): string[] =>
    (below.get(object.kind === "constraint" ? constraintIndex(object) : object.name) ?? []).flatMap(
      (part) => [part.id, ...partsBelow(part)],
    );
  for (const object of catalog.objects.values()) {
    if (object.kind !== "constraint" || object.facts["type"] !== "foreign key") continue;
    const parts = [...(catalog.requires.get(object.id) ?? [])].flatMap((id) => {
      const key = catalog.objects.get(id);
      return key?.kind === "index" || key?.kind === "constraint" ? partsBelow(key) : [];
    });
    if (parts.length > 0) found.set(object.id, parts);
  }
  return found;
}

function descendants(table: string, partitions: ReadonlyMap<string, readonly string[]>): string[] {
  return (partitions.get(table) ?? []).flatMap((child) => [child, ...descendants(child, partitions)]);
}

/** CLUSTER ON and REPLICA IDENTITY name an index, which must be there. */
function addIndexMarks(table: CatalogObject, steps: Map<string, Step>, parts: Surroundings["parts"]): void {
  const { facts, name } = table;
  const identity =
    facts["replica identity"]?.startsWith("index ") === true
      ? facts["replica identity"].slice("index ".length)
      : undefined;
  const marks = [
    ...(facts["clustered on"] === undefined ? [] : [{ index: facts["clustered on"], sql: "CLUSTER ON" }]),
    ...(identity === undefined ? [] : [{ index: identity, sql: "REPLICA IDENTITY USING INDEX" }]),
  ];
  for (const { index, sql } of marks) {
    const part = (parts.get(table.id) ?? []).find(
      ({ path, kind }) => path.at(-1) === index && (kind === "index" || kind === "constraint"),
    );
    if (part === undefined) continue;
    const requires = new Set([table.id, steps.has(part.id) ? part.id : table.id]);
    const id = `${table.id} ${sql}`;
    const written = part.name.slice(part.kind === "index" ? lastDot(part.name) + 1 : lastDot(part.name) + 1);
    steps.set(id, {
      id,
      object: table,
      rank: rankOf("index") + 0.5,
      requires,
      statements: [`ALTER TABLE ONLY ${name} ${sql} ${written}`],
    });
  }
}

/** The index of a partition's constraint that is attached to an index which no constraint made. */
function attachConstraints(catalog: Catalog, steps: Map<string, Step>): void {
  for (const object of catalog.objects.values()) {
    const parent = object.kind === "constraint" ? object.facts["index attached to"] : undefined;
    if (parent === undefined || !steps.has(`index ${parent}`)) continue;
    const table = object.of ?? "";
    const schema = object.name.slice(0, object.name.indexOf(".") < 0 ? 0 : tableSchemaEnd(object));
    const own = object.name.slice(lastDot(object.name) + 1);
    const id = `${object.id} attached`;
    const requires = new Set([`index ${parent}`, steps.has(object.id) ? object.id : table]);
    steps.set(id, {
      id,
      object,
      rank: rankOf("index") + 0.5,
      requires,
      statements: [`ALTER INDEX ${parent} ATTACH PARTITION ${schema}${own}`],
    });
  }
}

function tableSchemaEnd({ name }: CatalogObject): number {
  const table = name.slice(0, lastDot(name));
  return lastDot(table) + 1;
}
