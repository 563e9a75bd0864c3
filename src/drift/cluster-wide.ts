/** What a migration must not do on the server of the live database: touch what all its databases share. */
import { splitStatements } from "../sql/split.ts";
import { classify } from "../sql/classify.ts";
import type { AppliedMigration } from "./model.ts";

export interface Reach {
  readonly id: string;
  readonly line: number;
  /** e.g. `CREATE ROLE` */
  readonly command: string;
}

const shared =
  /^(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP|TABLESPACE|DATABASE|SYSTEM|SUBSCRIPTION)$|^(?:REASSIGN|DROP) OWNED$/;
const inBody =
  /\b(?:(?:create|alter|drop)\s+(?:role|user(?!\s+mapping)|group|tablespace|subscription)|alter\s+system|(?:create|drop)\s+database|reassign\s+owned|drop\s+owned|dblink|copy\b[^;]*\bprogram)\b/i;
const grantsRole = /^(?:grant|revoke)\s+(?:(?!\bon\b).)*\b(?:to|from)\b/is;

/** The first statement that reaches beyond its database, or undefined. */
export function findReach(migrations: readonly AppliedMigration[]): Reach | undefined {
  for (const { id, text } of migrations) {
    for (const { sql, line } of splitStatements(text)) {
      const command = reachOf(sql);
      if (command !== undefined) return { id, line, command };
    }
  }
  return undefined;
}

function reachOf(sql: string): string | undefined {
  const { command } = classify(sql);
  const words = `${command} ${/^\w+\s+(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ""}`;
  if (command === "ALTER DATABASE" || shared.test(command))
    return command === "CREATE USER" && /^create\s+user\s+mapping/i.test(sql) ? undefined : command;
  if (/^(?:create|alter|drop)\s+user\s+mapping/i.test(sql)) return undefined;
  if (/^(?:reassign|drop)\s+owned/i.test(sql)) return words.trim();
  if (/^comment\s+on\s+(?:role|database|tablespace)\b/i.test(sql)) return "COMMENT ON a shared object";
  if (command === "GRANT" || command === "REVOKE")
    return grantsRole.test(sql) || /\bon\s+(?:database|tablespace|parameter)\b/i.test(sql)
      ? command
      : undefined;
  if (command === "DO" || command === "SELECT" || command === "CALL") {
    const found = inBody.exec(sql);
    if (found !== null) return found[0].toUpperCase().replaceAll(/\s+/g, " ");
    // A database that names itself is the scratch database itself.
    if (
      /\b(?:alter|comment\s+on|on)\s+database\b/i.test(sql) &&
      !/current_database|current_catalog/i.test(sql)
    )
      return "ALTER DATABASE";
  }
  return undefined;
}
