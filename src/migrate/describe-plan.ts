import { splitStatements } from "../sql/split.ts";
import type { MigrationPlan } from "./plan.ts";
import { readStep, surveyStep } from "./prepare.ts";

/** A migration of the plan, with every statement that will be sent. */
export interface PlannedStep {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** One transaction with the history row; else each statement by itself. */
  readonly transactional: boolean;
  readonly statements: readonly { readonly sql: string; readonly line: number }[];
  /** Statements of a half-applied migration that an earlier run has done; they are not in `statements`. */
  readonly statementsDone: number;
}

/** What the pending migrations will do. Refuses what `apply` would refuse. */
export function describePlan(plan: MigrationPlan): PlannedStep[] {
  return plan.pending.map((pending) => {
    const step = readStep(pending);
    surveyStep(step);
    const statements = [...splitStatements(step.text, step.file.file)].slice(step.statementsDone);
    return {
      id: step.file.id,
      name: step.file.name,
      file: step.file.file,
      transactional: step.directives.transaction,
      statements: statements.map(({ sql, line }) => ({ sql, line })),
      statementsDone: step.statementsDone,
    };
  });
}
