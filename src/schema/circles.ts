/** Ways out of a circle: a default given later, a type made as a shell, a view made empty first. */
import type { Catalog, CatalogObject } from "../catalog/model.ts";
import type { Surroundings } from "./render/model.ts";
import { renderTrimmings } from "./render/object.ts";
import { renderViewStub, replaceView } from "./render/relation.ts";
import { renderTable, setDefault } from "./render/table.ts";
import { constraintExtras } from "./render/constraint.ts";
import { rankOf } from "./steps.ts";
import type { Step } from "./steps.ts";

/** Base types and ranges whose functions name them: the shell comes first. Always so, since there is no other way. */
export function addShells(steps: Map<string, Step>): void {
  for (const step of [...steps.values()]) {
    const { kind, facts, name } = step.object;
    if (
      step.id !== step.object.id ||
      facts["shell"] !== undefined ||
      (kind !== "base type" && kind !== "range")
    )
      continue;
    const routines = [...step.requires]
      .map((id) => steps.get(id))
      .filter((other) => other?.requires.has(step.id) === true);
    if (routines.length === 0) continue;
    const id = `${step.id} shell`;
    const schemas = [...step.requires].filter((other) => other.startsWith("schema "));
    steps.set(id, {
      id,
      object: step.object,
      rank: step.rank,
      requires: new Set(schemas),
      statements: [`CREATE TYPE ${name}`],
    });
    step.requires.add(id);
    for (const routine of routines) {
      routine?.requires.delete(step.id);
      routine?.requires.add(id);
    }
  }
}

/** A view that reads itself, which the server refuses when it is asked, and not before: it begins empty. */
export function splitSelfViews(steps: Map<string, Step>, around: Surroundings): void {
  for (const step of [...steps.values()])
    if (step.id === step.object.id && step.object.kind === "view" && readsItself(step.object))
      splitView(steps, step, around);
}

function readsItself({ name, facts }: CatalogObject): boolean {
  const query = facts["query"] ?? "";
  for (let at = query.indexOf(name); at >= 0; at = query.indexOf(name, at + 1))
    if (
      /(?:FROM|JOIN|,|\()\s*(?:ONLY\s+)?$/.test(query.slice(Math.max(0, at - 20), at)) &&
      !/^[\w$"(]/.test(query.slice(at + name.length))
    )
      return true;
  return false;
}

/** Splits what can be split among steps that go round in circles. False when nothing can. */
export function breakCircles(
  steps: Map<string, Step>,
  circular: readonly Step[],
  around: Surroundings,
): boolean {
  const tables = circular.filter(
    ({ id, object }) =>
      id === object.id &&
      object.kind === "table" &&
      hasDefaults(object, around) &&
      !steps.has(`${id} defaults`),
  );
  for (const step of tables) splitDefaults(steps, step, around);
  if (tables.length > 0) return true;
  const views = circular.filter(
    ({ id, object }) => id === object.id && object.kind === "view" && !steps.has(`${id} stub`),
  );
  for (const step of views) splitView(steps, step, around);
  if (views.length > 0) return true;
  const routines = circular.filter(
    ({ id, object }) =>
      id === object.id && object.facts["sql body"] !== undefined && !steps.has(`${id} stub`),
  );
  for (const step of routines) splitRoutine(steps, step);
  return routines.length > 0;
}

/** A routine whose parsed body needs who needs it: first without a body, which nobody checks meanwhile. */
function splitRoutine(steps: Map<string, Step>, step: Step): void {
  const { definition = "", facts } = step.object;
  const at = definition.lastIndexOf((facts["sql body"] ?? "").trim().slice(0, 12));
  if (at < 0) return;
  const id = `${step.id} stub`;
  steps.set(id, {
    id,
    object: step.object,
    rank: step.rank,
    requires: new Set(
      [...step.requires].filter((other) =>
        /^(?:schema|enum|domain|composite type|range|base type|language) /.test(other),
      ),
    ),
    statements: [`${definition.slice(0, at)}AS ''`],
  });
  for (const other of steps.values()) {
    if (other.id !== step.id && other.id !== id && other.requires.delete(step.id)) other.requires.add(id);
  }
  step.requires.add(id);
}

function hasDefaults(table: CatalogObject, { parts }: Surroundings): boolean {
  return (parts.get(table.id) ?? []).some(
    (part) => part.kind === "column" && part.facts["default"] !== undefined,
  );
}

function splitDefaults(steps: Map<string, Step>, step: Step, around: Surroundings): void {
  const { object } = step;
  const parts = around.parts.get(object.id) ?? [];
  const columns = parts.filter((part) => part.kind === "column" && part.facts["default"] !== undefined);
  const needed = (part: CatalogObject): string[] =>
    [...(around.catalog.requires.get(part.id) ?? [])].filter((id) => /^(?:function|sequence) /.test(id));
  const onlyOfDefaults = new Set(columns.flatMap(needed));
  const inside = parts.filter((part) => part.kind === "constraint" && !steps.has(part.id));
  for (const part of inside) for (const id of needed(part)) onlyOfDefaults.delete(id);
  const statements = [
    ...renderTable(object, around, true),
    ...inside.flatMap(constraintExtras),
    ...renderTrimmings(object),
    ...parts.filter((part) => !steps.has(part.id)).flatMap(renderTrimmings),
  ];
  const requires = new Set([...step.requires].filter((id) => !onlyOfDefaults.has(id)));
  steps.set(step.id, { ...step, requires, statements });
  const id = `${step.id} defaults`;
  const defaults = columns.map((column) => setDefault(column, column.facts["default"] ?? ""));
  steps.set(id, {
    id,
    object,
    rank: rankOf("table") + 0.5,
    requires: new Set([step.id, ...onlyOfDefaults]),
    statements: defaults,
  });
}

function splitView(steps: Map<string, Step>, step: Step, around: Surroundings): void {
  const { object } = step;
  const columns = viewColumns(object, around.catalog);
  if (columns.length === 0) return;
  const id = `${step.id} stub`;
  steps.set(step.id, {
    ...step,
    statements: [...replaceView(object, around), ...renderTrimmings(object)],
    requires: new Set([...step.requires, id]),
  });
  steps.set(id, {
    id,
    object,
    rank: step.rank,
    requires: new Set([...step.requires].filter((other) => other.startsWith("schema "))),
    statements: renderViewStub(object, columns),
  });
  for (const other of steps.values()) {
    if (other.id !== step.id && other.id !== id && other.requires.delete(step.id)) other.requires.add(id);
  }
}

function viewColumns(view: CatalogObject, catalog: Catalog): CatalogObject[] {
  return [...catalog.objects.values()].filter(({ kind, of }) => kind === "column" && of === view.id);
}
