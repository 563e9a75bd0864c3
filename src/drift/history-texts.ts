import { splitStatements } from "../sql/split.ts";
import { readDirectives } from "../sql/directives.ts";
import type { AppliedMigration } from "./model.ts";

export interface HistoryRowText {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly status: "applied" | "partial";
  readonly statementsDone: number;
}

/** What ran, by the history: of a half-applied migration the statements that are done. */
export function appliedTexts(rows: readonly HistoryRowText[]): AppliedMigration[] {
  return rows.map(({ id, name, text, status, statementsDone }) => ({
    id,
    name,
    text: status === "applied" ? text : firstStatements(text, statementsDone),
  }));
}

function firstStatements(text: string, count: number): string {
  const statements: string[] = [];
  for (const { sql } of splitStatements(text)) {
    if (statements.length === count) break;
    statements.push(`${sql};\n`);
  }
  const mode = readDirectives(text, "").transaction ? "" : "-- veza: no-transaction\n";
  return mode + statements.join("");
}
