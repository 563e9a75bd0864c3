import { VezaError } from "../../kernel/error.ts";
import { shellWord } from "../../kernel/shell-word.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import type { Facts, StatementsFacts } from "../model.ts";

const preload =
  "Add pg_stat_statements to shared_preload_libraries in postgresql.conf and restart the server";

/** Why the statements' counters cannot be read, and what mends it; undefined when they can. */
export function missingStatements(
  facts: Facts,
): { readonly message: string; readonly mend: string } | undefined {
  const { statements, database, user } = facts;
  if (statements === null) {
    return {
      message: `The extension pg_stat_statements is not installed in the database "${database}".`,
      mend: `${facts.hasStatementsLoaded ? "" : `${preload}, then: `}psql -d ${shellWord(database)} -c 'CREATE EXTENSION pg_stat_statements'`,
    };
  }
  if (!statements.isPreloaded) {
    return {
      message:
        "pg_stat_statements is installed but the server was started without it, so nothing is counted.",
      mend: `${preload}.`,
    };
  }
  if (!statements.mayUse) {
    return {
      message: `The role ${user} may not use the schema ${statements.schema}, where pg_stat_statements lies.`,
      mend: `GRANT USAGE ON SCHEMA ${quoteIdentifier(statements.schema)} TO ${quoteIdentifier(user)}; or connect as another role.`,
    };
  }
  return undefined;
}

/** The extension, ready to be read. Throws with what mends it. */
export function requireStatements(facts: Facts): StatementsFacts {
  const missing = missingStatements(facts);
  if (missing === undefined && facts.statements !== null) return facts.statements;
  throw new VezaError({
    code: "stats.no-statements",
    ending: "environment",
    message: missing?.message ?? "",
    hint: missing?.mend,
  });
}
