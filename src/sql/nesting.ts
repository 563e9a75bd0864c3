/** What may hold semicolons that end no statement: parentheses (a rule's actions) and SQL-standard routine bodies. */
import { type Lexer, symbol, token } from "./scan.ts";

/** How far the words at the head of a statement have spelt CREATE [OR REPLACE] {FUNCTION | PROCEDURE}. */
const head = { start: 0, create: 1, or: 2, replace: 3, routine: 4, other: 5 } as const;

/** What came just before, where that decides what BEGIN, ATOMIC or END means. */
const before = { nothing: 0, begin: 1, semicolon: 2 } as const;

/**
 * Follows the tokens of one statement after another.
 *
 * In PostgreSQL's grammar each statement of a `BEGIN ATOMIC … END` body ends with a semicolon, so the END that closes
 * the body is the one after a semicolon, or after ATOMIC. The END of a CASE, a column named "end" and a label END
 * never stand there. Bodies nest, as far as the grammar is concerned.
 */
export class Nesting {
  #parentheses = 0;
  #bodies = 0;
  #head: number = head.start;
  #before: number = before.nothing;

  /** True where a semicolon does not end the statement. */
  get isOpen(): boolean {
    return this.#parentheses > 0 || this.#bodies > 0;
  }

  /** A new statement of the file begins. */
  reset(): void {
    this.#parentheses = this.#bodies = 0;
    this.#head = head.start;
    this.#before = before.nothing;
  }

  /** Takes the lexer's token. */
  see(kind: number, lexer: Lexer): void {
    if (kind === symbol.open) this.#parentheses++;
    else if (kind === symbol.close && this.#parentheses > 0) this.#parentheses--;
    if (this.#parentheses > 0 || (this.#head === head.other && this.#bodies === 0)) return;
    const just = this.#before;
    this.#before = before.nothing;
    if (kind === token.word) this.#word(lexer, just);
    else if (kind === symbol.semicolon) this.#beginInner();
    else if (this.#head !== head.routine) this.#head = head.other;
  }

  #word(lexer: Lexer, just: number): void {
    if (just === before.semicolon && lexer.is("end")) {
      this.#bodies--;
      this.#head = head.other;
    } else if (this.#head !== head.routine) {
      this.#head = nextHead(this.#head, lexer);
    } else if (just === before.begin && lexer.is("atomic")) {
      this.#bodies++;
      this.#beginInner();
    } else if (lexer.is("begin")) {
      this.#before = before.begin;
    }
  }

  /** A statement of a body may begin here, or the body's END may come. */
  #beginInner(): void {
    this.#head = head.start;
    this.#before = before.semicolon;
  }
}

function nextHead(now: number, lexer: Lexer): number {
  if (now === head.start && lexer.is("create")) return head.create;
  if (now === head.create && lexer.is("or")) return head.or;
  if (now === head.or && lexer.is("replace")) return head.replace;
  const mayName = now === head.create || now === head.replace;
  return mayName && (lexer.is("function") || lexer.is("procedure")) ? head.routine : head.other;
}
