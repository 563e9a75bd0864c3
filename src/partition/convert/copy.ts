/** Copies rows in batches of blocks, while others go on writing. */
import { setTimeout as sleep } from "node:timers/promises";
import { cancellable } from "../../postgres/cancel.ts";
import { sqlstateOf } from "../../postgres/failure.ts";
import { loadSql } from "../../sql/load.ts";
import { quoteColumns } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import type { Conversion } from "./model.ts";
import type { Runner } from "./run.ts";
import { progressSql, requireConversion } from "./state.ts";

/** How long a batch may hold its rows: whoever wants to change one of them waits no longer. */
const batchMs = 50;
/** Others' rows are not waited for longer than that; well below any deadlock_timeout, so that nobody else is ever the victim. */
const rowLockMs = 100;
const mostBlocks = 4096;

/**
 * Rows are held FOR SHARE while they are copied: without that, one that is deleted or moved in the very moment would come
 * back to life in the copy. Every row that was there when the triggers came lies in the blocks of that time; whatever was
 * written since is in the copy by the triggers. False when somebody has paused it.
 */
export async function copyRows(runner: Runner, conversion: Conversion): Promise<boolean> {
  const { db, work, conversions } = runner;
  const { spec, id } = conversion;
  let { leaf, block, filenode } = conversion;
  let size = 64;
  let [told, total] = [Date.now(), conversion.copied];
  for (; leaf < spec.leaves.length; leaf++, block = 0, filenode = null) {
    const source = spec.leaves[leaf];
    if (source === undefined) break;
    for (;;) {
      const extent = await readExtent(runner, quoteName(source));
      if (extent === undefined) break; // detached and dropped meanwhile; what it held is gone from the table
      // VACUUM FULL and CLUSTER put every row elsewhere: from the beginning again, what is there already is passed over.
      if (filenode !== null && extent.filenode !== filenode) block = 0;
      filenode = extent.filenode;
      if (block >= extent.blocks) break;
      const until = block + size;
      const startedAt = performance.now();
      try {
        const rows = await copyBlocks(runner, conversion, quoteName(source), block, until);
        await db.send(`${progressSql(conversions, id, leaf, until, filenode, rows)}; COMMIT`);
        total += rows;
        block = until;
        const took = Math.max(1, performance.now() - startedAt);
        size = Math.max(1, Math.min(mostBlocks, Math.round(size * Math.min(2, batchMs / took))));
      } catch (error) {
        if (db.isAlive) await db.send("ROLLBACK");
        if (work.signal.aborted || !["55P03", "40P01", "40001"].includes(sqlstateOf(error) ?? ""))
          throw error;
        size = Math.max(1, Math.floor(size / 2));
        await sleep(10 + Math.random() * 40);
      }
      if (Date.now() - told > 500) {
        told = Date.now();
        work.note(`copy: ${total} rows`);
        if ((await requireConversion(db, work.ownSchema, spec)).isPaused) return false;
      }
    }
  }
  return true;
}

async function copyBlocks(
  { db, work }: Runner,
  { spec }: Conversion,
  source: string,
  from: number,
  until: number,
): Promise<number> {
  const columns = quoteColumns(spec.parts.columns);
  const copy = quoteName({ schema: spec.schema, name: spec.staging });
  return cancellable(db, work.signal, async () => {
    await db.send(
      `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${rowLockMs}; SET LOCAL statement_timeout = 0; SET LOCAL synchronous_commit = off`,
    );
    const { count } = await db.send(
      `INSERT INTO ${copy} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ONLY ${source} WHERE ctid >= '(${from},0)' AND ctid < '(${until},0)' FOR SHARE ON CONFLICT (${quoteColumns(spec.key)}) DO NOTHING`,
    );
    return count;
  });
}

async function readExtent(
  { db }: Runner,
  source: string,
): Promise<{ filenode: number; blocks: number } | undefined> {
  const [row] = await db.query<{ filenode: number | null; blocks: number | null }>(
    loadSql(import.meta.url, "./sql/source-extent.sql"),
    [source],
  );
  const { filenode, blocks } = row ?? { filenode: null, blocks: null };
  return filenode === null || blocks === null ? undefined : { filenode, blocks };
}
