import { readFileSync } from "node:fs";
import postgres from "postgres";
import { expect, test } from "../support/database.ts";
import { readBlockCases } from "./support/block-cases.ts";

test("the server refuses in a transaction block what our cases say it does, and nothing else", async ({
  database: { sql },
}) => {
  const [row] = await sql`SELECT current_setting('server_version_num')::int / 10000 AS major`;
  const cases = readBlockCases().filter(({ since = 0 }) => since <= Number(row?.["major"]));
  await run(sql, "transaction-block.setup.sql");
  // A database with a subscription cannot be dropped, so they must not stay.
  await run(sql, "subscriptions.setup.sql");
  const found: unknown[] = [];
  try {
    for (const { sql: statement } of cases) {
      found.push({ statement, subject: await refusedSubject(sql, statement) });
    }
  } finally {
    await run(sql, "subscriptions.teardown.sql");
  }
  expect(found).toEqual(cases.map(({ sql: statement, subject }) => ({ statement, subject })));
});

/** Each statement by itself: several sent together are one transaction. */
async function run(sql: postgres.Sql, file: string): Promise<void> {
  const text = readFileSync(new URL(`../cases/sql/${file}`, import.meta.url), "utf8");
  for (const statement of text.split(/;\n/)) await sql.unsafe(statement);
}

/** Runs a statement in a transaction that is rolled back. Errors other than the one we look for do not matter. */
async function refusedSubject(sql: postgres.Sql, statement: string): Promise<string | null> {
  const undo = new Error("undo");
  try {
    await sql.begin(async (transaction) => {
      await transaction.unsafe(statement);
      throw undo;
    });
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === "25001") {
      return error.message.replace(" cannot run inside a transaction block", "");
    }
    if (error !== undo && !(error instanceof postgres.PostgresError)) throw error;
  }
  return null;
}
