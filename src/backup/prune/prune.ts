/** Reads what there is in the folder of a database, plans, and carries the plan out. */
import { isSystemError } from "../../kernel/error.ts";
import { readDatabaseFolder } from "../read-backups.ts";
import type { Backup } from "../model.ts";
import { deleteBackup, finishDeletions, unknownFiles } from "./delete.ts";
import { readFailure } from "./failure-marker.ts";
import { planPrune } from "./plan.ts";
import type { PrunePlan, RetentionPolicy } from "./plan.ts";

export interface ReadPlan extends PrunePlan {
  readonly backups: readonly Backup[];
}

/** What would be done in a database's folder. After a failed run: nothing. */
export async function readPrunePlan(folder: string, policy: RetentionPolicy, now: Date): Promise<ReadPlan> {
  const { backups } = await readDatabaseFolder(folder);
  const candidates = await Promise.all(
    backups.map(async (backup) => ({
      backup,
      unknown: await unknownFiles(backup),
    })),
  );
  const plan = planPrune(candidates, policy, now);
  const failed = await readFailure(folder);
  if (failed === undefined) return { ...plan, backups };
  const message = `The last run failed${failed.at === "" ? "" : ` at ${failed.at}`} (${failed.message}): nothing is pruned until one succeeds.`;
  return { ...plan, backups, refusal: { reason: "failed-run", message } };
}

/** Deletes what the plan says; gives the ids. What another run has deleted meanwhile is gone as well. */
export async function applyPrune(folder: string, { backups, decisions }: ReadPlan): Promise<string[]> {
  const going = new Set(decisions.filter(({ action }) => action === "delete").map(({ id }) => id));
  const deleted: string[] = [];
  for (const backup of backups.filter(({ id }) => going.has(id))) {
    try {
      await deleteBackup(backup);
      deleted.push(backup.id);
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  }
  await finishDeletions(folder);
  return deleted;
}
