import { usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { fileError } from "./failure.ts";
import type { ColumnSpec, DerivedFile, SeedFile, TableFile } from "./model.ts";
import { makeWorld } from "./world.ts";

/** What a run is asked to do. */
export interface SeedWishes {
  readonly seed: number;
  readonly scale: number;
  /** Where the history ends, in milliseconds since 1970. */
  readonly asOf: number;
  /** Tables, by name; all of them when empty. */
  readonly only: readonly string[];
}

/** What is loaded, in the order in which it is. */
export interface SeedPlan {
  readonly wishes: SeedWishes;
  /** Every file with rows: those that are not loaded are asked for values. */
  readonly files: readonly TableFile[];
  readonly tables: readonly TableFile[];
  readonly derived: readonly DerivedFile[];
}

/** Decides what is loaded and in what order. Throws `usage` errors for names and references that lead nowhere. */
export function planSeed(all: readonly SeedFile[], wishes: SeedWishes): SeedPlan {
  const files = all.filter((file) => file.kind === "table");
  const byName = new Map(files.map((file) => [file.table, file]));
  const ordered = orderByNeed(files, byName);
  const derived = all.filter((file) => file.kind === "derived");
  for (const file of derived) requireTable(file, "of", file.of, byName);
  const wanted = wishes.only.length === 0 ? new Set(byName.keys()) : withNeeds(wishes.only, all, byName);
  const plan: SeedPlan = {
    wishes,
    files: ordered,
    tables: ordered.filter(({ table }) => wanted.has(table)),
    derived: derived.filter(({ of }) => wanted.has(of)),
  };
  checkColumns(plan);
  return plan;
}

/** Tables that the rows of a file point to, themselves left out. */
function needsOf(file: TableFile): Map<string, string> {
  const needs = new Map<string, string>();
  const walk = (spec: ColumnSpec, field: string): void => {
    spec.generator.visit((name, options) => {
      if (name === "ref" || name === "partner") needs.set(tableOf(options), `${field}.${name}.table`);
      for (const [inner, part] of nestedIn(options)) walk(part, `${field}.${name}.${inner}`);
    });
  };
  for (const [name, spec] of Object.entries(file.columns)) walk(spec, `columns.${name}`);
  if (file.pairs !== undefined) {
    needs.set(file.pairs.of.table, "pairs.of.table");
    needs.set(file.pairs.with.table, "pairs.with.table");
  }
  needs.delete(file.table);
  return needs;
}

function tableOf(options: unknown): string {
  return typeof options === "object" && options !== null && "table" in options ? String(options.table) : "";
}

/** The columns within the options of json, first and switch. */
function nestedIn(options: unknown, path = ""): [string, ColumnSpec][] {
  if (typeof options !== "object" || options === null) return [];
  return Object.entries(options).flatMap(([key, value]: [string, unknown]): [string, ColumnSpec][] => {
    const field = path === "" ? key : `${path}.${key}`;
    if (isColumn(value)) return [[field, value]];
    return key === "cases" ? nestedIn(value, field) : [];
  });
}

function isColumn(value: unknown): value is ColumnSpec {
  return typeof value === "object" && value !== null && "generator" in value && "isKept" in value;
}

function orderByNeed(files: readonly TableFile[], byName: ReadonlyMap<string, TableFile>): TableFile[] {
  const ordered = new Set<TableFile>();
  const visit = (file: TableFile, way: readonly TableFile[]): void => {
    if (ordered.has(file)) return;
    if (way.includes(file)) {
      const circle = [...way.slice(way.indexOf(file)), file].map(({ table }) => table).join(" → ");
      throw fileError(file, "columns", `tables need each other in a circle: ${circle}`);
    }
    for (const [name, field] of needsOf(file)) visit(requireTable(file, field, name, byName), [...way, file]);
    ordered.add(file);
  };
  for (const file of files) visit(file, []);
  return [...ordered];
}

function requireTable(
  file: { readonly shownPath: string },
  field: string,
  name: string,
  byName: ReadonlyMap<string, TableFile>,
): TableFile {
  const found = byName.get(name);
  if (found !== undefined) return found;
  const near = suggest(name, byName.keys(), 1)[0];
  throw fileError(
    file,
    field,
    `no file fills the table ${JSON.stringify(name)}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
    [...byName.keys()].join(", "),
  );
}

/** The tables asked for and, over all corners, those that they point to. */
function withNeeds(
  only: readonly string[],
  all: readonly SeedFile[],
  byName: ReadonlyMap<string, TableFile>,
): Set<string> {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const file = byName.get(name);
    if (file === undefined || wanted.has(name)) return;
    wanted.add(name);
    for (const need of needsOf(file).keys()) add(need);
  };
  for (const name of only) {
    const file =
      all.find(({ table }) => table === name) ?? all.find(({ table }) => table.split(".").at(-1) === name);
    if (file === undefined) throw unknownTable(name, all);
    add(file.kind === "derived" ? file.of : file.table);
  }
  return wanted;
}

function unknownTable(name: string, all: readonly SeedFile[]): Error {
  const known = all.map(({ table }) => table);
  const near = suggest(name, known, 1)[0];
  return usageError(
    "seed.unknown-table",
    `--only names ${JSON.stringify(name)}, and no seed file fills a table of that name.`,
    near === undefined ? `There are ${known.join(", ")}.` : `Did you mean ${near}?`,
  );
}

/** Makes every column of the run once: what a file asks for wrongly is told before anything is connected to. */
function checkColumns({ wishes, files, tables }: SeedPlan): void {
  const loaded = new Set(tables.map(({ table }) => table));
  const world = makeWorld(files, { ...wishes, loaded, bases: new Map() });
  for (const { table, columns } of tables) {
    const made = world.get(table);
    for (const name of [...(made?.columnNames ?? []), ...Object.keys(columns)]) made?.column(name);
    if (made?.pairs !== undefined) made.hasRow(0);
  }
}
