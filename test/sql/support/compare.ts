/** Our splitter and lexer beside PostgreSQL's, on one text. */
import { isDeepStrictEqual } from "node:util";
import { VezaError } from "../../../src/kernel/error.ts";
import { classify } from "../../../src/sql/classify.ts";
import { Lexer, symbol, token } from "../../../src/sql/scan.ts";
import { splitStatements, type Statement } from "../../../src/sql/split.ts";
import { isBeyondJudging, judge, type Token, type Verdict } from "./judge.ts";

export interface Comparison {
  readonly outcome: "parsed" | "refused" | "beyondJudging";
  /** What is not as PostgreSQL has it. */
  readonly difference?: unknown;
}

export function compare(text: string): Comparison {
  const ours = split(text);
  if (isBeyondJudging(text)) return { outcome: "beyondJudging" };
  const verdict = judge(text);
  const outcome = verdict.statements === undefined ? "refused" : "parsed";
  const difference = differingTokens(text, verdict) ?? differingSplit(text, ours, verdict);
  return difference === undefined ? { outcome } : { outcome, difference };
}

interface Split {
  readonly statements: readonly Statement[];
  readonly error?: VezaError;
}

/** Anything thrown but our own errors is a bug, and passes through. */
function split(text: string): Split {
  const statements: Statement[] = [];
  try {
    for (const statement of splitStatements(text)) {
      statements.push(statement);
      classify(statement.sql); // has an answer for whatever is cut
    }
    return { statements };
  } catch (error) {
    if (!(error instanceof VezaError)) throw error;
    return { statements, error };
  }
}

function differingSplit(text: string, ours: Split, verdict: Verdict): unknown {
  if (verdict.statements === undefined) {
    if (verdict.error?.message.startsWith("unterminated") !== true) return undefined;
    const { line, column } = ours.error?.facts ?? {};
    const found = { code: ours.error?.code, line, column };
    return differing(found, { code: "sql.unterminated", ...naivePlace(text, verdict.error.offset) });
  }
  if (ours.error !== undefined) return ours.error.message;
  const expected = verdict.statements.map(({ sql, offset }) => ({
    sql,
    offset,
    ...naivePlace(text, offset),
  }));
  return differing(ours.statements, expected);
}

/** Where PostgreSQL's lexer gets through a text, ours finds the same marks and begins its tokens where it does. */
function differingTokens(text: string, { tokens }: Verdict): unknown {
  if (tokens === undefined) return undefined;
  const lexer = new Lexer(text);
  const starts = new Set<number>();
  const marks: Token[] = [];
  for (let kind = lexer.next(); kind !== token.end; kind = lexer.next()) {
    starts.add(lexer.start);
    const name = names.get(kind);
    if (name !== undefined) marks.push({ name, start: lexer.start, end: lexer.end });
  }
  const known = new Set(names.values());
  const missed = tokens.filter(({ name, start }) => name !== "C_COMMENT" && !starts.has(start));
  const theirs = tokens.filter(({ name }) => known.has(name));
  return differing(marks, theirs) ?? differing(missed, []);
}

const names: ReadonlyMap<number, string> = new Map([
  [token.comment, "SQL_COMMENT"],
  [symbol.semicolon, "ASCII_59"],
  [symbol.open, "ASCII_40"],
  [symbol.close, "ASCII_41"],
  [symbol.comma, "ASCII_44"],
]);

function differing(found: unknown, expected: unknown): unknown {
  return isDeepStrictEqual(found, expected) ? undefined : { found, expected };
}

/** Line and column, counted in another way than ours. */
function naivePlace(text: string, offset: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: Array.from(lines.at(-1) ?? "").length + 1 };
}
