/** Which backup or dump is meant, and whether its bytes are as they were written. */
import { resolve } from "node:path";
import { findBackup } from "../backup/find-backup.ts";
import { isWhole } from "../backup/kind.ts";
import type { Backup } from "../backup/model.ts";
import { readForeign } from "../backup/restore/source.ts";
import type { ForeignDump } from "../backup/restore/source.ts";
import { checkFiles } from "../backup/verify/check-files.ts";
import { VezaError } from "../kernel/error.ts";
import type { RestoreContext } from "./restore-call.ts";

/** One of the two. */
export interface RestoreSource {
  readonly backup: Backup | undefined;
  readonly foreign: ForeignDump | undefined;
}

export async function findSource(
  context: RestoreContext,
  name: string,
  serverDatabase: string,
): Promise<RestoreSource> {
  const { flags: given, settings, cwd, warn } = context;
  const backup = await findBackup({
    name,
    root: settings.values.backupDir,
    cwd,
    database: given.database ?? serverDatabase,
    isToRestore: true,
  });
  if (backup === undefined) {
    const path = resolve(cwd, name);
    const foreign = await readForeign(path, given.trust, settings.values.backupPrograms, context.signal);
    return { backup, foreign };
  }
  if (!("manifest" in backup)) throw damaged(backup.id, [backup.problem]);
  if (given.into === undefined && !given.inPlace) refusePart(backup);
  await requireIntact(context, backup);
  if (backup.problem !== undefined) warn(`${backup.id} is not known to be good: ${backup.problem}.`);
  if (given.trust) warn(`${backup.id} is a backup of veza-db's own; it needs no --trust.`);
  return { backup, foreign: undefined };
}

/** What was left out of the backup would be gone. Rows that somebody has left out on purpose stand in the plan. */
function refusePart({ id, manifest: { contents } }: Backup): void {
  if (isWhole({ ...contents, excludeTableData: [] })) return;
  throw new VezaError({
    code: "restore.part",
    ending: "refused",
    message: `The backup ${id} holds a part of its database, and does not replace a whole one.`,
    detail: contents.schemaOnly
      ? "It was made with --schema-only."
      : [
          ...contents.tables.map((pattern) => `It was made with --table ${pattern}.`),
          ...contents.excludeTables.map((pattern) => `It was made with --exclude-table ${pattern}.`),
        ].join("\n"),
    hint: "Add --into <name> to restore it beside the present one, or --in-place.",
    state: "Nothing was changed.",
  });
}

/** Every byte, before anything is connected to. */
async function requireIntact(
  { signal, report }: RestoreContext,
  { id, place, manifest }: Backup,
): Promise<void> {
  report.working("Checking the backup …");
  const checks = await checkFiles({ base: place.base, manifest, level: "hash", restore: undefined, signal });
  report.stop();
  const failed = checks.filter(({ ok }) => !ok).map(({ check, message }) => `${check}: ${message}`);
  if (failed.length > 0) throw damaged(id, failed);
}

function damaged(id: string, problems: readonly string[]): VezaError {
  return new VezaError({
    code: "restore.backup-damaged",
    ending: "refused",
    message: `The backup ${id} is not as it was written.`,
    detail: problems.join("\n"),
    hint: "veza-db backup list shows the others.",
    state: "Nothing was changed.",
  });
}
