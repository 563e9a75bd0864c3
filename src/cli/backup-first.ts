import { VezaError } from "../kernel/error.ts";
import { runBackup } from "./backups.ts";
import type { Context } from "./command.ts";

/** The backup before migrations, by the settings of `backup`. Without it nothing is applied. */
export async function backupFirst(
  context: Pick<Context, "settings" | "signal" | "connect" | "target" | "warn" | "report">,
  database: string,
): Promise<void> {
  try {
    const { id, path } = await runBackup(context, database, {
      format: "directory",
      contents: { schemaOnly: false, tables: [], excludeTables: [], excludeTableData: [] },
      isPinned: false,
      isPruning: true,
      isStrict: false,
      lockTimeoutMs: context.settings.values.lockTimeout,
    });
    context.report.line(`Backed up ${database} first: ${id} (${path})`);
  } catch (error) {
    throw error instanceof VezaError ? error.with({ state: "No migration was applied." }) : error;
  }
}
