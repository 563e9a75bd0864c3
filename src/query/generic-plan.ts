import { serverErrorOf } from "../postgres/failure.ts";
import type { Db } from "../postgres/connect.ts";
import type { Query } from "./model.ts";

/** The plan that holds for any parameters, or undefined where the statement has none. Nothing runs. */
export async function readGenericPlan(db: Db, query: Query): Promise<unknown> {
  const nulls = query.parameters.map(() => "NULL").join(", ");
  const run = query.parameters.length === 0 ? "veza_described" : `veza_described(${nulls})`;
  try {
    await db.send("BEGIN READ ONLY; SET LOCAL plan_cache_mode = force_generic_plan");
    await db.send(`PREPARE veza_described AS ${query.statement.sql}`);
    const { rows } = await db.send(`EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE ${run}`);
    return planIn(rows[0]);
  } catch (error) {
    // A statement that cannot be prepared this way (CALL, SHOW) has no plan to read.
    if (serverErrorOf(error) === undefined) throw error;
    return undefined;
  } finally {
    if (db.isAlive) {
      await db.send("ROLLBACK");
      // A prepared statement outlives the transaction that it was made in.
      await db.send("DEALLOCATE ALL");
    }
  }
}

/** The plan in a row that EXPLAIN (FORMAT JSON) gave, which the driver has parsed already. */
export function planIn(row: Readonly<Record<string, unknown>> | undefined): unknown {
  const [explained]: readonly unknown[] = Object.values(row ?? {}).flat();
  return typeof explained === "object" && explained !== null && "Plan" in explained
    ? explained.Plan
    : undefined;
}
