import type { Db } from "../postgres/connect.ts";
import { quoteLiteral } from "../sql/quote.ts";
import type { BoundValue } from "./bind.ts";
import type { Query } from "./model.ts";

/** `auto` is what a prepared statement of an application gets: plans for its parameters, later perhaps one for all. */
export type PlanMode = "auto" | "generic";

const name = "veza_query";

/**
 * Prepares a query in SQL, where EXPLAIN can reach it. Gives the statement that runs it with these values; what stands ahead
 * of it in `prefix` (EXPLAIN …) goes along.
 */
export async function prepareQuery(
  db: Db,
  query: Query,
  values: readonly BoundValue[],
  mode: PlanMode,
): Promise<(prefix?: string) => string> {
  await db.send(`SET LOCAL plan_cache_mode = ${mode === "generic" ? "force_generic_plan" : "auto"}`);
  await db.send(`${preparePrefix}${query.statement.sql}`);
  const call = values.length === 0 ? name : `${name}(${values.map(literal).join(", ")})`;
  return (prefix = "") => `${prefix}EXECUTE ${call}`;
}

/** Stands ahead of the statement that is sent: error positions count it too. */
export const preparePrefix = `PREPARE ${name} AS `;

/** A prepared statement outlives the transaction that it was made in. */
export async function forgetPrepared(db: Db): Promise<void> {
  if (db.isAlive) await db.send("DEALLOCATE ALL");
}

function literal(value: BoundValue): string {
  if (value === null) return "NULL";
  return typeof value === "boolean" ? String(value).toUpperCase() : quoteLiteral(value);
}
