import { formatDuration } from "../kernel/duration.ts";
import { VezaError, usageError } from "../kernel/error.ts";
import { endingOf, queryFailure, serverErrorOf } from "../postgres/failure.ts";
import type { ServerError } from "../postgres/failure.ts";
import { flagOf } from "./bind.ts";
import type { Query } from "./model.ts";
import { placeOf } from "./place.ts";

export interface RunFacts {
  /** Of --timeout; undefined where none was given. */
  readonly timeoutMs: number | undefined;
  /** One line that says in what state things are. */
  readonly state: string;
  /** How many characters stood ahead of the statement. */
  readonly prefixLength?: number;
  /** The command that let nothing be written. */
  readonly command?: "run" | "bench";
}

/** The error of a query that the server refused or stopped. */
export function explainQueryFailure(error: unknown, query: Query, run: RunFacts): VezaError {
  const { timeoutMs, state } = run;
  const server = serverErrorOf(error);
  if (server === undefined) return queryFailure(error, `${query.name} ran`).with({ state });
  const facts = { query: query.name, file: query.file, sqlstate: server.sqlstate };
  if (server.sqlstate === "57014" && timeoutMs !== undefined && server.message.includes("timeout")) {
    return new VezaError({
      code: "query.timeout",
      ending: "failed",
      message: `${query.name} was cancelled after ${formatDuration(timeoutMs)} (--timeout).`,
      hint: `Give it longer with --timeout, or see where the time goes: veza-db query explain ${query.name}`,
      state,
      facts,
      cause: error,
    });
  }
  if (server.sqlstate === "25006") {
    return new VezaError({
      code: "query.writes",
      ending: "refused",
      message: `${query.name} writes: ${server.message}.`,
      hint:
        run.command === "bench"
          ? "Only what reads can be measured by running it again and again."
          : `If it shall, add --write: veza-db query run ${query.name} --write`,
      state: "Nothing was changed.",
      facts,
      cause: error,
    });
  }
  return parameterFailure(server, query) ?? statementFailure(error, server, query, run);
}

/** A value that passed our own judgement and not the server's, e.g. of an enum. */
function parameterFailure(server: ServerError, query: Query): VezaError | undefined {
  const number = /portal (?:"[^"]*" )?parameter \$(\d+)/.exec(server.where ?? "")?.[1];
  const parameter = number === undefined ? undefined : query.parameters[Number(number) - 1];
  if (parameter === undefined) return undefined;
  return usageError(
    "query.bad-value",
    `${flagOf(parameter.name)} takes a value of the type ${parameter.type}: ${server.message}.`,
    `veza-db query run ${query.name} --help`,
    server.detail,
  ).with({ facts: { query: query.name, parameter: parameter.name, sqlstate: server.sqlstate } });
}

function statementFailure(error: unknown, server: ServerError, query: Query, run: RunFacts): VezaError {
  const { state, prefixLength = 0 } = run;
  const place = server.position === undefined ? undefined : placeOf(query, server.position - prefixLength);
  const isBroken = server.sqlstate.startsWith("42") && server.sqlstate !== "42501";
  const detail = [place?.excerpt, server.detail, server.where, `SQLSTATE ${server.sqlstate}`];
  return new VezaError({
    code: isBroken ? "query.broken" : "query.failed",
    ending: endingOf(server.sqlstate),
    message: `${query.name} failed${place === undefined ? "" : ` at ${query.file}:${place.line}:${place.column}`}: ${server.message}.`,
    detail: detail.filter((part) => part !== undefined).join("\n"),
    hint: server.hint ?? (isBroken ? `veza-db query check ${query.name}` : undefined),
    state,
    facts: {
      query: query.name,
      file: query.file,
      ...(place === undefined ? {} : { line: place.line, column: place.column }),
      sqlstate: server.sqlstate,
    },
    cause: error,
  });
}
