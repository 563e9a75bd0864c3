/** Proof before the swap: both sides equal, and nobody who would miss rows. */
import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../kernel/duration.ts";
import { VezaError } from "../../kernel/error.ts";
import { cancellable } from "../../postgres/cancel.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteColumns } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import type { Conversion } from "./model.ts";
import { tableOf } from "./names.ts";
import type { Runner } from "./run.ts";

/** Counts and hashes both sides in one snapshot. The triggers write both in one transaction, so they must be equal in any. */
export async function compareCopies({ db, work }: Runner, { spec }: Conversion): Promise<void> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/compare.sql"), {
    columns: quoteColumns(spec.parts.columns),
    source: quoteName(spec.kind === "undo" ? tableOf(spec) : { schema: spec.schema, name: spec.source }),
    copy: quoteName({ schema: spec.schema, name: spec.staging }),
  });
  const [row] = await cancellable(db, work.signal, () => db.query<{ source: string; copy: string }>(sql));
  if (row !== undefined && row.source === row.copy) return;
  const count = (text: string | undefined): string => text?.split(" ")[0] ?? "?";
  throw new VezaError({
    code: "partition.copy-unequal",
    ending: "failed",
    message: `The copy is not equal to ${spec.schema}.${spec.source}: ${count(row?.copy)} rows against ${count(row?.source)}.`,
    detail: "Somebody wrote to one side past the triggers, or changed the columns of the table meanwhile.",
    hint: `veza-db partition convert ${spec.name} --abort`,
    facts: { source: count(row?.source), copy: count(row?.copy) },
  });
}

/**
 * A transaction that took its snapshot before a row was copied would look for that row where it is no more, and miss it.
 * So those end first, as CREATE INDEX CONCURRENTLY waits for them; nobody else is held up meanwhile.
 */
export async function waitForOldSnapshots({ db, work }: Runner): Promise<void> {
  const [now] = await db.query<{ xid: string }>(loadSql(import.meta.url, "./sql/current-xid.sql"));
  const deadline = performance.now() + work.waitMs;
  for (let isTold = false; ; isTold = true) {
    const old = await db.query<{ pid: number; application: string }>(
      loadSql(import.meta.url, "./sql/old-snapshots.sql"),
      [now?.xid ?? "0"],
    );
    const [first] = old;
    if (first === undefined) return;
    if (!isTold) work.note(`swap waits for an old snapshot: pid ${first.pid} (${first.application})`);
    if (performance.now() >= deadline)
      throw new VezaError({
        code: "partition.old-snapshot",
        ending: "failed",
        message: `A transaction has kept its old snapshot for ${formatDuration(work.waitMs)}; it would miss rows after the swap.`,
        detail: old.map(({ pid, application }) => `pid ${pid} (${application})`).join("\n"),
        hint: "veza-db stats transactions shows it; wait longer with --lock-wait 10min",
        facts: { blockers: old.map(({ pid }) => pid) },
      });
    await sleep(50, undefined, { signal: work.signal });
  }
}
