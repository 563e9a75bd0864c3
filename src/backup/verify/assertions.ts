/** The user's own questions to a restored database: each statement that gives rows must give true, in its first column. */
import { messageOf } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { isConnectionLoss } from "../../postgres/failure.ts";
import { splitStatements } from "../../sql/split.ts";
import type { Check } from "../model.ts";
import { judge } from "./check-files.ts";

export interface AssertionFile {
  readonly name: string;
  readonly text: string;
}

export async function checkAssertions(db: Db, files: readonly AssertionFile[]): Promise<Check[]> {
  const checks: Check[] = [];
  for (const { name, text } of files) {
    const wrong: string[] = [];
    let asked = 0;
    for (const { sql, line } of splitStatements(text, name)) {
      asked++;
      const complaint = await assertOne(db, sql);
      if (complaint !== undefined) wrong.push(`line ${line}: ${complaint}`);
    }
    checks.push(judge(`assert ${name}`, wrong, `${asked} statements hold`));
  }
  return checks;
}

async function assertOne(db: Db, sql: string): Promise<string | undefined> {
  try {
    const { columns, rows } = await db.queryText(sql);
    if (columns.length === 0) return undefined;
    if (rows.length === 0) return "it gives no row";
    const untrue = rows.find(([first]) => first !== "t");
    return untrue === undefined ? undefined : `it gives ${untrue[0] ?? "null"}, not true`;
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    return messageOf(error);
  }
}
