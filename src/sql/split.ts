/** Cuts a text into its statements exactly where PostgreSQL would, one at a time. */
import { clientCopyDirection } from "./copy.ts";
import { refuseMisplacedDirective } from "./directives.ts";
import { Nesting } from "./nesting.ts";
import { PlaceCounter, type Place } from "./position.ts";
import { clientCopy, nonstandardStrings, psqlCommand, refuseNul } from "./refuse.ts";
import { Lexer, symbol, token } from "./scan.ts";

/** One statement and the place of its first token. */
export interface Statement extends Place {
  /** From its first token to its last, comments between them kept, without the semicolon: safe to append to. */
  readonly sql: string;
  /** A JavaScript string index: `text.startsWith(sql, offset)`. Line and column count characters, from 1. */
  readonly offset: number;
}

/**
 * The statements of a text, in order. Empty ones are skipped. `source` names the file in errors.
 *
 * It throws while it walks, so collect the statements before running the first: `sql.unterminated`,
 * `sql.psql-command`, `sql.copy-from-stdin`, `sql.copy-to-stdout`, `sql.nonstandard-strings`, `sql.nul-character`,
 * `sql.misplaced-directive`.
 */
export function* splitStatements(text: string, source?: string): Generator<Statement, void, undefined> {
  refuseNul(text, source);
  const lexer = new Lexer(text, source);
  const nesting = new Nesting();
  const places = new PlaceCounter(text);
  let isPastFirst = false;
  let start = -1;
  let end = 0;
  for (let kind = lexer.next(); ; kind = lexer.next()) {
    if (kind === token.comment) {
      if (isPastFirst) refuseMisplacedDirective(text, lexer.start, source);
      continue;
    }
    if (kind === symbol.backslash) throw psqlCommand(text, lexer.start, source);
    const isEnd = kind === token.end || (kind === symbol.semicolon && !nesting.isOpen);
    if (!isEnd) {
      isPastFirst = true;
      if (start === -1) ({ start } = lexer);
      ({ end } = lexer);
      nesting.see(kind, lexer);
      continue;
    }
    // A parenthesis or a routine's body that is never closed reaches to the end of the text: the server, which parses a
    // text whole before it runs any of it, says best what is wrong there.
    if (start !== -1) {
      const sql = text.slice(start, end);
      refuseUnreadable(sql, text, start, source);
      const { line, column } = places.advance(start);
      yield { sql, offset: start, line, column };
    }
    if (kind === token.end) return;
    start = -1;
    nesting.reset();
  }
}

const turnsStringsOff =
  /^set\s+(?:session\s+|local\s+)?standard_conforming_strings\s*(?:=|\sto\s)\s*'?(?:of|f|n|0)/i;

/** Refuses a statement after which the text is no longer what we take it for. */
function refuseUnreadable(sql: string, text: string, start: number, source: string | undefined): void {
  const copies = clientCopyDirection(sql);
  if (copies !== undefined) throw clientCopy(text, start, copies, source);
  if (turnsStringsOff.test(sql)) throw nonstandardStrings(text, start, source);
}
