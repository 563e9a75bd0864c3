import { messageOf } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import type { Context } from "./command.ts";
import { historyNames } from "./migrations.ts";

/** Writes the schema's dump to the file of the setting, where there is one. What went before stands, whatever becomes of this. */
export async function keepDump(context: Context, db: Db, isChanged: boolean): Promise<void> {
  const path = context.settings.values.schemaDump;
  if (path === undefined || !isChanged) return;
  try {
    const { basename, dirname } = await import("node:path");
    const { readCatalog } = await import("../catalog/read.ts");
    const { dumpSchema } = await import("../schema/dump.ts");
    const { writeFiles } = await import("../schema/keep.ts");
    const { ownTables } = await import("../schema/own-tables.ts");
    const catalog = await readCatalog(db, {
      without: ownTables(historyNames(context)),
      withDependencies: true,
    });
    writeFiles(dirname(path), [{ path: basename(path), text: dumpSchema(catalog) }]);
    context.report.line(`Wrote the schema to ${path}.`);
  } catch (error) {
    context.warn(`The migrations are done, but the schema's dump was not written: ${messageOf(error)}`);
  }
}
