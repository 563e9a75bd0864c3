/** Places in a text, as people count them: lines and columns from 1, columns in characters (Unicode code points). */

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Location extends Place {
  /** The whole line, without its line break. */
  readonly lineText: string;
}

const lf = 10;
const cr = 13;

/** Walks a text forwards and knows the line and column it has come to. Lines end with LF, CRLF or a lone CR. */
export class PlaceCounter implements Place {
  readonly #text: string;
  #offset = 0;
  /** The next line breaks of either kind: found once, by indexOf, however often the walk stops before them. */
  #nextLf: number;
  #nextCr: number;
  line = 1;
  column = 1;

  constructor(text: string) {
    this.#text = text;
    this.#nextLf = findLf(text, 0);
    this.#nextCr = findLoneCr(text, 0);
  }

  /** Moves on to an offset (a string index) that lies not before the last one. */
  advance(offset: number): this {
    const text = this.#text;
    for (;;) {
      const next = Math.min(this.#nextLf, this.#nextCr);
      if (next >= offset) break;
      if (next === this.#nextLf) this.#nextLf = findLf(text, next + 1);
      else this.#nextCr = findLoneCr(text, next + 1);
      this.#offset = next + 1;
      this.line++;
      this.column = 1;
    }
    for (let at = this.#offset; at < offset; at++) {
      if (!isSecondHalf(text, at)) this.column++;
    }
    this.#offset = offset;
    return this;
  }
}

/** The line, column and line text of an offset (a string index; one past the end is the end of the text). */
export function locate(text: string, offset: number): Location {
  const at = Math.max(0, Math.min(offset, text.length));
  const { line, column } = new PlaceCounter(text).advance(at);
  let start = at;
  while (start > 0 && !isLineBreak(text, start - 1)) start--;
  let end = at;
  while (end < text.length && !isLineBreak(text, end)) end++;
  // Between the two halves of a CRLF, the line that ends there is meant.
  return { line, column, lineText: text.slice(start, end).replace(/[\r\n]+$/, "") };
}

/**
 * The offset in a file that PostgreSQL's error position points at: 1-based, in characters, within the statement
 * that was sent, which begins at `statementOffset` of the file.
 */
export function offsetOfPosition(text: string, statementOffset: number, position: number): number {
  let at = statementOffset;
  for (let left = position - 1; left > 0 && at < text.length; left--) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** `file.sql:3:5`, or `line 3, column 5` where there is no file. */
export function formatPlace({ line, column }: Place, source?: string): string {
  return source === undefined ? `line ${line}, column ${column}` : `${source}:${line}:${column}`;
}

function findLf(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found === -1 ? Infinity : found;
}

function findLoneCr(text: string, from: number): number {
  let found = text.indexOf("\r", from);
  while (found !== -1 && text.charCodeAt(found + 1) === lf) found = text.indexOf("\r", found + 1);
  return found === -1 ? Infinity : found;
}

/** True for the second half of a surrogate pair. */
function isSecondHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0xdc00 || code > 0xdfff) return false;
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}

/** True where a line ends: the LF of a CRLF belongs to the break, its CR to the line until `locate` cuts it off. */
function isLineBreak(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === lf || (code === cr && text.charCodeAt(at + 1) !== lf);
}
