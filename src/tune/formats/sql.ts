import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import type { Change } from "../model.ts";

/** One statement; it cannot run in a transaction, nor together with another one. */
export function alterSystem({ name, recommendedText }: Pick<Change, "name" | "recommendedText">): string {
  return `ALTER SYSTEM SET ${quoteIdentifier(name)} = ${quoteLiteral(recommendedText)}`;
}

/** Statements for psql, each by itself. */
export function renderSql(changes: readonly Change[]): string {
  const statements = changes.map(
    (change) =>
      `-- ${change.reason}${change.restart ? " (needs a restart)" : ""}\n--   ${change.source}\n${alterSystem(change)};\n`,
  );
  return changes.length === 0
    ? "-- Nothing should change.\n"
    : `-- For psql -f: each statement by itself, since ALTER SYSTEM runs in no transaction.\n${statements.join("")}SELECT pg_reload_conf();\n`;
}
