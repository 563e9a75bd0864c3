/** A program that waits for locks keeps everybody waiting who comes after it: it may do so for a while only. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../kernel/duration.ts";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { ask } from "../read-database.ts";

export interface Patience {
  /** By which the server knows the program's sessions, in the database that `db` is in. */
  readonly applicationName: string;
  /** How long one lock may be waited for. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

interface Blocked {
  readonly waitedMs: number | null;
  readonly blockers: string;
}

const lookMs = 250;

/** Runs what starts the program, and ends it when it waits too long for a lock; no session of it is left then. */
export async function withPatience<T>(
  db: Db,
  { applicationName, waitMs, signal }: Patience,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const blocked = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const [longest] = await ask<Blocked>(db, "blocked", [applicationName]);
      if ((longest?.waitedMs ?? 0) > waitMs) blocked.abort(tooLong(longest?.blockers ?? "", waitMs));
      await sleep(lookMs, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  watching.catch((error: unknown) => blocked.abort(error)); // the session is lost: nothing more can be said of it
  try {
    return await run(AbortSignal.any([signal, blocked.signal]));
  } catch (error) {
    over.abort();
    await watching.catch(() => {});
    if (db.isAlive) await ask(db, "end-program", [applicationName]);
    throw error;
  } finally {
    over.abort();
    await watching.catch(() => {});
  }
}

function tooLong(blockers: string, waitMs: number): VezaError {
  return new VezaError({
    code: "restore.blocked",
    ending: "failed",
    message: `The restore waited longer than ${formatDuration(waitMs)} for a lock.`,
    detail: blockers === "" ? undefined : `In the way: ${blockers}.`,
    hint: "veza-db stats locks; wait longer with --lock-wait 10min, or leave --in-place out.",
  });
}
