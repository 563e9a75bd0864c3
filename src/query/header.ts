/** The comments ahead of a query's statement: what it answers, what it takes, what its rows are. */
import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { locate } from "../sql/position.ts";
import { refusalAt } from "../sql/refuse.ts";
import { Lexer, symbol, token } from "../sql/scan.ts";
import { examples, keywords, readColumn, readCursor, readParameter } from "./declarations.ts";
import type { Keyword } from "./declarations.ts";
import type { ColumnNote, QueryParameter } from "./model.ts";

export interface Header {
  readonly summary: string;
  readonly notes: readonly string[];
  readonly parameters: readonly QueryParameter[];
  readonly columns: readonly ColumnNote[];
  readonly cursors: readonly (readonly string[])[];
}

/** Reads the header of a file. Throws `query.bad-header` with the line of what is wrong. */
export function readHeader(text: string, source: string): Header {
  const parameters: QueryParameter[] = [];
  const columns: ColumnNote[] = [];
  const cursors: string[][] = [];
  const prose: string[] = [];
  for (const { start, content } of leadingComments(text, source)) {
    const [, word = "", rest = ""] = /^ ?([A-Za-z]+) *:(.*)$/.exec(content) ?? [];
    const keyword = keywords.find((known) => known === word);
    if (keyword === undefined) {
      refuseNearMiss(text, start, word, source);
      prose.push(content.replace(/^ /, "").trimEnd());
      continue;
    }
    const refuse = (problem: string): VezaError => badDeclaration(text, start, source, keyword, problem);
    const { line } = locate(text, start);
    const declared = rest.trim();
    if (keyword === "param")
      parameters.push(unique(readParameter(declared, line, refuse), parameters, refuse));
    else if (keyword === "column") columns.push(unique(readColumn(declared, line, refuse), columns, refuse));
    else cursors.push(knownCursor(readCursor(declared, refuse), parameters, refuse));
  }
  return { ...splitProse(prose), parameters, columns, cursors };
}

interface Comment {
  readonly start: number;
  /** Without its dashes. */
  readonly content: string;
}

function* leadingComments(text: string, source: string): Generator<Comment> {
  const lexer = new Lexer(text, source);
  for (let kind = lexer.next(); kind === token.comment || kind === symbol.semicolon; kind = lexer.next()) {
    if (kind === token.comment) yield { start: lexer.start, content: text.slice(lexer.start + 2, lexer.end) };
  }
}

/** The first paragraph is the summary; the others are notes. */
function splitProse(lines: readonly string[]): Pick<Header, "summary" | "notes"> {
  const from = lines.findIndex((line) => line !== "");
  if (from === -1) return { summary: "", notes: [] };
  const length = lines.slice(from).indexOf("");
  const to = length === -1 ? lines.length : from + length;
  const notes = lines.slice(to);
  while (notes[0] === "") notes.shift();
  while (notes.at(-1) === "") notes.pop();
  // Where a block of declarations stood, two empty lines would be left.
  return {
    summary: lines.slice(from, to).join(" "),
    notes: notes.filter((line, at) => line !== "" || notes[at - 1] !== ""),
  };
}

function unique<T extends { readonly name: string }>(
  found: T,
  before: readonly T[],
  refuse: (problem: string) => VezaError,
): T {
  if (before.some(({ name }) => name === found.name))
    throw refuse(`declares ${found.name} for the second time`);
  return found;
}

function knownCursor(
  names: string[],
  parameters: readonly QueryParameter[],
  refuse: (problem: string) => VezaError,
): string[] {
  for (const name of names) {
    const parameter = parameters.find((declared) => declared.name === name);
    if (parameter === undefined) throw refuse(`names ${name}, which no line above it declares`);
    if (parameter.fallback === undefined) throw refuse(`names ${name}, which may not be left out`);
  }
  return names;
}

/** `-- params: …` declares nothing, and nobody would notice. */
function refuseNearMiss(text: string, start: number, word: string, source: string): void {
  const near = word.length < 4 || word === "columns" ? undefined : suggest(word, keywords, 1)[0];
  if (near === undefined) return;
  throw refusalAt(text, start, source, {
    code: "query.bad-header",
    message: (place) => `The header at ${place} begins a line with ${word}:, which means nothing`,
    hint: `Did you mean ${near}: ?`,
  });
}

function badDeclaration(
  text: string,
  start: number,
  source: string,
  keyword: Keyword,
  problem: string,
): VezaError {
  return refusalAt(text, start, source, {
    code: "query.bad-header",
    message: (place) => `The ${keyword} line at ${place} ${problem}`,
    hint: `Write: ${examples[keyword]}`,
  });
}
