import { readHistory, readHistoryRows } from "../migrate/history.ts";
import { readLog } from "../migrate/log.ts";
import type { HistoryNames, MigrationFile } from "../migrate/model.ts";
import { planMigrations } from "../migrate/plan.ts";
import type { Db } from "../postgres/connect.ts";
import { readStats } from "../stats/session.ts";
import { markedDb } from "./marked-db.ts";
import type { MigrationsPart } from "./model.ts";

/** Migrations that a page lists, and attempts that are looked at for failed ones. */
const mostListed = 100;

/** What is applied, newest first, what is pending, and what failed of late. */
export async function readMigrations(
  db: Db,
  names: HistoryNames,
  files: readonly MigrationFile[],
): Promise<MigrationsPart> {
  const own = markedDb(db);
  // Each in a transaction of its own: where the table is not there, the first ends its own.
  const history = await readStats(db, async () => readHistory(own, names));
  const { pending, problems } = planMigrations(files, [], history.rows);
  const rows = history.exists ? await readStats(db, async () => readHistoryRows(own, names)) : [];
  const attempts = history.exists
    ? await readStats(db, async () => readLog(own, names, undefined, mostListed))
    : [];
  const applied = rows.map(({ id, name, appliedAt, durationMs, status }) => ({
    id,
    name,
    appliedAt: appliedAt.toISOString(),
    durationMs,
    status,
  }));
  return {
    applied: applied.slice(-mostListed).toReversed(),
    count: applied.length,
    pending: pending.slice(0, mostListed).map(({ file: { id, name } }) => ({ id, name })),
    problems: problems.slice(0, mostListed).map(({ kind, id, message }) => ({ kind, id, message })),
    failed: attempts.filter(({ outcome }) => outcome === "failed").slice(0, 10),
  };
}
