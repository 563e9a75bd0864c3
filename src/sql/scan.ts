/**
 * The lexer: PostgreSQL's own rules for where a token begins and ends (its `scan.l`, versions 14 to 18, with
 * `standard_conforming_strings` on), no more than is needed to find statements and to read their first words.
 *
 * It holds one token at a time, as two offsets, and cuts no substrings. Offsets are JavaScript string indexes.
 */
import { unterminated } from "./refuse.ts";

/** What `next()` returns: one of these, or the ASCII code of a symbol such as `;`, `(` or an operator's character. */
export const token = { end: -1, word: -2, quoted: -3, string: -4, number: -5, comment: -6 } as const;

/** The symbols that readers of tokens ask for. */
export const symbol = {
  open: 40,
  close: 41,
  asterisk: 42,
  comma: 44,
  dot: 46,
  semicolon: 59,
  equals: 61,
  backslash: 92,
} as const;

const lf = 10;
const cr = 13;
const singleQuote = 39;
const doubleQuote = 34;
const dollar = 36;
const ampersand = 38;
const star = 42;
const minus = 45;
const slash = 47;
const letterB = 98;
const letterE = 101;
const letterU = 117;
const letterX = 120;

// Bits of what an ASCII character may be. Every character past ASCII is a letter to PostgreSQL, no-break spaces too.
const space = 1;
const letter = 2;
const digit = 4;
const traits = new Uint8Array(128);
for (const code of [9, 10, 11, 12, 13, 32]) traits[code] = space;
for (let code = 0; code < 26; code++) traits[65 + code] = traits[97 + code] = letter;
for (let code = 48; code < 58; code++) traits[code] = digit;
traits[95] = letter;

export class Lexer {
  readonly text: string;
  /** The file's name, for errors. */
  readonly source: string | undefined;
  /** Where the token that `next()` returned begins, and where it ends (exclusive). */
  start = 0;
  end = 0;

  constructor(text: string, source?: string) {
    this.text = text;
    this.source = source;
  }

  /** Moves to the next token and says which kind it is. Block comments are skipped, `--` comments are tokens. */
  next(): number {
    const { text } = this;
    for (let at = this.end; at < text.length;) {
      const code = text.charCodeAt(at);
      const trait = code < 128 ? traits[code] : letter;
      if (trait === space) {
        at++;
        continue;
      }
      if (code === slash && text.charCodeAt(at + 1) === star) {
        at = this.#blockComment(at);
        continue;
      }
      this.start = at;
      if (trait === letter) return this.#wordOrString(at, code);
      if (trait === digit) return this.#finish(token.number, this.#digits(at + 1));
      switch (code) {
        case singleQuote:
          return this.#string(at + 1);
        case doubleQuote:
          return this.#quotedIdentifier(at + 1);
        case dollar:
          return this.#dollar(at);
        case minus:
          // An operator is cut before `--`, so two dashes begin a comment wherever they stand outside quotes.
          if (text.charCodeAt(at + 1) === minus) return this.#finish(token.comment, this.#endOfLine(at + 2));
          return this.#finish(code, at + 1);
        default:
          return this.#finish(code, at + 1);
      }
    }
    this.start = this.end = text.length;
    return token.end;
  }

  /** True when the token is this word, in any case of its ASCII letters. `word` is written in lower-case letters. */
  is(word: string): boolean {
    return isWord(this.text, this.start, this.end, word);
  }

  #finish(kind: number, end: number): number {
    this.end = end;
    return kind;
  }

  #wordOrString(at: number, code: number): number {
    const { text } = this;
    const following = text.charCodeAt(at + 1);
    const lower = code | 32;
    if (following === singleQuote) {
      if (lower === letterE) return this.#string(at + 2, true);
      if (lower === letterB || lower === letterX) return this.#string(at + 2, false, false);
    }
    if (following === ampersand && lower === letterU) {
      const quote = text.charCodeAt(at + 2);
      if (quote === singleQuote) return this.#string(at + 3);
      if (quote === doubleQuote) return this.#quotedIdentifier(at + 3);
    }
    let end = at + 1;
    for (; end < text.length; end++) {
      const part = text.charCodeAt(end);
      if (part < 128 && (traits[part] ?? 0) < letter && part !== dollar) break;
    }
    return this.#finish(token.word, end);
  }

  /**
   * A string whose first part's inside begins at `from`. `escapes` is true for `E''`, `doubles` false for `B''` and
   * `X''`, where a quote ends the string though another follows. Its parts are all read as the first one is.
   */
  #string(from: number, escapes = false, doubles = true): number {
    const { text } = this;
    for (let at = from; ;) {
      const quote = escapes ? this.#unescapedQuote(at) : text.indexOf("'", at);
      if (quote === -1) throw unterminated(text, this.start, "string", this.source);
      if (doubles && text.charCodeAt(quote + 1) === singleQuote) {
        at = quote + 2;
        continue;
      }
      const next = this.#continuation(quote + 1);
      if (next === -1) return this.#finish(token.string, quote + 1);
      at = next + 1;
    }
  }

  #unescapedQuote(from: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === singleQuote) return at;
      if (code === symbol.backslash) at++;
    }
    return -1;
  }

  /** Where the quote stands that continues a string after a line break, or -1. `--` comments may lie between. */
  #continuation(from: number): number {
    const { text } = this;
    let broken = false;
    for (let at = from; at < text.length;) {
      const code = text.charCodeAt(at);
      if (code === singleQuote) return broken ? at : -1;
      if (code === minus && text.charCodeAt(at + 1) === minus) at = this.#endOfLine(at + 2);
      else if (code < 128 && traits[code] === space) {
        broken ||= code === lf || code === cr;
        at++;
      } else break;
    }
    return -1;
  }

  #quotedIdentifier(from: number): number {
    const { text } = this;
    for (let at = from; ; at += 2) {
      at = text.indexOf('"', at);
      if (at === -1) throw unterminated(text, this.start, "quoted identifier", this.source);
      if (text.charCodeAt(at + 1) !== doubleQuote) return this.#finish(token.quoted, at + 1);
    }
  }

  /** A parameter such as `$1`, a dollar-quoted string, or a dollar alone, which PostgreSQL refuses later. */
  #dollar(at: number): number {
    const { text } = this;
    let end = at + 1;
    let code = text.charCodeAt(end);
    if (code < 128 && traits[code] === digit) return this.#finish(token.number, this.#digits(end));
    while (code >= 128 || (traits[code] ?? 0) >= letter) {
      code = text.charCodeAt(++end);
    }
    if (code !== dollar) return this.#finish(dollar, at + 1);
    const delimiter = text.slice(at, end + 1);
    const close = text.indexOf(delimiter, end + 1);
    if (close === -1) throw unterminated(text, at, `dollar-quoted string ${delimiter}`, this.source);
    return this.#finish(token.string, close + delimiter.length);
  }

  #digits(from: number): number {
    let end = from;
    while (traits[this.text.charCodeAt(end)] === digit) end++;
    return end;
  }

  /** The offset of the line break that ends a `--` comment. */
  #endOfLine(from: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === lf || code === cr) return at;
    }
    return text.length;
  }

  /** Past the end of a block comment; they nest. */
  #blockComment(from: number): number {
    const { text } = this;
    let depth = 1;
    for (let at = from + 2; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === star && text.charCodeAt(at + 1) === slash) {
        at++;
        if (--depth === 0) return at + 1;
      } else if (code === slash && text.charCodeAt(at + 1) === star) {
        at++;
        depth++;
      }
    }
    throw unterminated(text, from, "block comment", this.source);
  }
}

function isWord(text: string, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    if ((text.charCodeAt(start + index) | 32) !== word.charCodeAt(index)) return false;
  }
  return true;
}
