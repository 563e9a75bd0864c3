/** Cuts a text into its statements exactly where PostgreSQL would, one at a time. */
import { refuseMisplacedDirective } from "./directives.ts";
import { PlaceCounter, type Place } from "./position.ts";
import { clientCopyDirection } from "./copy.ts";
import { clientCopy, psqlCommand, refuseNul, unterminated } from "./refuse.ts";
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
 * `sql.psql-command`, `sql.copy-from-stdin`, `sql.copy-to-stdout`, `sql.nul-character`, `sql.misplaced-directive`.
 */
export function* splitStatements(text: string, source?: string): Generator<Statement, void, undefined> {
  refuseNul(text, source);
  const lexer = new Lexer(text, source);
  const places = new PlaceCounter(text);
  const routine = new RoutineBody();
  let started = false;
  let start = -1;
  let end = 0;
  let parentheses = 0;
  let openedAt = 0;
  for (;;) {
    const kind = lexer.next();
    if (kind === token.comment) {
      if (started) refuseMisplacedDirective(text, lexer.start, source);
      continue;
    }
    if (kind === token.end || (kind === symbol.semicolon && parentheses === 0 && routine.depth === 0)) {
      if (kind === token.end && parentheses > 0) throw unterminated(text, openedAt, "parenthesis", source);
      if (kind === token.end && routine.depth > 0) {
        throw unterminated(text, routine.openedAt, "BEGIN ATOMIC body", source);
      }
      if (start !== -1) {
        const { line, column } = places.advance(start);
        const sql = text.slice(start, end);
        const copies = clientCopyDirection(sql);
        if (copies !== undefined) throw clientCopy(text, start, copies === "from", source);
        yield { sql, offset: start, line, column };
      }
      if (kind === token.end) return;
      start = -1;
      routine.reset();
      continue;
    }
    if (kind === symbol.backslash) throw psqlCommand(text, lexer.start, source);
    started = true;
    if (start === -1) ({ start } = lexer);
    ({ end } = lexer);
    if (kind === symbol.open) {
      if (parentheses++ === 0) openedAt = lexer.start;
    } else if (kind === symbol.close && parentheses > 0) parentheses--;
    if (parentheses === 0) routine.see(kind, lexer);
  }
}

/** How far the words at the head of a statement have spelt CREATE [OR REPLACE] {FUNCTION | PROCEDURE}. */
const head = { start: 0, create: 1, or: 2, replace: 3, routine: 4, other: 5 } as const;

/**
 * Finds the `BEGIN ATOMIC … END` bodies of SQL-standard routines, whose semicolons end no statement of the file.
 * In PostgreSQL's grammar each statement of a body ends with a semicolon, so the END that closes the body is the one
 * after a semicolon (or after ATOMIC); the END of a CASE, a column named "end" and a label END never stand there.
 */
class RoutineBody {
  depth = 0;
  /** Where the outermost open body begins. */
  openedAt = 0;
  #head: number = head.start;
  #after: "begin" | "boundary" | "" = "";
  #beginAt = 0;

  reset(): void {
    this.depth = 0;
    this.#head = head.start;
    this.#after = "";
  }

  /** Takes the next token outside parentheses. */
  see(kind: number, lexer: Lexer): void {
    if (this.#head === head.other && this.depth === 0) return;
    const after = this.#after;
    this.#after = "";
    if (kind !== token.word) {
      if (this.depth > 0 && kind === symbol.semicolon) {
        this.#head = head.start;
        this.#after = "boundary";
      } else if (this.#head !== head.routine) this.#head = head.other;
      return;
    }
    if (after === "boundary" && this.depth > 0 && lexer.is("end")) {
      this.depth--;
      this.#head = head.other;
    } else if (this.#head !== head.routine) {
      this.#head = nextHead(this.#head, lexer);
    } else if (after === "begin" && lexer.is("atomic")) {
      if (this.depth++ === 0) this.openedAt = this.#beginAt;
      this.#head = head.start;
      this.#after = "boundary";
    } else if (lexer.is("begin")) {
      this.#after = "begin";
      this.#beginAt = lexer.start;
    }
  }
}

function nextHead(now: number, lexer: Lexer): number {
  if (now === head.start && lexer.is("create")) return head.create;
  if (now === head.create && lexer.is("or")) return head.or;
  if (now === head.or && lexer.is("replace")) return head.replace;
  if ((now === head.create || now === head.replace) && (lexer.is("function") || lexer.is("procedure"))) {
    return head.routine;
  }
  return head.other;
}
