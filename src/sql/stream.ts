/**
 * Reads a script for psql piece by piece, however large: its statements, and the rows that follow a COPY … FROM STDIN.
 * Bytes are held as latin1 text, one character each, so that nothing is lost and every encoding whose bytes past ASCII
 * all have the high bit can be read. What psql would take for a command of its own is refused.
 */
import { VezaError } from "../kernel/error.ts";
import { clientCopyDirection } from "./copy.ts";
import { Nesting } from "./nesting.ts";
import { Lexer, symbol, token } from "./scan.ts";

export type ScriptPiece =
  /** Without its semicolon. */
  | { readonly kind: "statement"; readonly sql: string }
  /** A COPY … FROM STDIN; its rows are the pieces that follow. */
  | { readonly kind: "copy"; readonly sql: string }
  /** Whole or in part; the last piece ends with the line `\.`. */
  | { readonly kind: "rows"; readonly bytes: Uint8Array };

/** A newer pg_dump begins and ends its scripts with these two. They do nothing without a psql that knows them. */
const restrict = /\\(?:un)?restrict [A-Za-z0-9]+[ \t]*\r?(?:\n|$)/y;

/** The pieces of a script. Throws `sql.script-command`, `sql.script-cut` or `sql.script-unreadable`. */
export async function* streamScript(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<ScriptPiece, void, undefined> {
  const source = new Source(bytes);
  for (;;) {
    const statement = await nextStatement(source);
    if (statement === undefined) return;
    refuseUnreadable(statement, source);
    if (clientCopyDirection(statement) !== "from") {
      yield { kind: "statement", sql: statement };
      continue;
    }
    yield { kind: "copy", sql: statement };
    await finishLine(source);
    yield* rowsOf(source);
  }
}

/** What has been read and not been used yet, and where in the script that begins. */
class Source {
  text = "";
  offset = 0;
  isOver = false;
  readonly #bytes: AsyncIterator<Uint8Array>;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes[Symbol.asyncIterator]();
  }

  /** Reads until there is twice as much, so that what is looked through again costs no more than its reading. */
  async more(): Promise<void> {
    const wanted = Math.max(65_536, this.text.length * 2);
    const parts = [this.text];
    for (let length = this.text.length; length < wanted && !this.isOver;) {
      const { done, value } = await this.#next();
      if (done === true) {
        this.isOver = true;
        break;
      }
      const part = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1");
      if (part.includes("\0")) throw unreadable(this.offset, "A NUL byte stands in the script.");
      parts.push(part);
      length += part.length;
    }
    this.text = parts.join("");
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#bytes.next();
    } catch (error) {
      const isDamaged = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
      throw isDamaged ? cut(this.offset, `It cannot be unpacked: ${error.message}.`) : error;
    }
  }

  take(length: number): string {
    const taken = this.text.slice(0, length);
    this.text = this.text.slice(length);
    this.offset += length;
    return taken;
  }
}

async function nextStatement(source: Source): Promise<string | undefined> {
  for (;;) {
    const found = scanStatement(source);
    if (found !== undefined) {
      source.take(found.next);
      if (found.sql !== undefined) return found.sql;
      if (found.isEnd === true) return undefined;
      continue;
    }
    await source.more();
  }
}

interface Scanned {
  readonly sql?: string;
  /** Where what follows begins. */
  readonly next: number;
  readonly isEnd?: true;
}

/** The next statement; undefined where more must be read to tell where it ends. */
function scanStatement(source: Source): Scanned | undefined {
  const { text, isOver } = source;
  const lexer = new Lexer(text);
  const nesting = new Nesting();
  let start = -1;
  let end = 0;
  try {
    for (let kind = lexer.next(); ; kind = lexer.next()) {
      if (kind === token.comment) continue;
      if (kind === token.end) {
        if (!isOver) return undefined;
        return start === -1
          ? { next: text.length, isEnd: true }
          : { sql: text.slice(start, end), next: text.length };
      }
      if (kind === symbol.backslash) {
        const known = start === -1 ? skipRestrict(text, lexer.start, isOver) : "refused";
        if (known === undefined) return undefined;
        if (known === "refused") throw command(source, lexer.start);
        return { next: known };
      }
      if (kind === symbol.semicolon && !nesting.isOpen) {
        return start === -1 ? { next: lexer.end } : { sql: text.slice(start, end), next: lexer.end };
      }
      if (start === -1) ({ start } = lexer);
      ({ end } = lexer);
      nesting.see(kind, lexer);
    }
  } catch (error) {
    const isCut = error instanceof VezaError && error.code === "sql.unterminated";
    if (!isCut) throw error;
    if (isOver) throw cut(source.offset, "Something that was opened is never closed.");
    return undefined;
  }
}

/** Past the line of \restrict or \unrestrict; undefined where its end has not been read. */
function skipRestrict(text: string, at: number, isOver: boolean): number | "refused" | undefined {
  const line = text.indexOf("\n", at);
  if (line === -1 && !isOver && text.length - at < 1000) return undefined;
  restrict.lastIndex = at;
  return restrict.test(text) ? restrict.lastIndex : "refused";
}

/** psql reads the rest of the line of a COPY after its rows: nothing may stand there. */
async function finishLine(source: Source): Promise<void> {
  for (;;) {
    const line = source.text.indexOf("\n");
    const rest = line === -1 ? source.text : source.text.slice(0, line);
    if (rest.trim() !== "") throw command(source, rest.length - rest.trimStart().length);
    if (line !== -1) {
      source.take(line + 1);
      return;
    }
    if (source.isOver) throw cut(source.offset, "The rows of a COPY are missing.");
    await source.more();
  }
}

/** Up to and with the line `\.`, as psql finds it: whatever the format of the rows is. */
async function* rowsOf(source: Source): AsyncGenerator<ScriptPiece, void, undefined> {
  let isLineStart = true;
  for (;;) {
    const { text } = source;
    const found = endOfRows(text, isLineStart, source.isOver);
    if (typeof found === "number") {
      yield rows(source.take(found));
      return;
    }
    if (source.isOver) throw cut(source.offset, "The rows of a COPY do not end: the script is cut off.");
    // What may be the beginning of the last line stays for the next look.
    const safe = text.lastIndexOf("\n");
    if (safe > 0) {
      yield rows(source.take(safe));
      isLineStart = false; // the line break itself comes next
    }
    await source.more();
  }
}

function endOfRows(text: string, isLineStart: boolean, isOver: boolean): number | undefined {
  const endOf = (at: number): number | undefined => {
    const match = /^\\\.\r?(?:\n|$)/.exec(text.slice(at, at + 4));
    if (match === null) return undefined;
    const isWhole = match[0].endsWith("\n") || (isOver && at + match[0].length === text.length);
    return isWhole ? at + match[0].length : undefined;
  };
  if (isLineStart && text.startsWith("\\.")) {
    const end = endOf(0);
    if (end !== undefined) return end;
  }
  for (let at = text.indexOf("\n\\."); at !== -1; at = text.indexOf("\n\\.", at + 1)) {
    const end = endOf(at + 1);
    if (end !== undefined) return end;
  }
  return undefined;
}

function rows(text: string): ScriptPiece {
  return { kind: "rows", bytes: Buffer.from(text, "latin1") };
}

const strings = /standard_conforming_strings/i;
const stringsOn = /^set\s+standard_conforming_strings\s*(?:=|\sto\s)\s*'?on'?$/i;
const encoding = /^(?:set|select|reset|alter\s+role|alter\s+database)\b[^]*\b(?:client_encoding|names)\b/i;
/** Encodings in which no byte of a longer character looks like ASCII. */
const safeEncoding =
  /^set\s+(?:client_encoding\s*(?:=|\sto\s)|names)\s*'?(?:utf-?8|unicode|sql_ascii|latin\d+|win\d+|iso_8859_\d+|koi8[ru]?|euc_\w+|mule_internal)'?$/i;

/** After some settings the script would no longer be what it is read as here. */
function refuseUnreadable(sql: string, source: Source): void {
  if (strings.test(sql) && !stringsOn.test(sql))
    throw unreadable(
      source.offset,
      "The script changes standard_conforming_strings, by which strings would end elsewhere.",
    );
  if (
    encoding.test(sql) &&
    /client_encoding|^set\s+(?:session\s+|local\s+)?names/i.test(sql) &&
    !safeEncoding.test(sql)
  )
    throw unreadable(source.offset, "The script chooses an encoding that cannot be read byte by byte.");
}

function command(source: Source, at: number): VezaError {
  const shown = source.text.slice(at, at + 60).split("\n")[0] ?? "";
  return scriptError(
    "sql.script-command",
    "The script holds a command for psql, which may run programs on this machine.",
    `At byte ${source.offset + at}: ${shown}`,
  );
}

function cut(offset: number, detail: string): VezaError {
  return scriptError("sql.script-cut", "The script is cut off.", `${detail} (after byte ${offset})`);
}

function unreadable(offset: number, detail: string): VezaError {
  return scriptError(
    "sql.script-unreadable",
    "The script cannot be read for certain.",
    `${detail} (after byte ${offset})`,
  );
}

function scriptError(code: string, message: string, detail: string): VezaError {
  return new VezaError({ code, ending: "refused", message, detail, state: "Nothing was changed." });
}
