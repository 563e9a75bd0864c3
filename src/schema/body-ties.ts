/**
 * What the bodies of routines name. The server keeps no dependency of it, and with `check_function_bodies = off` no routine
 * waits for it, but whoever calls the routine while the schema is made does: a materialised view that is filled, a check that
 * is proven, an index over an expression.
 */
import type { Catalog, CatalogObject, Kind } from "../catalog/model.ts";
import type { Step } from "./steps.ts";

const callers: ReadonlySet<Kind> = new Set<Kind>([
  "table",
  "column",
  "constraint",
  "index",
  "view",
  "materialized view",
  "domain",
  "statistics",
]);
const named: ReadonlySet<Kind> = new Set<Kind>([
  "function",
  "procedure",
  "aggregate",
  "table",
  "foreign table",
  "view",
  "materialized view",
]);

/** Has such routines come after what they name, as far as nothing goes round in circles by that. */
export function addBodyTies(catalog: Catalog, steps: ReadonlyMap<string, Step>): void {
  const waiting = calledRoutines(catalog);
  if (waiting.length === 0) return;
  const byName = new Map<string, string[]>();
  for (const { id, kind, path } of catalog.objects.values()) {
    const name = path.at(-1);
    if (named.has(kind) && name !== undefined) byName.set(name, [...(byName.get(name) ?? []), id]);
  }
  const seen = new Set(waiting);
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const step = steps.get(id);
    for (const other of mentionsOf(catalog.objects.get(id), byName)) {
      if (step === undefined || other === id || !steps.has(other) || reaches(other, id, steps)) continue;
      step.requires.add(other);
      if (/^(?:function|procedure) /.test(other) && !seen.has(other)) {
        seen.add(other);
        waiting.push(other);
      }
    }
  }
}

function calledRoutines(catalog: Catalog): string[] {
  const found = new Set<string>();
  for (const [id, needed] of catalog.requires) {
    const object = catalog.objects.get(id);
    if (object === undefined || !callers.has(object.kind)) continue;
    for (const other of needed) if (/^(?:function|procedure) /.test(other)) found.add(other);
  }
  return [...found].toSorted();
}

function mentionsOf(
  routine: CatalogObject | undefined,
  byName: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const found = new Set<string>();
  const { body, language } = routine?.facts ?? {};
  if (body === undefined || (language !== "sql" && language !== "plpgsql")) return found;
  for (const [word, quoted] of body.matchAll(/"((?:[^"]|"")+)"|[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/gi))
    for (const id of byName.get(quoted === undefined ? word.toLowerCase() : quoted.replaceAll('""', '"')) ??
      [])
      found.add(id);
  return found;
}

function reaches(from: string, goal: string, steps: ReadonlyMap<string, Step>): boolean {
  const seen = new Set([from]);
  for (const id of seen) {
    if (id === goal) return true;
    for (const next of steps.get(id)?.requires ?? []) seen.add(next);
  }
  return false;
}
