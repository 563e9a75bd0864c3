/** A plan with its SQL: what is due, read from the database, written as steps. */
import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { parseInstant } from "./bounds.ts";
import { createStep, defaultName, defaultStep, detachStep, drainStep, finalizeStep } from "./create-sql.ts";
import type { WorkStep } from "./create-sql.ts";
import { quoteName } from "./like.ts";
import type { Instant, MaintenancePlan } from "./model.ts";
import { isNothingDue, planMaintenance } from "./plan.ts";
import type { Kept, Session } from "./read-tables.ts";
import { readTakenNames, readTraits } from "./read-traits.ts";

export interface PlannedTable {
  readonly plan: MaintenancePlan;
  /** In the order in which they are to be done. */
  readonly steps: readonly WorkStep[];
}

/** What maintain would do to a table now. Where nothing is due, nothing but the partitions is looked at. */
export async function planTable(db: Db, kept: Kept, session: Session): Promise<PlannedTable> {
  try {
    const inDefault = await readDefaultPeriods(db, kept);
    const first = planMaintenance(kept, { now: session.now, taken: new Set(), inDefault });
    if (isNothingDue(first)) return { plan: first, steps: [] };
    const taken = await readTakenNames(db, kept.table.schema);
    const plan = planMaintenance(kept, { now: session.now, taken, inDefault });
    const model = plan.table.partitions.at(-1)?.oid;
    const traits = await readTraits(db, plan.table.oid, model);
    return {
      plan,
      steps: [
        ...plan.finalize.map((partition) => finalizeStep(plan, partition)),
        ...(plan.drain.length === 0 ? [] : [drainStep(plan)]),
        ...plan.create.map((made) => createStep(plan, made, traits)),
        ...(plan.createsDefault ? [defaultStep(plan, defaultName(plan.table, taken), traits)] : []),
        ...plan.detach.map((partition) => detachStep(plan, partition)),
      ],
    };
  } catch (error) {
    throw queryFailure(error, `reading ${kept.table.schema}.${kept.table.name}`);
  }
}

/** A moment of each period that has rows in the default partition. */
async function readDefaultPeriods(db: Db, { policy, table }: Kept): Promise<Instant[]> {
  if (table.defaultPartition === undefined) return [];
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/default-periods.sql"), {
    table: quoteName(table.defaultPartition),
    column: quoteIdentifier(policy.column),
  });
  const { rows } = await db.queryText(sql, [policy.interval, policy.timezone]);
  return rows.flatMap(([text]) => parseInstant(text ?? "") ?? []);
}
