/**
 * Directives: `-- veza: …` comments ahead of the first statement that say how a file is to be run.
 *
 *     -- veza: no-transaction
 *     -- veza: lock-timeout=2s, statement-timeout=5min
 */
import { parseDuration } from "../kernel/duration.ts";
import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { refusalAt } from "./refuse.ts";
import { Lexer, symbol, token } from "./scan.ts";

export interface Directives {
  /** False with `no-transaction`: each statement is sent by itself. */
  readonly transaction: boolean;
  /** Milliseconds; 0 waits for ever. */
  readonly lockTimeoutMs?: number;
  /** Milliseconds; 0 sets no limit. */
  readonly statementTimeoutMs?: number;
}

const names = ["no-transaction", "lock-timeout", "statement-timeout"] as const;
const shape = /--[ \t]*veza[ \t]*:/y;
const nearly = new RegExp(`^--+[ \\t]*veza[ \\t:]*(?:${names.join("|")})(?![\\w-])`, "i");
/** PostgreSQL keeps its timeouts in a 32-bit integer. */
const mostMs = 2_147_483_647;

/**
 * What the comments ahead of the first statement ask for. Throws `sql.unknown-directive`, `sql.malformed-directive`
 * or `sql.conflicting-directive`, each with its line.
 */
export function readDirectives(text: string, source?: string): Directives {
  const lexer = new Lexer(text, source);
  const given = new Map<string, number>();
  for (let kind = lexer.next(); kind === token.comment || kind === symbol.semicolon; kind = lexer.next()) {
    if (kind === symbol.semicolon) continue;
    const comment = text.slice(lexer.start, lexer.end);
    const prefix = prefixLength(text, lexer.start);
    if (prefix === 0) {
      if (nearly.test(comment)) throw malformed(text, lexer.start, comment.trim(), source);
      continue;
    }
    const words = comment.slice(prefix).replaceAll(/\s*=\s*/g, "=");
    const list = words.split(/[\s,]+/).filter((word) => word !== "");
    if (list.length === 0) throw malformed(text, lexer.start, comment.trim(), source);
    for (const word of list) readOne(word, given, (make) => make(text, lexer.start, word, source));
  }
  const lockTimeoutMs = given.get("lock-timeout");
  const statementTimeoutMs = given.get("statement-timeout");
  return {
    transaction: !given.has("no-transaction"),
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
    ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
  };
}

/** Throws `sql.misplaced-directive` when a comment after the first statement is a directive. */
export function refuseMisplacedDirective(text: string, start: number, source?: string): void {
  if (prefixLength(text, start) === 0) return;
  throw refusalAt(text, start, source, {
    code: "sql.misplaced-directive",
    message: (place) => `The directive at ${place} stands after the first statement`,
    hint: "Move it to the top of the file: directives hold for the whole file.",
  });
}

/** The length of `-- veza:` where a comment begins with it, else 0. */
function prefixLength(text: string, start: number): number {
  shape.lastIndex = start;
  return shape.test(text) ? shape.lastIndex - start : 0;
}

type MakeError = (text: string, offset: number, word: string, source: string | undefined) => VezaError;

function readOne(word: string, given: Map<string, number>, fail: (make: MakeError) => VezaError): void {
  const [name = "", value, ...rest] = word.split("=");
  if (!names.some((known) => known === name)) throw fail(unknown);
  let ms = 1;
  if (name === "no-transaction") {
    if (value !== undefined) throw fail(malformed);
  } else {
    const parsed = rest.length > 0 ? undefined : parseDuration(value ?? "");
    // Less than half a millisecond would round to 0, which means no limit at all.
    if (parsed === undefined || parsed > mostMs || (parsed === 0 && /[1-9]/.test(value ?? "")))
      throw fail(malformed);
    ms = parsed;
  }
  if (given.has(name) && given.get(name) !== ms) throw fail(conflicting);
  given.set(name, ms);
}

const examples = "-- veza: no-transaction, lock-timeout=2s, statement-timeout=5min";

const unknown: MakeError = (text, offset, word, source) => {
  const [name = word] = word.split("=");
  const [nearest] = suggest(name, names);
  return refusalAt(text, offset, source, {
    code: "sql.unknown-directive",
    message: (place) => `There is no directive ${JSON.stringify(name)} (at ${place})`,
    hint: nearest === undefined ? `The directives are: ${names.join(", ")}.` : `Did you mean ${nearest}?`,
  });
};

const malformed: MakeError = (text, offset, word, source) =>
  refusalAt(text, offset, source, {
    code: "sql.malformed-directive",
    message: (place) => `The directive ${JSON.stringify(word)} at ${place} is not written as directives are`,
    hint: `Write: ${examples}`,
  });

const conflicting: MakeError = (text, offset, word, source) =>
  refusalAt(text, offset, source, {
    code: "sql.conflicting-directive",
    message: (place) =>
      `The directive ${JSON.stringify(word)} at ${place} gives another value than one above it`,
    hint: "Keep one of the two.",
  });
