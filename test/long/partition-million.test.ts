/** A million rows are turned into partitions and back while four writers and a reader go on. */
import { createDatabase, expect, test } from "../support/database.ts";
import { policyProject } from "../partition/support/project.ts";
import { createLedger, differences, startLoad } from "../faults/support/ledger.ts";

const rows = 1_000_000;

test("convert, roll back, convert again and undo: every row and version as in the ledger, no writer failed", async () => {
  await using database = await createDatabase();
  await createLedger(database, rows);
  await using project = await policyProject(database.url, {});
  const load = startLoad(database.url, { rows, writers: 4, readerMs: 4000 });
  const calls: readonly (readonly string[])[] = [
    ["convert", "messages", "--by", "at", "--yes", "--lock-wait", "10min", "--json"],
    ["convert", "messages", "--rollback", "--yes", "--lock-wait", "10min", "--json"],
    ["convert", "messages", "--by", "at", "--yes", "--lock-wait", "10min", "--json"],
    ["undo", "messages", "--yes", "--lock-wait", "10min", "--json"],
  ];
  for (const args of calls) {
    const run = await project.partition(args);
    expect(run.code, `${args.join(" ")}\n${run.stderr}`).toBe(0);
    expect(await differences(database), args.join(" ")).toEqual([]);
  }
  const { failures, transactions, longestMs } = await load.stop();
  process.stderr.write(`${transactions} transactions, the longest ${Math.round(longestMs)} ms\n`);
  expect(failures).toEqual([]);
  expect(await differences(database)).toEqual([]);
});
