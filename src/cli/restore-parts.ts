import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listArchive } from "../backup/archive.ts";
import { findClient } from "../backup/clients.ts";
import type { Backup } from "../backup/model.ts";
import { readFamilies } from "../backup/restore/families.ts";
import { chooseTables, entriesWithTables, rowsOfTables } from "../backup/restore/tables.ts";
import type { TableName } from "../backup/restore/tables.ts";
import { usageError } from "../kernel/error.ts";
import type { RestoreContext } from "./restore-call.ts";

export interface ChosenParts extends AsyncDisposable {
  readonly tables: readonly TableName[] | undefined;
  readonly more: readonly string[];
}

/**
 * The arguments of pg_restore that make it restore a part, and the list that they name. `inOrder` puts tables that are
 * filled in place after those that they point to.
 */
export async function chooseParts(
  { flags: given, settings, signal, warn }: RestoreContext,
  backup: Backup | undefined,
  inOrder: (tables: readonly TableName[]) => Promise<readonly TableName[]>,
): Promise<ChosenParts> {
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  if (given.schemaOnly) return { ...nothing, tables: undefined, more: ["--schema-only"] };
  if (given.table.length === 0 || backup === undefined) return { ...nothing, tables: undefined, more: [] };
  const { manifest, place } = backup;
  if (manifest.format === "plain")
    throw usageError("cli.wrong-call", "--table needs an archive, not plain text.", "veza-db backup list");
  const families = await readFamilies(backup);
  const tables = chooseTables(manifest.tables, families, given.table);
  const restore = await findClient({
    name: "pg_restore",
    atLeast: manifest.programs.pgDumpMajor,
    folder: settings.values.backupPrograms,
    because: `the dump was made by pg_dump ${manifest.programs.pgDump}`,
  });
  const { entries = [] } = await listArchive(restore, join(place.base, manifest.dump), signal);
  const { list, leftOut } = given.inPlace
    ? { list: rowsOfTables(entries, manifest.tables, await inOrder(tables)), leftOut: [] }
    : entriesWithTables(entries, manifest.tables, families, tables);
  for (const entry of leftOut) warn(`Left out, since what it points to may not be there: ${entry}`);
  const folder = mkdtempSync(join(tmpdir(), "veza-db-restore-"));
  const file = join(folder, "entries");
  writeFileSync(file, list);
  return {
    tables,
    more: [`--use-list=${file}`],
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}
