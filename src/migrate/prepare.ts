import { VezaError } from "../kernel/error.ts";
import { classify } from "../sql/classify.ts";
import { readDirectives } from "../sql/directives.ts";
import { splitStatements } from "../sql/split.ts";
import type { Statement } from "../sql/split.ts";
import type { Step } from "./model.ts";
import type { PendingMigration } from "./plan.ts";
import { readDownText, readMigrationText } from "./read-files.ts";

/** What a walk over a migration's statements has found. */
export interface Survey {
  readonly statements: number;
  /** The file goes back to a savepoint by itself, so a failure must stop it before the next statement is sent. */
  readonly returnsToSavepoint: boolean;
  readonly warnings: readonly string[];
  /** The statements themselves where they are few; of a big file they are found again when it runs. */
  readonly pieces: readonly Statement[] | undefined;
}

/** A pending migration, read and looked through. */
export interface Prepared {
  readonly step: Step;
  readonly survey: Survey;
}

const mostPieces = 100;

/** Reads a pending migration and looks through it. */
export function prepare(pending: PendingMigration): Prepared {
  const step = readStep(pending);
  return { step, survey: surveyStep(step) };
}

/** Reads a pending migration and its directives. The text is held only as long as the step is. */
export function readStep({ file, isBegun, statementsDone }: PendingMigration): Step {
  const text = readMigrationText(file);
  const directives = readDirectives(text, file.shown);
  return { file, text, downText: readDownText(file), directives, isBegun, statementsDone };
}

/**
 * Walks over every statement of a step before anything runs, and refuses what cannot run in its mode: COMMIT in a
 * file that is one transaction, CONCURRENTLY and the like without the directive, session locks undone.
 */
export function surveyStep(step: Step): Survey {
  let statements = 0;
  let returnsToSavepoint = false;
  const pieces: Statement[] = [];
  for (const statement of splitStatements(step.text, step.file.shown)) {
    statements++;
    refuseStatement(statement, step);
    returnsToSavepoint ||= /^rollback\b/i.test(statement.sql);
    if (statements <= mostPieces) pieces.push(statement);
  }
  const warnings =
    statements === 0 ? [`${step.file.file} holds no statement; it will be recorded as applied.`] : [];
  return { statements, returnsToSavepoint, warnings, pieces: statements <= mostPieces ? pieces : undefined };
}

function refuseStatement({ sql, line, column }: Statement, { file, directives }: Step): void {
  const { transactionControl, cannotRunInTransaction } = classify(sql);
  const place = { file: file.shown, line, column };
  const common = { ending: "refused", state: "Nothing was changed.", facts: place } as const;
  if (transactionControl !== undefined) {
    throw new VezaError({
      ...common,
      code: "migrate.transaction-control",
      message: `${file.shown}:${line}:${column}: ${transactionControl} may not stand in a migration.`,
      detail: directives.transaction
        ? "A migration and its history row are committed together; a COMMIT inside would leave half of it unrecorded."
        : "Each statement of a no-transaction migration is committed by itself and recorded.",
      hint: directives.transaction
        ? `Take ${transactionControl} out; if each statement must be committed alone, begin the file with: -- veza: no-transaction`
        : `Take ${transactionControl} out.`,
    });
  }
  if (cannotRunInTransaction === "DISCARD ALL") {
    throw new VezaError({
      ...common,
      code: "migrate.releases-lock",
      message: `${file.shown}:${line}:${column}: DISCARD ALL would release the lock against other runs.`,
      hint: "Name what is to be discarded: DISCARD PLANS, DISCARD SEQUENCES, DISCARD TEMP or RESET ALL.",
    });
  }
  if (directives.transaction && cannotRunInTransaction !== undefined) {
    throw new VezaError({
      ...common,
      code: "migrate.outside-transaction",
      message: `${file.shown}:${line}:${column}: ${cannotRunInTransaction} cannot run inside a transaction.`,
      hint: "Begin the file with: -- veza: no-transaction",
    });
  }
}
