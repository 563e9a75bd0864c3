/** Which migration took away what a query needs. */
import { splitStatements } from "../sql/split.ts";

/** A migration that was applied, in the order in which they were. */
export interface AppliedText {
  readonly id: string;
  readonly name: string;
  readonly sql: string;
}

export interface Blame {
  readonly id: string;
  readonly name: string;
  /** The statement's first line. */
  readonly statement: string;
}

/**
 * Finds the last migration that dropped or renamed one of the names, or gave one another type; else the last that speaks of
 * the first name at all.
 */
export function blameMigration(names: readonly string[], applied: readonly AppliedText[]): Blame | undefined {
  const statements = applied.flatMap(({ id, name, sql }) =>
    statementsOf(sql).map((statement) => ({ id, name, statement })),
  );
  const newestFirst = statements.toReversed();
  const found =
    newestFirst.find(({ statement }) => names.some((word) => takesAway(word).test(statement))) ??
    newestFirst.find(({ statement }) => names.slice(0, 1).some((word) => mention(word).test(statement)));
  return found === undefined ? undefined : { ...found, statement: found.statement.split(/\r?\n/)[0] ?? "" };
}

function statementsOf(sql: string): string[] {
  try {
    return [...splitStatements(sql)].map((statement) => statement.sql);
  } catch {
    return []; // recorded long ago, by rules that may have been others
  }
}

function takesAway(word: string): RegExp {
  const name = nameShape(word);
  return new RegExp(
    String.raw`\b(?:drop|rename)\b[^;]*?${name}|\balter\s+(?:column\s+)?${name}\s+(?:set\s+data\s+)?type\b|${name}\s+rename\b`,
    "i",
  );
}

function mention(word: string): RegExp {
  return new RegExp(nameShape(word), "i");
}

function nameShape(word: string): string {
  return String.raw`(?<![\w$])"?${word.replaceAll(/[^\w]/g, String.raw`\$&`)}"?(?![\w$])`;
}
