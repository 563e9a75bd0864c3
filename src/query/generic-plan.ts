import { serverErrorOf } from "../postgres/failure.ts";
import type { Db } from "../postgres/connect.ts";
import type { Query } from "./model.ts";
import { forgetPrepared, prepareQuery } from "./prepared.ts";

/** The plan that holds for any parameters, or undefined where the statement has none. Nothing runs. */
export async function readGenericPlan(db: Db, query: Query): Promise<unknown> {
  await db.send("BEGIN READ ONLY");
  try {
    const execute = await prepareQuery(
      db,
      query,
      query.parameters.map(() => null),
      "generic",
    );
    const { rows } = await db.send(execute("EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) "));
    return planIn(Object.values(rows[0] ?? {})[0]);
  } catch (error) {
    // A statement that cannot be prepared this way (CALL, SHOW) has no plan to read.
    if (serverErrorOf(error) === undefined) throw error;
    return undefined;
  } finally {
    if (db.isAlive) await db.send("ROLLBACK");
    await forgetPrepared(db);
  }
}

/** The plan in what EXPLAIN (FORMAT JSON) gave. */
export function planIn(explained: unknown): unknown {
  const [first]: readonly unknown[] = Array.isArray(explained) ? explained : [];
  return typeof first === "object" && first !== null && "Plan" in first ? first.Plan : undefined;
}
