import { usageError } from "../kernel/error.ts";
import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import type { Query, QueryParameter } from "./model.ts";
import { valueTypeOf } from "./value-types.ts";

/** What is sent for a parameter. */
export type BoundValue = string | boolean | null;

/** Texts by parameter name; undefined where nothing was given. */
export type GivenValues = Readonly<Record<string, string | undefined>>;

/** `--user-id` for `user_id`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll("_", "-")}`;
}

/**
 * The values of a query's parameters, in their order. Throws a `usage` error for one that is missing, unknown, of the
 * wrong type or out of range, before the server is asked.
 */
export function bindParameters(query: Query, given: GivenValues): BoundValue[] {
  const unknown = Object.keys(given).find(
    (name) => !query.parameters.some((parameter) => parameter.name === name),
  );
  if (unknown !== undefined) throw unknownParameter(query, unknown);
  const missing = query.parameters.filter(
    ({ name, fallback }) => fallback === undefined && given[name] === undefined,
  );
  if (missing.length > 0) throw missingParameters(query, missing);
  for (const cursor of query.cursors) refuseHalfCursor(query, cursor, given);
  return query.parameters.map((parameter) => valueOf(query, parameter, given[parameter.name]));
}

function valueOf(query: Query, parameter: QueryParameter, given: string | undefined): BoundValue {
  const text = given ?? parameter.fallback ?? null;
  if (text === null) return null;
  const judge = valueTypeOf(parameter.type, parameter);
  const value = judge.parse(text);
  if (value !== undefined) return value;
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  throw usageError(
    "query.bad-value",
    `${flagOf(parameter.name)} takes ${judge.expects}, not ${JSON.stringify(shown)}.`,
    `veza-db query run ${query.name} --help`,
  ).with({ facts: { query: query.name, parameter: parameter.name } });
}

function missingParameters(query: Query, missing: readonly QueryParameter[]): VezaError {
  const names = missing.map(({ name }) => flagOf(name)).join(", ");
  const call = missing.map(({ name, type }) => `${flagOf(name)} <${type}>`).join(" ");
  return usageError(
    "query.missing-parameter",
    `${query.name} needs ${names}.`,
    `veza-db query run ${query.name} ${call}`,
    missing
      .map(({ name, type, summary }) => `${name} ${type}${summary === "" ? "" : `  ${summary}`}`)
      .join("\n"),
  ).with({ facts: { query: query.name, parameters: missing.map(({ name }) => name) } });
}

function unknownParameter(query: Query, name: string): VezaError {
  const known = query.parameters.map((parameter) => parameter.name);
  const near = suggest(name, known, 1)[0];
  const all =
    known.length === 0 ? `${query.name} takes no parameters.` : `Its parameters are: ${known.join(", ")}.`;
  return usageError(
    "query.unknown-parameter",
    `${query.name} has no parameter ${JSON.stringify(name)}.`,
    near === undefined ? all : `Did you mean ${near}?`,
  );
}

function refuseHalfCursor(query: Query, cursor: readonly string[], given: GivenValues): void {
  const missing = cursor.filter((name) => given[name] === undefined);
  if (missing.length === 0 || missing.length === cursor.length) return;
  throw usageError(
    "query.half-cursor",
    `${cursor.map(flagOf).join(", ")} say together where a page of ${query.name} begins; ${missing.map(flagOf).join(", ")} ${missing.length === 1 ? "is" : "are"} missing.`,
    "Give all of them, taken from the last row of the page before; or none, for the first page.",
  );
}
