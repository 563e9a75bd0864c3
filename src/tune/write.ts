/** ALTER SYSTEM, a reload, and a look from a new session. */
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { claimAdvisoryLock, advisoryKeys } from "../locks/advisory.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { alterSystem } from "./formats/sql.ts";
import { readConfiguration } from "./read.ts";
import type { Configuration } from "./read.ts";

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

/** Keeps other runs away while one writes. Throws `refused` when there is one. */
export async function lockWriting(db: Db): Promise<AsyncDisposable> {
  const lock = await claimAdvisoryLock(db, advisoryKeys("tune"));
  if (lock !== undefined) return lock;
  throw new VezaError({
    code: "tune.running",
    ending: "refused",
    message: "Another run is changing the settings of this server.",
    hint: "Wait until it is done: veza-db tune check",
    state: "Nothing was changed.",
  });
}

/** What went wrong while settings were written, in the words of the house. */
export function writeFailure(error: unknown): VezaError {
  return queryFailure(error, "writing the server's settings");
}
