/** ALTER SYSTEM, a reload, and a look from a new session. */
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { claimAdvisoryLock, advisoryKeys } from "../locks/advisory.ts";
import type { LockKeys } from "../locks/advisory.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { alterSystem } from "./formats/sql.ts";
import { readConfiguration } from "./read.ts";
import type { Configuration } from "./read.ts";
import { autoValue } from "./standing.ts";

/** The server takes a signal; a busy machine may be slow to hear it. */
const reloadMs = 15_000;

/** Writes one setting into postgresql.auto.conf; null takes its line out. It must be alone in its message. */
export async function writeSetting(db: Db, name: string, text: string | null): Promise<void> {
  await db.send(
    text === null
      ? `ALTER SYSTEM RESET ${quoteIdentifier(name)}`
      : alterSystem({ name, recommendedText: text }),
  );
}

/** Has the files read again, and gives the server as a session finds it that began after that. */
export async function reloadAndRead(db: Db, reconnect: () => Promise<Db>): Promise<Configuration> {
  const loadedAt = await readLoadedAt(db);
  await reload(db);
  const deadline = performance.now() + reloadMs;
  for (;;) {
    await using fresh = await reconnect();
    // A session keeps the time of the postmaster that made it.
    if ((await readLoadedAt(fresh)) > loadedAt) return await readConfiguration(fresh);
    if (performance.now() > deadline)
      throw new VezaError({
        code: "tune.not-reloaded",
        ending: "failed",
        message: `The server was told to read its configuration again and has not done so in ${reloadMs / 1000} s.`,
        hint: "veza-db tune check says how the settings stand.",
      });
    await sleep(25);
  }
}

/** Has the files read again, soon. */
export async function reload(db: Db): Promise<void> {
  await db.send(loadSql(import.meta.url, "./sql/reload.sql"));
}

async function readLoadedAt(db: Db): Promise<number> {
  const [row] = await db.query<{ at: number }>(loadSql(import.meta.url, "./sql/loaded-at.sql"));
  return row?.at ?? 0;
}

/**
 * Keeps other runs away while one writes, whatever database they are connected to. Throws `refused` when there is one.
 * An advisory lock is its database's alone, and the settings are the whole cluster's: so it is claimed here, and then
 * looked for elsewhere. Of two that claim at once in two databases at least one sees the other.
 */
export async function lockWriting(db: Db): Promise<AsyncDisposable> {
  const keys = advisoryKeys("tune");
  const lock = await claimAdvisoryLock(db, keys);
  try {
    const [other] = await findWriters(db, keys);
    if (lock !== undefined && other === undefined) return lock;
    throw new VezaError({
      code: "tune.running",
      ending: "refused",
      message: "Another run is changing the settings of this server.",
      detail:
        other === undefined
          ? undefined
          : `pid ${other.pid} in database ${other.database ?? "unknown"}, user ${other.user ?? "unknown"}`,
      hint: "Wait until it is done: veza-db tune check",
      state: "Nothing was changed.",
    });
  } catch (error) {
    await lock?.[Symbol.asyncDispose]();
    throw error;
  }
}

interface Writer {
  readonly pid: number;
  readonly user: string | null;
  readonly database: string | null;
}

/** Other sessions of the cluster that hold the lock. */
async function findWriters(db: Db, keys: LockKeys): Promise<readonly Writer[]> {
  try {
    return await db.query<Writer>(loadSql(import.meta.url, "./sql/writers.sql"), [...keys]);
  } catch (error) {
    throw queryFailure(error, "looking for other runs").with({ state: "Nothing was changed." });
  }
}

/**
 * Throws `refused` when these settings are not what the plan was made from: in postgresql.auto.conf, or in force, for one that
 * read between another run's writing and its reload knows the new lines and the old values.
 * pendingRestart tells nothing here: to read pg_file_settings sets it in the session that reads.
 */
export function requireSame(
  planned: Pick<Configuration, "lines" | "settings">,
  now: Pick<Configuration, "lines" | "settings">,
  settings: readonly { readonly name: string }[],
  again: string,
): void {
  const changed = settings.filter(
    ({ name }) =>
      autoValue(planned.lines, name) !== autoValue(now.lines, name) ||
      planned.settings.get(name)?.resetValue !== now.settings.get(name)?.resetValue,
  );
  if (changed.length === 0) return;
  throw new VezaError({
    code: "tune.changed-meanwhile",
    ending: "refused",
    message: "Another run has changed these settings since they were read.",
    detail: changed.map(({ name }) => name).join(", "),
    hint: again,
    state: "Nothing was changed.",
  });
}

/** What went wrong while settings were written, in the words of the house. */
export function writeFailure(error: unknown): VezaError {
  return queryFailure(error, "writing the server's settings");
}
