import { VezaError } from "../kernel/error.ts";
import { formatDuration } from "../kernel/duration.ts";
import { advisoryKeys, takeAdvisoryLock } from "../locks/advisory.ts";
import type { AdvisoryWishes, LockKeys } from "../locks/advisory.ts";
import type { Db } from "../postgres/connect.ts";
import type { HistoryNames } from "./model.ts";

/** The pair of keys that guards one history table. */
export function lockKeys({ schema, table }: HistoryNames): LockKeys {
  return advisoryKeys(schema, table);
}

export type LockWishes = Pick<AdvisoryWishes, "waitMs" | "signal" | "onWait">;

/** Takes the lock against other runs on the same history table. */
export async function takeLock(db: Db, names: HistoryNames, wishes: LockWishes): Promise<AsyncDisposable> {
  return takeAdvisoryLock(db, lockKeys(names), { ...wishes, held: lockHeld, stopped: stoppedWaiting });
}

/** The error of a run that was stopped before it had the lock. */
export function stoppedWaiting(): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: "Stopped while another run held the migration lock.",
    state: "Nothing was changed.",
  });
}

/** The refusal of a run that could not have the lock. */
export function lockHeld(holder: string, waitMs: number): VezaError {
  return new VezaError({
    code: "migrate.lock-held",
    ending: "refused",
    message: `Another run holds the migration lock${waitMs > 0 ? ` and kept it for ${formatDuration(waitMs)}` : ""}.`,
    detail: `It is held by ${holder}.`,
    hint: "Wait until it is done, or wait longer with --lock-wait 10min.",
    state: "Nothing was changed.",
    facts: { holder },
  });
}
