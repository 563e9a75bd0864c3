/** PostgreSQL's own parser (libpg-query, version 18) as the judge of our splitter. */
import { parseSync, scanSync, SqlError } from "libpg-query";

export interface Verdict {
  /** The statements as we cut them, from first token to last; undefined where PostgreSQL finds an error. */
  readonly statements: readonly { readonly sql: string; readonly offset: number }[] | undefined;
  /** Its tokens, in string indexes; undefined where its lexer fails. */
  readonly tokens: readonly Token[] | undefined;
  readonly error?: { readonly message: string; readonly offset: number };
}

export interface Token {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * libpg-query's lexer was changed to report comments, and for that lets no `--` comment stand between the parts of a
 * continued string, where PostgreSQL itself does. Texts with such a place cannot be judged by it.
 */
export function isBeyondJudging(text: string): boolean {
  return /'[ \t\f\v\r\n]*--[^\r\n]*[\r\n](?:[ \t\f\v\r\n]+|--[^\r\n]*[\r\n])*'/.test(text);
}

export function judge(text: string): Verdict {
  const index = indexesOfBytes(text);
  const at = (byte: number): number => index[byte] ?? text.length;
  const tokens = readTokens(text, at);
  try {
    const solid = (tokens ?? []).filter(({ name }) => name !== "SQL_COMMENT" && name !== "C_COMMENT");
    const statements = (parseSync(text).stmts ?? []).map(({ stmt_location: from = 0, stmt_len: length }) => {
      const to = length === undefined ? text.length : at(from + length);
      const own = solid.filter(({ start, end }) => start >= at(from) && end <= to);
      const start = own[0]?.start ?? at(from);
      return { sql: text.slice(start, own.at(-1)?.end ?? to), offset: start };
    });
    return { statements, tokens };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Counted in characters, where statements and tokens are placed by bytes.
    const position = error instanceof SqlError ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    const offset = Array.from(text).slice(0, position).join("").length;
    return { statements: undefined, tokens, error: { message, offset } };
  }
}

/** Its JSON leaves control characters in a token's text unescaped, so those that are spaces become plain ones first. */
function readTokens(text: string, at: (byte: number) => number): Token[] | undefined {
  try {
    const { tokens } = scanSync(text.replaceAll(/[\f\v]/g, " "));
    return tokens.map(({ tokenName, start, end }) => ({ name: tokenName, start: at(start), end: at(end) }));
  } catch {
    return undefined;
  }
}

/** For each byte of the text in UTF-8, the string index of the character that it belongs to. */
function indexesOfBytes(text: string): readonly number[] {
  const indexes: number[] = [];
  let index = 0;
  for (const character of text) {
    for (let left = Buffer.byteLength(character); left > 0; left--) indexes.push(index);
    index += character.length;
  }
  return indexes;
}
