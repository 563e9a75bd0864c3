/** The refusals of the SQL readers: each names the place, shows the line and says what to write instead. */
import { usageError, type VezaError } from "../kernel/error.ts";
import { renderExcerpt } from "./excerpt.ts";
import { formatPlace, locate } from "./position.ts";

/** An error at an offset of a text: its line with a caret as detail, file, line and column as facts. */
export function refusalAt(
  text: string,
  offset: number,
  source: string | undefined,
  parts: { readonly code: string; readonly message: (place: string) => string; readonly hint: string },
): VezaError {
  const place = locate(text, offset);
  const { code, hint } = parts;
  const message = parts.message(formatPlace(place, source));
  return usageError(code, message, hint, renderExcerpt(place.lineText, place.column)).with({
    facts: { ...(source === undefined ? {} : { file: source }), line: place.line, column: place.column },
  });
}

/** `what` was opened at `offset` and the text ends before it is closed. */
export function unterminated(text: string, offset: number, what: string, source?: string): VezaError {
  return refusalAt(text, offset, source, {
    code: "sql.unterminated",
    message: (place) => `The ${what} that begins at ${place} is never closed`,
    hint: closings[what] ?? `Close the ${what}.`,
  });
}

const closings: Readonly<Record<string, string>> = {
  string: "End the string with a single quote; write a quote inside it twice: 'it''s'.",
  "quoted identifier": 'End the identifier with a double quote; write one inside it twice: "a""b".',
  "block comment": "End the comment with */; comments nest, so each /* inside needs its own */.",
};

/** A backslash outside quotes: a command for psql, which the server does not know. */
export function psqlCommand(text: string, offset: number, source?: string): VezaError {
  const name = /^\\(?:[A-Za-z_]+|[^\s])?/.exec(text.slice(offset, offset + 40))?.[0] ?? "\\";
  return refusalAt(text, offset, source, {
    code: "sql.psql-command",
    message: (place) => `${name} at ${place} is a psql command, not SQL`,
    hint: insteadOf(name.slice(1)),
  });
}

/** A COPY that reads its rows from the client, or writes them to it. */
export function clientCopy(
  text: string,
  offset: number,
  direction: "from" | "to",
  source?: string,
): VezaError {
  return refusalAt(text, offset, source, clientCopies[direction]);
}

const clientCopies = {
  from: {
    code: "sql.copy-from-stdin",
    message: (place: string) =>
      `COPY … FROM STDIN at ${place} reads rows that psql sends; a SQL file cannot send them`,
    hint: "Write the rows as INSERT INTO … VALUES … (pg_dump --inserts does), or COPY … FROM a file on the server.",
  },
  to: {
    code: "sql.copy-to-stdout",
    message: (place: string) =>
      `COPY … TO STDOUT at ${place} sends rows to the client, where nobody reads them`,
    hint: "Keep the rows with INSERT INTO … SELECT …, or COPY … TO a file on the server.",
  },
} as const;

/** SET standard_conforming_strings = off: from there on, plain strings would end elsewhere than we read them. */
export function nonstandardStrings(text: string, offset: number, source?: string): VezaError {
  return refusalAt(text, offset, source, {
    code: "sql.nonstandard-strings",
    message: (place) => `standard_conforming_strings is turned off at ${place}; the file is read with it on`,
    hint: "Take the statement out, and write strings with backslash escapes as E'…'.",
  });
}

/** Throws when the text holds a NUL character, which no PostgreSQL text can. */
export function refuseNul(text: string, source?: string): void {
  const offset = text.indexOf("\0");
  if (offset === -1) return;
  throw refusalAt(text, offset, source, {
    code: "sql.nul-character",
    message: (place) => `A NUL character stands at ${place}; PostgreSQL cannot hold it in any text`,
    hint: "Remove it; is the file really UTF-8 text?",
  });
}

function insteadOf(name: string): string {
  if (/^i[r]?$|^include/.test(name))
    return "Put the included file's statements here, or make it a file of its own.";
  if (/^c(onnect)?$/.test(name))
    return "A file runs in one database: take the line out and choose it with --url.";
  if (/^(copy|\.)$/.test(name)) return "Write the rows as INSERT INTO … VALUES ….";
  if (/^(un)?restrict$/.test(name)) return "A newer pg_dump wrote it for psql; take the line out.";
  if (/^(set|unset|gset|prompt|getenv)$/.test(name))
    return "Write the value itself into the SQL; there are no psql variables here.";
  if (name === "gexec") return "Build and run the statements in DO $$ BEGIN EXECUTE format(…); END $$.";
  if (/^(if|elif|else|endif)$/.test(name)) return "Decide in SQL: DO $$ BEGIN IF … THEN … END IF; END $$.";
  if (/^(echo|warn|qecho|o|out)$/.test(name)) return "Take the line out, or RAISE NOTICE in a DO block.";
  if (/^(;|g|gx|gdesc|watch|crosstabview)$/.test(name)) return "End the statement with a semicolon alone.";
  return "Take it out, or say the same in SQL.";
}
