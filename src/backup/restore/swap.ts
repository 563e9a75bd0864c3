/** Gives a filled database its name: by one rename where nobody has the name, else by two in one transaction. */
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { isConnectionLoss, queryFailure, sqlstateOf } from "../../postgres/failure.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { ask } from "../read-database.ts";

export interface SwapRequest {
  readonly from: string;
  readonly to: string;
  /** What the one that has the name now will be called; undefined where there is none. */
  readonly old: string | undefined;
  /** One more session in the same database as the first. */
  readonly open: () => Promise<Db>;
}

const attempts = 3;
const againMs = 50;

/**
 * The first rename locks the database against new sessions, then waits for those that are in it, which a second session
 * ends meanwhile. Nothing is visible before the commit, so whatever happens until then, a kill too, leaves the old one
 * in its place.
 */
export async function giveName(admin: Db, request: SwapRequest): Promise<void> {
  const { from, to, old, open } = request;
  const rename = `ALTER DATABASE ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`;
  const statements =
    old === undefined
      ? [rename]
      : [
          `ALTER DATABASE ${quoteIdentifier(to)} RENAME TO ${quoteIdentifier(old)}`,
          rename,
          // Nobody writes into the old one by mistake; it is brought back by ALTER DATABASE … ALLOW_CONNECTIONS true.
          `ALTER DATABASE ${quoteIdentifier(old)} ALLOW_CONNECTIONS false`,
        ];
  // Opened first: sessions that wait for the renames may take up all the places that the server has.
  await using helper = await open();
  for (let attempt = 1; ; attempt++) {
    try {
      await inTransaction(admin, helper, statements, request);
      return;
    } catch (error) {
      if (isConnectionLoss(error)) {
        if (await isGone(request)) return; // the commit went through, its answer was lost
        throw notSwapped(error, request);
      }
      await admin.send("ROLLBACK");
      const isInUse = ["55006", "55P03"].includes(sqlstateOf(error) ?? "");
      if (!isInUse || attempt === attempts) throw notSwapped(error, request);
    }
  }
}

async function inTransaction(
  admin: Db,
  helper: Db,
  statements: readonly string[],
  request: SwapRequest,
): Promise<void> {
  const over = new AbortController();
  const ending = endSessions(helper, request, over.signal);
  ending.catch(() => {});
  try {
    await admin.send("BEGIN");
    await admin.send("SET LOCAL lock_timeout = '20s'");
    for (const statement of statements) await admin.send(statement);
  } finally {
    over.abort();
    await ending.catch(() => {}); // what it could not do, the rename tells
  }
  await admin.send("COMMIT");
}

/** Ends whoever is in either database, again and again, until the renames are through. */
async function endSessions(helper: Db, { from, to, old }: SwapRequest, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    for (const database of old === undefined ? [from] : [from, to]) {
      for (const { pid } of await ask<{ pid: number }>(helper, "terminate", [database])) {
        await ask(helper, "end-session", [pid]).catch(() => {}); // another role's: the rename will say that it is in the way
      }
    }
    await sleep(againMs, undefined, { signal: over }).catch(() => {});
  }
}

async function isGone({ from, open }: SwapRequest): Promise<boolean> {
  await using db = await open();
  const names = await ask<{ name: string }>(db, "names");
  return !names.some(({ name }) => name === from);
}

function notSwapped(error: unknown, { to, old }: SwapRequest): VezaError {
  const failure = queryFailure(error, `giving the restored database the name ${to}`);
  return new VezaError({
    code: "restore.not-swapped",
    ending: "failed",
    message: `The restored database could not be given the name "${to}".`,
    detail: [failure.message, failure.detail].filter((line) => line !== undefined).join("\n"),
    hint: "veza-db stats connections shows who is in the way.",
    state: old === undefined ? "The restored database was dropped." : `The database "${to}" is as it was.`,
    cause: error,
  });
}
