import { VezaError, exitCodes } from "../kernel/error.ts";
import { pinged } from "./backup-watch.ts";
import { runBackup } from "./backups.ts";
import type { Context } from "./command.ts";

/** The backup before migrations, by the settings of `backup`. Without it nothing is applied. */
export async function backupFirst(
  context: Pick<Context, "settings" | "signal" | "connect" | "target" | "warn" | "report">,
  database: string,
): Promise<void> {
  try {
    const { made } = await pinged(context, async () => ({
      exitCode: exitCodes.done,
      made: await runBackup(context, database, {
        format: "directory",
        contents: { schemaOnly: false, tables: [], excludeTables: [], excludeTableData: [] },
        isPinned: false,
        isPruning: true,
        isStrict: false,
        lockTimeoutMs: context.settings.values.lockTimeout,
      }),
    }));
    context.report.line(`Backed up ${database} first: ${made.id} (${made.path})`);
  } catch (error) {
    throw error instanceof VezaError ? error.with({ state: "No migration was applied." }) : error;
  }
}
