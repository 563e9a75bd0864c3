/** Finds the `:name` parameters of a statement: never in strings, comments and quoted names, never in a cast. */
import type { VezaError } from "../kernel/error.ts";
import { refusalAt } from "../sql/refuse.ts";
import { Lexer, token } from "../sql/scan.ts";

export interface Placeholder {
  readonly name: string;
  /** Offsets in the statement; the colon is the first character. */
  readonly start: number;
  readonly end: number;
}

const colon = 58;
const dollar = 36;
const nameShape = /[A-Za-z_][A-Za-z0-9_]*/y;

/** Where the statement stands, for errors. */
export interface StatementPlace {
  readonly sql: string;
  readonly text: string;
  readonly offset: number;
  readonly source: string;
}

export function findPlaceholders({ sql, text, offset, source }: StatementPlace): Placeholder[] {
  const found: Placeholder[] = [];
  const lexer = new Lexer(sql, source);
  const refuse = (parts: { code: string; message: (place: string) => string; hint: string }): VezaError =>
    refusalAt(text, offset + lexer.start, source, parts);
  for (let kind = lexer.next(); kind !== token.end; kind = lexer.next()) {
    if (kind === token.number && sql.charCodeAt(lexer.start) === dollar) {
      throw refuse({
        code: "query.numbered-parameter",
        message: (place) =>
          `The parameter ${sql.slice(lexer.start, lexer.end)} at ${place} has a number, not a name`,
        hint: "Write :name, and declare it in the header: -- param: name type",
      });
    }
    if (kind !== colon) continue;
    const after = lexer.end;
    if (sql.charCodeAt(after) === colon) {
      lexer.end = after + 1; // a cast
    } else if (sql[after] === "'" || sql[after] === '"') {
      throw refuse({
        code: "query.quoted-parameter",
        message: (place) => `A parameter at ${place} is written in quotes, as psql's variables are`,
        hint: "Write :name without quotes: it is sent as a value, never as text of the statement.",
      });
    } else {
      nameShape.lastIndex = after;
      const name = nameShape.exec(sql)?.[0];
      if (name === undefined) continue; // `:=`, or the bounds of an array's slice
      found.push({ name, start: lexer.start, end: after + name.length });
      lexer.end = after + name.length;
    }
  }
  return found;
}
