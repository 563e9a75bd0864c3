/** Declarations of TypeScript for queries: what they take, and what their rows are in `query run --json`. */
import type { Described } from "./describe.ts";
import { elementOidOf, jsonKindOf } from "./json-value.ts";
import type { Query, QueryColumn, QueryParameter } from "./model.ts";

export interface DescribedQuery {
  readonly query: Query;
  readonly described: Described;
}

export function renderTypes(queries: readonly DescribedQuery[]): string {
  return `// Written by "veza-db query types", from what the server says of each query. Do not edit.

/** What a json or jsonb column holds. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A bigint or numeric: a number where a double holds it exactly, else a string of its digits. */
export type ExactNumber = number | string;

/** Each query by its name: its parameters, and a row of its answer as "veza-db query run --json" prints it. */
export interface Queries {
${queries.map(renderQuery).join("\n")}}

export type QueryName = keyof Queries;
export type ParametersOf<Name extends QueryName> = Queries[Name]["parameters"];
export type RowOf<Name extends QueryName> = Queries[Name]["row"];
`;
}

function renderQuery({ query, described }: DescribedQuery): string {
  const parameters = query.parameters.map((parameter, at) =>
    renderParameter(parameter, described.parameterOids[at] ?? 0, described),
  );
  const columns = described.columns.map(renderColumn);
  return [
    ...comment(query.summary, "  "),
    `  ${JSON.stringify(query.name)}: {`,
    ...block("parameters", parameters),
    ...block("row", columns),
    "  };",
    "",
  ].join("\n");
}

function block(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [`    ${name}: Record<never, never>;`] : [`    ${name}: {`, ...lines, "    };"];
}

function renderParameter(parameter: QueryParameter, oid: number, { types }: Described): string {
  const { name, type, summary, fallback } = parameter;
  const base = types.get(oid)?.baseOid ?? oid;
  const about = [type, summary, typeof fallback === "string" ? `(${fallback} when left out)` : ""]
    .filter((part) => part !== "")
    .join("  ");
  const isOptional = fallback !== undefined;
  const value = `${typeOf(base)}${fallback === null ? " | null" : ""}`;
  return [...comment(about, "      "), `      ${keyOf(name)}${isOptional ? "?" : ""}: ${value};`].join("\n");
}

function renderColumn({ name, type, typeOid, nullable, summary }: QueryColumn): string {
  const about = [type, summary].filter((part) => part !== "").join("  ");
  const value = typeOf(typeOid);
  // JSON has its own null already.
  const isNull = nullable && value !== "JsonValue";
  return [...comment(about, "      "), `      ${keyOf(name)}: ${value}${isNull ? " | null" : ""};`].join(
    "\n",
  );
}

/** The type of a value as JSON holds it. */
function typeOf(oid: number): string {
  const element = elementOidOf(oid);
  if (element !== undefined) return `(${typeOf(element)} | null)[]`;
  const names = {
    boolean: "boolean",
    integer: "number",
    exact: "ExactNumber",
    float: floatType,
    json: "JsonValue",
    text: "string",
  };
  return names[jsonKindOf(oid)];
}

/** JSON has no word for these three. */
const floatType = 'number | "NaN" | "Infinity" | "-Infinity"';

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function comment(content: string, indent: string): string[] {
  return content === "" ? [] : [`${indent}/** ${content.replaceAll("*/", "*\\/")} */`];
}
