/** The platform's own queries, run as the tool runs them. */
import { fileURLToPath } from "node:url";
import { connect } from "../../../src/postgres/connect.ts";
import type { Db } from "../../../src/postgres/connect.ts";
import { resolveTarget } from "../../../src/postgres/resolve-target.ts";
import { bindParameters } from "../../../src/query/bind.ts";
import type { GivenValues } from "../../../src/query/bind.ts";
import type { JsonValue } from "../../../src/query/json-value.ts";
import type { Query } from "../../../src/query/model.ts";
import { listQueries, readQuery } from "../../../src/query/read-folder.ts";
import { Rows } from "../../../src/query/rows.ts";

export const projectDir = fileURLToPath(new URL("../../..", import.meta.url));
export const platform = listQueries(fileURLToPath(new URL("../../../queries", import.meta.url)), projectDir);

export type JsonRow = Readonly<Record<string, JsonValue>>;

export function platformQuery(name: string): Query {
  return readQuery(platform, name);
}

/** A session as `query run` has it. */
export async function connectTo(url: string): Promise<Db> {
  const { target } = resolveTarget(url, "the test", {});
  const db = await connect(target, { applicationName: "test", connectTimeoutMs: 20_000 });
  await db.send("SET TimeZone = 'UTC'; SET jit = off");
  return db;
}

/** The rows of a query as JSON, within whatever transaction the session is in. */
export async function answer(db: Db, query: Query, given: GivenValues): Promise<JsonRow[]> {
  return new Rows(await db.queryText(query.statement.sql, bindParameters(query, given))).toJSON();
}
