import { VezaError } from "../kernel/error.ts";
import type { Ending } from "../kernel/error.ts";
import { serverErrorOf } from "../postgres/failure.ts";
import type { ServerError } from "../postgres/failure.ts";
import { locateError } from "../sql/excerpt.ts";
import type { Statement } from "../sql/split.ts";

/** A statement of a file that failed on the server. */
export interface StatementFailure {
  /** The file as people find it, e.g. `migrations/2024-01-01-001-initial-schema.sql`. */
  readonly shownFile: string;
  readonly text: string;
  readonly statement: Statement;
  /** From 1. */
  readonly number: number;
  readonly total: number;
}

/** The error of a failing statement: file, line, column, caret, SQLSTATE, and all that the server had to say. */
export function explainStatement(error: unknown, failure: StatementFailure): VezaError | undefined {
  const server = serverErrorOf(error);
  if (server === undefined) return undefined;
  const { shownFile, text, statement, number, total } = failure;
  // Errors at run time carry no position: the statement's start serves.
  const { line, column, excerpt } = locateError(text, statement, server.position);
  const internal = server.internalQuery === undefined ? undefined : `In the query: ${server.internalQuery}`;
  const place = `${shownFile}:${line}:${column}`;
  return new VezaError({
    code: "migrate.statement-failed",
    ending: endingOf(server),
    message: `${place}: ${server.message} (SQLSTATE ${server.sqlstate}, statement ${number} of ${total})`,
    detail: [withGutter(excerpt, line), server.detail, internal, server.where]
      .filter((part) => part !== undefined)
      .join("\n"),
    hint: server.hint,
    facts: { file: shownFile, line, column, sqlstate: server.sqlstate, statement: number, statements: total },
    cause: error,
  });
}

/** A missing privilege and a full disk are the surroundings' fault; all else is the file's. */
function endingOf({ sqlstate }: ServerError): Ending {
  if (sqlstate === "42501" || sqlstate === "53100") return "environment";
  return sqlstate === "25006" ? "refused" : "failed";
}

/** The excerpt with the line's number beside it. */
function withGutter(excerpt: string, line: number): string {
  const [source = "", caret = ""] = excerpt.split("\n");
  return `${line} | ${source}\n${" ".repeat(String(line).length)} | ${caret}`;
}
