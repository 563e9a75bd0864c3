import { parentsOf } from "../../catalog/inherit.ts";
import type { Catalog, CatalogObject } from "../../catalog/model.ts";
import { dottedName } from "../../catalog/names.ts";
import { compareText } from "../../kernel/compare.ts";
import { partsOf } from "../steps.ts";
import type { ColumnChoice, Diagram, DiagramColumn, DiagramReference, DiagramTable } from "./model.ts";
import { readKey } from "./read-key.ts";

/** What a whole schema looks like. Partitions are told by their parent. Pure. */
export function planDiagram(catalog: Catalog): Diagram {
  const parts = partsOf(catalog);
  const partitions = countPartitions(catalog);
  const tables: DiagramTable[] = [];
  const references: DiagramReference[] = [];
  for (const object of catalog.objects.values()) {
    if (!isDrawn(object)) continue;
    const own = parts.get(object.id) ?? [];
    const keys = readKeys(own);
    tables.push(tableOf(object, own, keys, partitions.get(object.name) ?? 0));
    references.push(...referencesOf(object, own, keys));
  }
  const known = new Set(tables.map(({ id }) => id));
  return {
    tables: tables.toSorted((a, b) => compareText(a.schema, b.schema) || compareText(a.name, b.name)),
    references: references
      .filter(({ from, to }) => known.has(from) && known.has(to))
      .toSorted((a, b) => compareText(a.from, b.from) || compareText(a.name, b.name)),
  };
}

function isDrawn({ kind, facts }: CatalogObject): boolean {
  return (kind === "table" || kind === "foreign table") && facts["partition of"] === undefined;
}

/** Partitions below each partitioned table, those of partitions too. */
function countPartitions({ objects }: Catalog): Map<string, number> {
  const counts = new Map<string, number>();
  const parents = new Map<string, string>();
  for (const object of objects.values()) {
    const [parent] = object.facts["partition of"] === undefined ? [] : parentsOf(object);
    if (parent !== undefined) parents.set(object.name, parent);
  }
  for (const start of parents.values()) {
    for (let parent: string | undefined = start; parent !== undefined; parent = parents.get(parent))
      counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
}

interface Keys {
  readonly primary: readonly string[];
  /** The columns of each key, joined. */
  readonly unique: ReadonlySet<string>;
  readonly foreign: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
}

function readKeys(parts: readonly CatalogObject[]): Keys {
  const keysOf = (type: string): (readonly string[])[] =>
    parts
      .filter(({ kind, facts }) => kind === "constraint" && facts["type"] === type)
      .map((part) => readKey(part.definition ?? "").columns);
  const [primary = []] = keysOf("primary key");
  const indexes = parts
    .filter(
      ({ kind, facts }) => kind === "index" && facts["unique"] === "yes" && facts["where"] === undefined,
    )
    .map(({ facts }) => readKey(`(${facts["columns"] ?? ""})`).columns);
  return {
    primary,
    unique: new Set([primary, ...keysOf("unique"), ...indexes].map(joined)),
    foreign: new Set(keysOf("foreign key").flat()),
    required: new Set(
      parts
        .filter(({ kind, facts }) => kind === "column" && facts["not null"] === "yes")
        .map(({ path }) => path.at(-1) ?? ""),
    ),
  };
}

function joined(columns: readonly string[]): string {
  return columns.toSorted().join("\0");
}

function tableOf(
  { kind, path, facts }: CatalogObject,
  parts: readonly CatalogObject[],
  keys: Keys,
  partitions: number,
): DiagramTable {
  const [schema = "", name = ""] = path;
  const columns = parts
    .filter((part) => part.kind === "column")
    .map((part): DiagramColumn => {
      const column = part.path.at(-1) ?? "";
      return {
        name: column,
        type: part.facts["type"] ?? "",
        isPrimary: keys.primary.includes(column),
        isForeign: keys.foreign.has(column),
        isUnique: keys.unique.has(column) && !(keys.primary.length === 1 && keys.primary[0] === column),
        isNullable: !keys.required.has(column),
        comment: part.facts["comment"] ?? null,
      };
    });
  return {
    id: dottedName(path),
    schema,
    name,
    kind: kind === "foreign table" ? "foreign table" : "table",
    columns,
    hidden: 0,
    partitions,
    comment: facts["comment"] ?? null,
  };
}

function referencesOf(table: CatalogObject, parts: readonly CatalogObject[], keys: Keys): DiagramReference[] {
  return parts.flatMap((part): DiagramReference[] => {
    if (part.kind !== "constraint" || part.facts["type"] !== "foreign key") return [];
    const { columns, target } = readKey(part.definition ?? "");
    if (target === undefined) return [];
    return [
      {
        name: part.path.at(-1) ?? "",
        from: dottedName(table.path),
        columns,
        to: dottedName(target.path),
        targetColumns: target.columns,
        isRequired: columns.every((column) => keys.required.has(column)),
        isUnique: keys.unique.has(joined(columns)),
      },
    ];
  });
}

/** Leaves columns out of the picture; what is left out is counted. */
export function chooseColumns(diagram: Diagram, choice: ColumnChoice): Diagram {
  if (choice === "all") return diagram;
  const wanted = new Set(
    diagram.references.flatMap(({ to, targetColumns }) => targetColumns.map((column) => `${to}\0${column}`)),
  );
  return {
    ...diagram,
    tables: diagram.tables.map((table) => {
      const columns = table.columns.filter(
        ({ name, isPrimary, isForeign }) =>
          choice === "keys" && (isPrimary || isForeign || wanted.has(`${table.id}\0${name}`)),
      );
      return { ...table, columns, hidden: table.columns.length - columns.length };
    }),
  };
}

/** More tables than this are shown with their keys alone, unless told otherwise. */
const mostWhole = 40;

export function usualColumns({ tables }: Diagram): ColumnChoice {
  return tables.length > mostWhole ? "keys" : "all";
}
