import { VezaError } from "../../kernel/error.ts";
import { behindPooler } from "../behind-pooler.ts";
import { advisoryKeys, takeAdvisoryLock } from "../../locks/advisory.ts";
import { stoppedWaiting, takeLock } from "../../migrate/lock.ts";
import type { HistoryNames } from "../../migrate/model.ts";
import type { Db } from "../../postgres/connect.ts";
import { describeTarget } from "../../postgres/target.ts";
import { liftLimits } from "./snapshot.ts";

export interface LockWish {
  readonly migrations: HistoryNames;
  /** How long to wait for migrations to end. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly onWait: (holder: string) => void;
}

/**
 * Keeps other backups of this database away, and migrations: a dump holds a weak lock on every table to its end, behind
 * which an ALTER TABLE would wait, and behind that one everybody else. Both locks go with the session, which is freed
 * from all limits first.
 */
export async function lockBackup(db: Db, wish: LockWish): Promise<void> {
  if (db.facts.isPooled)
    throw behindPooler(db, { code: "backup.pooler", deed: "backup", state: "Nothing was written." });
  const { signal, onWait } = wish;
  await liftLimits(db);
  const held = (holder: string): VezaError => running(db, holder);
  await takeAdvisoryLock(db, advisoryKeys("", "backup"), {
    waitMs: 0,
    signal,
    onWait,
    held,
    stopped: stoppedWaiting,
  });
  await takeLock(db, wish.migrations, { waitMs: wish.waitMs, signal, onWait });
}

function running(db: Db, holder: string): VezaError {
  return new VezaError({
    code: "backup.running",
    ending: "refused",
    message: `Another backup of ${describeTarget(db.target)} is under way.`,
    detail: `It is held by ${holder}.`,
    hint: "Wait until it is done.",
    state: "Nothing was written.",
    facts: { holder },
  });
}
