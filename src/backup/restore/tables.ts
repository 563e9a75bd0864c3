/** Restoring some tables: which are meant, and which entries of the archive are left out. Pure. */
import { usageError } from "../../kernel/error.ts";
import { suggest } from "../../kernel/suggest.ts";
import type { TocEntry } from "../archive.ts";
import type { Family } from "./families.ts";

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** The backup's tables that are named, by `name` or `schema.name`; a partitioned table stands for all its partitions. */
export function chooseTables(
  tables: readonly TableName[],
  families: readonly Family[],
  names: readonly string[],
): TableName[] {
  const chosen = names.flatMap((wanted) => {
    const isMeant = ({ schema, name }: TableName): boolean =>
      wanted === name || wanted === `${schema}.${name}`;
    const members = families.filter(isMeant).flatMap((family) => family.members);
    const found = tables.filter((table) => isMeant(table) || members.some((member) => isSame(member, table)));
    if (found.length > 0) return found;
    const near = suggest(
      wanted,
      [...tables, ...families].flatMap(({ schema, name }) => [name, `${schema}.${name}`]),
      1,
    )[0];
    throw usageError(
      "restore.no-such-table",
      `The backup holds no rows of a table ${wanted}.`,
      near === undefined ? "veza-db backup list" : `Did you mean ${near}?`,
    );
  });
  return tables
    .filter((table) => chosen.some((one) => isSame(one, table)))
    .map(({ schema, name }) => ({ schema, name }));
}

export interface ChosenEntries {
  /** The text of a list for pg_restore. */
  readonly list: string;
  /** Foreign keys of the chosen tables: what they point to may not be there. */
  readonly leftOut: readonly string[];
}

/** The whole schema, and the rows of the chosen tables alone. */
export function entriesWithTables(
  entries: readonly TocEntry[],
  all: readonly TableName[],
  families: readonly Family[],
  chosen: readonly TableName[],
): ChosenEntries {
  const known = [...all, ...families];
  // The foreign key of a partitioned table looks at the rows of its partitions.
  const above = families.filter(({ members }) => members.some((member) => isIn(chosen, member)));
  const isForeignKey = ({ text }: TocEntry): boolean =>
    isIn([...chosen, ...above], tableOf(text, "FK CONSTRAINT", known));
  const kept = entries.filter(
    (entry) =>
      !isForeignKey(entry) &&
      !/^BLOBS?\b|^BLOB /.test(entry.text) &&
      (!entry.text.startsWith("TABLE DATA ") || isIn(chosen, tableOf(entry.text, "TABLE DATA", known))),
  );
  return {
    list: `${kept.map(({ line }) => line).join("\n")}\n`,
    leftOut: entries.filter(isForeignKey).map(({ text }) => text),
  };
}

/** The rows of the chosen tables, in their order, and nothing else. */
export function rowsOfTables(
  entries: readonly TocEntry[],
  all: readonly TableName[],
  chosen: readonly TableName[],
): string {
  const kept = chosen.flatMap((table) =>
    entries.filter(({ text }) => {
      const found = tableOf(text, "TABLE DATA", all);
      return found !== undefined && isSame(found, table);
    }),
  );
  return `${kept.map(({ line }) => line).join("\n")}\n`;
}

/** A foreign key: rows of `from` point to rows of `to`. */
export interface Reference {
  readonly from: TableName;
  readonly to: TableName;
}

/** The tables, each after those that it points to; within a circle as they came. */
export function afterReferenced(tables: readonly TableName[], references: readonly Reference[]): TableName[] {
  const ordered: TableName[] = [];
  const visited = new Set<TableName>();
  const visit = (table: TableName): void => {
    if (visited.has(table)) return;
    visited.add(table);
    for (const { from, to } of references) {
      const next = isSame(from, table) ? tables.find((one) => isSame(one, to)) : undefined;
      if (next !== undefined) visit(next);
    }
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}

/**
 * The table that an entry of the archive's list is about. Names stand there unquoted, spaces in them and all, so the
 * longest that fits is meant.
 */
function tableOf(text: string, kind: string, known: readonly TableName[]): TableName | undefined {
  if (!text.startsWith(`${kind} `)) return undefined;
  const rest = text.slice(kind.length + 1);
  return known
    .filter((table) => rest.startsWith(listed(table)))
    .toSorted((a, b) => listed(b).length - listed(a).length)[0];
}

/** As pg_restore lists it: line breaks in names are spaces there. */
function listed({ schema, name }: TableName): string {
  return `${schema} ${name} `.replaceAll(/[\n\r]/g, " ");
}

function isIn(tables: readonly TableName[], table: TableName | undefined): boolean {
  return table !== undefined && tables.some((one) => isSame(one, table));
}

function isSame(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}
