/** Restoring some tables: which are meant, and which entries of the archive are left out. Pure but for the listing. */
import { usageError } from "../../kernel/error.ts";
import { suggest } from "../../kernel/suggest.ts";
import type { TocEntry } from "../archive.ts";
import type { Manifest } from "../model.ts";

export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** The backup's tables that are named, by `name` or `schema.name`. */
export function chooseTables({ tables }: Pick<Manifest, "tables">, names: readonly string[]): TableName[] {
  return names.flatMap((wanted) => {
    const found = tables.filter(({ schema, name }) => wanted === name || wanted === `${schema}.${name}`);
    if (found.length > 0) return found.map(({ schema, name }) => ({ schema, name }));
    const near = suggest(
      wanted,
      tables.flatMap(({ schema, name }) => [name, `${schema}.${name}`]),
      1,
    )[0];
    throw usageError(
      "restore.no-such-table",
      `The backup holds no rows of a table ${wanted}.`,
      near === undefined ? "veza-db backup list" : `Did you mean ${near}?`,
    );
  });
}

export interface ChosenEntries {
  /** The text of a list for pg_restore. */
  readonly list: string;
  /** Foreign keys of the chosen tables: what they point to may not be there. */
  readonly leftOut: readonly string[];
}

/** The whole schema, and the rows of the chosen tables alone. */
export function entriesWithTables(entries: readonly TocEntry[], tables: readonly TableName[]): ChosenEntries {
  const isOf = (text: string, kind: string): boolean =>
    tables.some(({ schema, name }) => text.startsWith(`${kind} ${schema} ${name} `));
  const leftOut = entries.filter(({ text }) => isOf(text, "FK CONSTRAINT"));
  const kept = entries.filter(
    ({ text }) =>
      !isOf(text, "FK CONSTRAINT") &&
      !/^BLOBS?\b|^BLOB /.test(text) &&
      (!text.startsWith("TABLE DATA ") || isOf(text, "TABLE DATA")),
  );
  return { list: `${kept.map(({ line }) => line).join("\n")}\n`, leftOut: leftOut.map(({ text }) => text) };
}

/** The rows of the chosen tables, and nothing else. */
export function rowsOfTables(entries: readonly TocEntry[], tables: readonly TableName[]): string {
  const kept = entries.filter(({ text }) =>
    tables.some(({ schema, name }) => text.startsWith(`TABLE DATA ${schema} ${name} `)),
  );
  return `${kept.map(({ line }) => line).join("\n")}\n`;
}
