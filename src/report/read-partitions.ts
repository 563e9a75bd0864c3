import type { Policy } from "../partition/model.ts";
import { readFitting } from "../partition/read-tables.ts";
import { readStatus } from "../partition/status.ts";
import type { TableStatus } from "../partition/status.ts";
import type { Db } from "../postgres/connect.ts";
import { markedDb } from "./marked-db.ts";
import type { PartitionsPart } from "./model.ts";
import { readStats } from "../stats/session.ts";

/** How the tables of the policies stand, read within the limits of statistics. */
export async function readPartitions(
  db: Db,
  policies: readonly Policy[],
  ownSchema: string,
): Promise<PartitionsPart> {
  return readStats(db, async () => {
    const own = markedDb(db);
    const { kept, misfits, session } = await readFitting(
      own,
      policies.filter(({ kind }) => kind === "range"),
    );
    const tables: TableStatus[] = [];
    for (const one of kept) tables.push(await readStatus(own, one, session, ownSchema));
    return {
      tables,
      misfits: misfits.map(({ policy, error }) => ({ policy: policy.file, why: error.message })),
    };
  });
}
