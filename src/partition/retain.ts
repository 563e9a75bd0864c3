/** Archives and drops what maintain has detached, and deletes rows that have expired. */
import { setTimeout as sleep } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { runShortTransaction } from "../locks/short-transaction.ts";
import { cancellable } from "../postgres/cancel.ts";
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { backFunction, backTrigger, legacyName } from "./convert/names.ts";
import { dropSync } from "./convert/sync-sql.ts";
import { archivePartition } from "./archive.ts";
import type { Archived, Clients } from "./archive.ts";
import { quoteName } from "./like.ts";
import { findArchive } from "./own-tables.ts";
import type { Kept, Purged } from "./read-tables.ts";
import type { Detached, RetainStep } from "./retain-plan.ts";
import { lockTable } from "./work.ts";
import type { Work } from "./work.ts";

/** What was detached from these tables and still stands. */
export async function readDetached(
  db: Db,
  kept: readonly Kept[],
  ownSchema: string,
): Promise<readonly Detached[]> {
  try {
    const archive = await findArchive(db, ownSchema);
    if (archive === undefined) return [];
    const names = kept.map(({ table: { schema, name } }) => ({ schema, name }));
    const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/read-archive.sql"), { archive });
    return await db.query<Detached>(sql, [JSON.stringify(names)]);
  } catch (error) {
    throw queryFailure(error, "reading what was detached");
  }
}

export interface Retained {
  readonly archived: Archived[];
  readonly dropped: string[];
  readonly purged: { readonly table: string; readonly rows: number }[];
}

/** Does the steps of a plan. What was archived in this run is dropped by a later step of it, when its grace is over. */
export async function retain(
  db: Db,
  steps: readonly RetainStep[],
  clients: Clients | undefined,
  work: Work,
): Promise<Retained> {
  const done: Retained = { archived: [], dropped: [], purged: [] };
  const archive = await findArchive(db, work.ownSchema);
  for (const step of steps) {
    work.signal.throwIfAborted();
    try {
      if (step.kind === "purge") done.purged.push(await purge(db, step.of, step.before, work));
      else {
        if (archive === undefined) throw new Error("what was detached is written nowhere");
        await using _lock = await lockTable(db, { schema: step.of.schema, name: step.of.table }, work);
        if (step.kind === "drop") {
          await drop(db, step.of, archive, done, work);
          done.dropped.push(step.of.name);
          work.note(`dropped ${step.of.schema}.${step.of.name}`);
        } else {
          if (clients === undefined) throw new Error("pg_dump was not looked for");
          const made = await archivePartition(db, step.of, step.file, clients, work.signal);
          const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/record-archive.sql"), { archive });
          await db.query(sql, [step.of.id, made.rows, made.file, made.bytes, made.sha256]);
          done.archived.push(made);
          work.note(`archived ${made.partition}: ${made.rows} rows in ${made.file}`);
        }
      }
    } catch (error) {
      if (work.signal.aborted && !(error instanceof VezaError)) throw stopped(work);
      throw queryFailure(error, "retaining");
    }
  }
  return done;
}

async function drop(
  db: Db,
  one: Detached,
  archive: NonNullable<Awaited<ReturnType<typeof findArchive>>>,
  done: Retained,
  work: Work,
): Promise<void> {
  const expected =
    one.rows ?? done.archived.find(({ partition }) => partition === `${one.schema}.${one.name}`)?.rows;
  if (one.reason === "retain") {
    const [now] = await db.query<{ rows: number }>(
      fillIdentifiers(loadSql(import.meta.url, "./sql/count-rows.sql"), { table: quoteName(one) }),
    );
    if (now?.rows !== expected) throw changed(one, expected, now?.rows);
  }
  // The table that a conversion left is kept equal by triggers; they go with it.
  const table = { schema: one.schema, name: one.table };
  const isKept = one.reason === "moved" && one.name === legacyName(one.table);
  const back = { source: table, functionName: backFunction(one.table), triggerName: backTrigger };
  await runShortTransaction(
    db,
    {
      doing: `dropping ${one.name}`,
      locks: [...(isKept ? [table] : []), one, ...one.references].map((relation) => ({
        table: quoteName(relation),
        mode: "ACCESS EXCLUSIVE",
      })),
      statements: [
        ...(isKept ? dropSync(back) : []),
        `DROP TABLE ${quoteName(one)}`,
        `UPDATE ${archive} SET dropped_at = pg_catalog.now() WHERE id = ${one.id}`,
      ],
    },
    work,
  );
}

async function purge(db: Db, one: Purged, before: string, work: Work): Promise<Retained["purged"][number]> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/purge.sql"), {
    table: quoteName(one),
    column: quoteIdentifier(one.policy.column),
  });
  let rows = 0;
  for (;;) {
    const count = await cancellable(db, work.signal, () => db.execute(sql, [before, one.policy.batch]));
    rows += count;
    if (count < one.policy.batch) break;
    // A breath for the others: replicas and vacuum keep up.
    await sleep(5, undefined, { signal: work.signal });
  }
  if (rows > 0) work.note(`deleted ${rows} rows of ${one.schema}.${one.name}`);
  return { table: `${one.schema}.${one.name}`, rows };
}

function changed(
  { schema, name, file }: Detached,
  expected: number | undefined,
  rows: number | undefined,
): VezaError {
  return new VezaError({
    code: "partition.changed-since",
    ending: "refused",
    message: `${schema}.${name} has ${rows ?? "no"} rows, ${expected ?? "an unknown number"} were archived.`,
    detail: file === null ? undefined : `The archive is ${file}.`,
    hint: `SELECT count(*) FROM ${quoteName({ schema, name })}; whoever writes there by that name must stop`,
    state: "It was not dropped.",
  });
}

function stopped({ again }: Work): VezaError {
  return new VezaError({
    code: "cli.interrupted",
    ending: "interrupted",
    message: "Stopped between two steps.",
    hint: again,
    state: "The steps before it stay done.",
  });
}
