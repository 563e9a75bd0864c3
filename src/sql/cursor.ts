/** Reads the first words of one statement: keywords, names and option lists. For statements that begin like a command we know. */
import { Lexer, symbol, token } from "./scan.ts";

/** A name as the catalog holds it: folded to lower case unless quoted, and cut to 63 bytes. */
export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
}

export class Cursor {
  readonly #lexer: Lexer;
  #kind: number;

  constructor(sql: string) {
    this.#lexer = new Lexer(sql);
    this.#kind = this.#next();
  }

  get atEnd(): boolean {
    return this.#kind === token.end;
  }

  get atString(): boolean {
    return this.#kind === token.string;
  }

  /** The text of the token. */
  get here(): string {
    const { text, start, end } = this.#lexer;
    return text.slice(start, end);
  }

  /** True when the token is this unquoted word (given in lower case). */
  at(word: string): boolean {
    return this.#kind === token.word && this.#lexer.is(word);
  }

  /** Steps over these words when they all stand here, one after another; else stays. */
  take(...words: readonly string[]): boolean {
    const { start } = this.#lexer;
    for (const word of words) {
      if (!this.at(word)) {
        this.#lexer.end = start;
        this.#kind = this.#next();
        return false;
      }
      this.advance();
    }
    return true;
  }

  /** Steps over one of these words, and says which. */
  takeOne<Word extends string>(...words: readonly Word[]): Word | undefined {
    const found = words.find((word) => this.at(word));
    if (found !== undefined) this.advance();
    return found;
  }

  takeSymbol(code: number): boolean {
    if (this.#kind !== code) return false;
    this.advance();
    return true;
  }

  /** Steps over one token and gives its text. */
  advance(): string {
    const { here } = this;
    this.#kind = this.#next();
    return here;
  }

  /** `name`, `schema.name` or `database.schema.name`; undefined, and no step, where no name stands. */
  name(): QualifiedName | undefined {
    let name = this.#identifier();
    if (name === undefined) return undefined;
    let schema: string | undefined;
    while (this.takeSymbol(symbol.dot)) {
      const part = this.#identifier();
      if (part === undefined) break;
      schema = name;
      name = part;
    }
    return schema === undefined ? { name } : { schema, name };
  }

  /**
   * A list in parentheses of `name`, `name value` or `name = value`, with names and values in lower case and without
   * quotes; a name alone has the value "true". Empty where no list stands.
   */
  options(): ReadonlyMap<string, string> {
    const options = new Map<string, string>();
    if (!this.takeSymbol(symbol.open)) return options;
    while (!this.atEnd && this.#kind !== symbol.close) {
      const name = this.#identifier() ?? this.advance();
      this.takeSymbol(symbol.equals);
      let value = "";
      while (!this.atEnd && this.#kind !== symbol.close && this.#kind !== symbol.comma) {
        value += this.advance();
      }
      options.set(name, value === "" ? "true" : value.replace(/^(['"])(.*)\1$/s, "$2").toLowerCase());
      this.takeSymbol(symbol.comma);
    }
    this.takeSymbol(symbol.close);
    return options;
  }

  #identifier(): string | undefined {
    const { text, start } = this.#lexer;
    if (this.#kind === token.word) return truncate(foldCase(this.advance()));
    if (this.#kind !== token.quoted) return undefined;
    const raw = this.advance();
    if (text.charCodeAt(start) === 34) return truncate(raw.slice(1, -1).replaceAll('""', '"'));
    let escape = "\\";
    if (this.take("uescape")) escape = this.advance().slice(1, -1);
    return truncate(decodeUnicode(raw.slice(3, -1).replaceAll('""', '"'), escape));
  }

  #next(): number {
    let kind = this.#lexer.next();
    while (kind === token.comment) kind = this.#lexer.next();
    return kind;
  }
}

/** Only ASCII letters: PostgreSQL leaves others as they are in a multi-byte encoding. */
function foldCase(word: string): string {
  return word.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What remains of a name in the catalog: at most 63 bytes of UTF-8, whole characters. */
function truncate(name: string): string {
  if (name.length <= 21) return name;
  let bytes = 0;
  let kept = "";
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > 63) return kept;
    kept += character;
  }
  return kept;
}

/** The inside of `U&"…"`: an escape character and four hexadecimal digits, or `+` and six, or itself for itself. */
function decodeUnicode(inside: string, escape: string): string {
  let decoded = "";
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] !== escape) decoded += inside[at];
    else if (inside[at + 1] === escape) {
      decoded += escape;
      at++;
    } else {
      const long = inside[at + 1] === "+";
      const digits = long ? inside.slice(at + 2, at + 8) : inside.slice(at + 1, at + 5);
      const code = Number.parseInt(digits, 16);
      // Pairs of surrogates, one escape each, join by themselves in a JavaScript string.
      decoded +=
        code <= 0xffff ? String.fromCharCode(code) : code <= 0x10ffff ? String.fromCodePoint(code) : "";
      at += long ? 7 : 4;
    }
  }
  return decoded;
}
