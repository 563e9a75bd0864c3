import type { BackupContents, Manifest } from "./model.ts";

/**
 * Backups of one kind can stand for one another: of the same database of the same cluster, and of the same part of it.
 * They are counted and compared together, and no others with them.
 */
export function kindOf({
  systemIdentifier,
  database,
  contents,
}: Pick<Manifest, "systemIdentifier" | "database" | "contents">): string {
  const { schemaOnly, tables, excludeTables, excludeTableData } = contents;
  return JSON.stringify([systemIdentifier, database, schemaOnly, tables, excludeTables, excludeTableData]);
}

/** True when all of the database was dumped, rows too. */
export function isWhole({ schemaOnly, tables, excludeTables, excludeTableData }: BackupContents): boolean {
  return !schemaOnly && tables.length + excludeTables.length + excludeTableData.length === 0;
}

/** True when every object was dumped, rows or not. */
export function hasWholeSchema({ tables, excludeTables }: BackupContents): boolean {
  return tables.length + excludeTables.length === 0;
}
