import { Lexer, symbol, token } from "./scan.ts";

/**
 * Whether a statement is a COPY between a table and the client: `from` for rows that the client sends, `to` for rows
 * that it receives, undefined for anything else. PostgreSQL takes STDIN and STDOUT for one another.
 */
export function clientCopyDirection(sql: string): "from" | "to" | undefined {
  if ((sql.charCodeAt(0) | 32) !== 99) return undefined;
  const lexer = new Lexer(sql);
  if (lexer.next() !== token.word || !lexer.is("copy")) return undefined;
  let depth = 0;
  let afterDot = false;
  for (let kind = lexer.next(); kind !== token.end; kind = lexer.next()) {
    if (kind === token.comment) continue;
    if (kind === symbol.open) depth++;
    else if (kind === symbol.close) depth--;
    // FROM and TO are reserved: outside parentheses they are a name only after a dot.
    else if (kind === token.word && depth === 0 && !afterDot && (lexer.is("from") || lexer.is("to"))) {
      const direction = lexer.is("from") ? "from" : "to";
      do kind = lexer.next();
      while (kind === token.comment);
      return kind === token.word && (lexer.is("stdin") || lexer.is("stdout")) ? direction : undefined;
    }
    afterDot = kind === symbol.dot;
  }
  return undefined;
}
