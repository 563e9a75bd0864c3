/** One pair of schemas: planned, run by psql's own way, read again, its rows too. */
import { compareCatalogs } from "../../../src/catalog/compare.ts";
import { sortedLines } from "../../../src/diff/judge-dump.ts";
import { planDiff } from "../../../src/diff/plan.ts";
import { isUnmendable } from "../../../src/diff/prove.ts";
import type { DiffPlan } from "../../../src/diff/model.ts";
import { partsOf, planText } from "../../../src/diff/text.ts";
import { summary } from "../../drift/support/cases.ts";
import { readSchema } from "../../catalog/support/read-schema.ts";
import { createDatabase } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";
import { dumpText } from "./pg-dump.ts";
import { readRows } from "./rows.ts";

export interface PairVerdict {
  readonly trouble: readonly string[];
  /** True where the plan says that no SQL does it. */
  readonly isTold: boolean;
}

export async function judgePair(before: string, after: string, withDump: boolean): Promise<PairVerdict> {
  await using from = await createDatabase();
  await using to = await createDatabase();
  await from.sql.unsafe(before);
  await to.sql.unsafe(after);
  const [start, end] = [await readSchema(from.url), await readSchema(to.url)];
  const plan = planDiff(start, end);
  if (plan.obstacles.length > 0) return { trouble: [], isTold: true };
  const text = planText(plan);
  const rows = await readRows(from, start, end);
  try {
    await run(from, plan, text);
  } catch (error) {
    return { trouble: [`${String(error)} by\n${text}`], isTold: false };
  }
  const trouble: string[] = [];
  const left = compareCatalogs(await readSchema(from.url), end).filter((change) => !isUnmendable(change));
  if (left.length > 0) trouble.push(`left ${summary(left)}by\n${text}`);
  const now = await readRows(from, start, end);
  const lost = rows
    .filter((line, at) => line !== now[at])
    .map((line) => `${line} became ${now[rows.indexOf(line)] ?? ""}`);
  if (lost.length > 0) trouble.push(`rows: ${lost.join("; ")} by\n${text}`);
  if (withDump) trouble.push(...(await judgeByDump(from, to)).map((line) => `${line} by\n${text}`));
  return { trouble, isTold: false };
}

/** `VEZA_CONCURRENT_CASES=1`: as migrations run it, part by part, indexes and proofs outside of transactions. */
async function run({ sql }: TestDatabase, plan: DiffPlan, text: string): Promise<void> {
  if (process.env["VEZA_CONCURRENT_CASES"] !== "1") {
    await sql.unsafe(text);
    return;
  }
  for (const { isTransactional, statements } of partsOf(plan.statements, true)) {
    const list = statements.map(({ sql: statement }) => statement);
    const bodies = "SET check_function_bodies = off";
    if (isTransactional) await sql.unsafe([bodies, ...list].join(";\n"));
    else for (const statement of list) await sql.unsafe(statement);
  }
}

export async function judgeByDump(one: TestDatabase, other: TestDatabase): Promise<string[]> {
  const [lines, others] = [sortedLines(await dumpText(one.url)), sortedLines(await dumpText(other.url))];
  const gone = others.filter((line) => !lines.includes(line));
  const more = lines.filter((line) => !others.includes(line));
  return gone.length + more.length === 0
    ? []
    : [`pg_dump: lacks ${gone.join(" | ")}; has ${more.join(" | ")}`];
}
