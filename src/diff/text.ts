/** A plan as one text for psql, and as the parts that it must be run in. */
import type { DiffPlan, Hazard, Statement } from "./model.ts";
import { hazards } from "./model.ts";
import { say } from "./say.ts";

export interface Part {
  /** False: each statement by itself, in no transaction. */
  readonly isTransactional: boolean;
  readonly statements: readonly Statement[];
}

/** In as few parts as can be: what must be committed first, the rest, what runs in no transaction. */
export function partsOf(statements: readonly Statement[], isConcurrent: boolean): Part[] {
  const parts: { isTransactional: boolean; statements: Statement[] }[] = [];
  const late: Statement[] = [];
  let mode: Statement["mode"] | undefined;
  for (const statement of statements) {
    if (isConcurrent && statement.isLate === true) {
      late.push(
        ...(statement.concurrently === undefined
          ? [{ ...statement, mode: "alone" as const }]
          : concurrent(statement)),
      );
      continue;
    }
    const last = parts.at(-1);
    if (last === undefined || statement.mode !== mode || statement.mode === "alone")
      parts.push({ isTransactional: statement.mode !== "alone", statements: [statement] });
    else last.statements.push(statement);
    mode = statement.mode;
  }
  return late.length === 0 ? parts : [...parts, { isTransactional: false, statements: late }];
}

function concurrent(statement: Statement): Statement[] {
  return (statement.concurrently ?? []).map((sql) => {
    const reads = /^CREATE (?:UNIQUE )?INDEX | VALIDATE CONSTRAINT /s.test(sql);
    return {
      ...say(sql, { mode: "alone", scans: reads }),
      lock: say(sql).lock ?? "SHARE UPDATE EXCLUSIVE",
      hazards: reads
        ? statement.hazards.filter((hazard) => hazard !== "BLOCKS_WRITES" && hazard !== "BLOCKS_READS")
        : [],
    };
  });
}

/**
 * For psql, or for one simple query of a driver. Behind what must be committed stands a COMMIT alone: psql, which commits each
 * statement, answers with a warning; a driver's query of many statements is committed there.
 */
export function planText(plan: DiffPlan, isConcurrent = false): string {
  const parts = partsOf(plan.statements, isConcurrent);
  const body = parts.map(({ statements }, at) => {
    const text = statements.map(terminated).join("");
    const isCommitted = statements[0]?.mode === "committed" && at < parts.length - 1;
    return isCommitted ? `${text}COMMIT; -- new labels may be used from here on\n` : text;
  });
  return (makesRoutines(plan.statements) ? "SET check_function_bodies = off;\n" : "") + body.join("");
}

/** Bodies may name what does not exist yet. */
export function makesRoutines(statements: readonly Statement[]): boolean {
  return statements.some(({ sql }) => /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)/.test(sql));
}

export function terminated({ sql }: Pick<Statement, "sql">): string {
  return sql.startsWith("--") ? `${sql}\n` : `${sql};\n`;
}

export function hazardsOf(statements: readonly Statement[]): Hazard[] {
  const found = new Set(statements.flatMap((statement) => statement.hazards));
  return hazards.filter((hazard) => found.has(hazard));
}
