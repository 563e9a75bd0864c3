/** From a row of our queries to an object: what begins with `_` says who it is, everything else is a fact. */
import { compareText } from "../kernel/compare.ts";
import type { Row } from "../postgres/connect.ts";
import { asWritten, settle, splitList, unixLines } from "./expressions.ts";
import { kinds } from "./model.ts";
import type { Kind } from "./model.ts";
import { dottedName, shortName } from "./names.ts";
import { maskConnection, optionFacts } from "./options.ts";
import { parseIndex } from "./parse-index.ts";

/** An object while it is being gathered. */
export interface Draft {
  readonly kind: Kind;
  readonly name: string;
  readonly path: readonly string[];
  of: string | undefined;
  readonly owner: string | undefined;
  readonly facts: Record<string, string>;
  readonly definition: string | undefined;
  readonly written: Record<string, string>;
  readonly own: Own;
}

/** What the server numbers an object by; 0 where it has no such number. */
export interface Own {
  readonly id: number;
  /** Of a constraint: its index. */
  readonly index: number;
  /** Of a composite type: where its comment and its attributes lie. */
  readonly relation: number;
  /** What kind of whole it is a part of, where its path tells which. */
  readonly partOf: "relation" | "type" | undefined;
}

/** Properties that hold SQL which the server deparsed. */
const expressions = new Set([
  "default",
  "generated",
  "query",
  "definition",
  "using",
  "with check",
  "where",
  "bound",
  "columns",
  "sql body",
  "arguments",
]);
const known: ReadonlySet<string> = new Set(kinds);

function isKind(kind: string): kind is Kind {
  return known.has(kind);
}

export function textOf(row: Row, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : String(value);
}

export function draftOf(row: Row): Draft {
  const kind = textOf(row, "_kind") ?? "";
  if (!isKind(kind)) throw new Error(`a query gives objects of the unknown kind "${kind}"`);
  const { name, path } = nameOf(row);
  const facts: Record<string, string> = {};
  const written: Record<string, string> = {};
  const settled = (property: string, text: string): string => {
    const form = settle(text);
    const asItIs = asWritten(text);
    if (asItIs !== form) written[property] = asItIs;
    return form;
  };
  for (const [property, value] of Object.entries(row)) {
    if (property.startsWith("_") || value === null || value === false || value === undefined) continue;
    const text = value === true ? "yes" : String(value);
    facts[property] = expressions.has(property) ? settled(property, unixLines(text)) : text;
  }
  addOptions(facts, row);
  const definition = textOf(row, "_def");
  const [head, body] =
    definition === undefined ? [] : cutBody(unixLines(definition), facts["body"] !== undefined);
  const draft: Draft = {
    kind,
    name,
    path,
    of: undefined,
    owner: textOf(row, "_owner"),
    facts,
    definition: head === undefined ? undefined : settled("whole", head) + body,
    written,
    own: ownOf(row, kind),
  };
  if (row["_relocatable"] === false) written["place"] = "fixed";
  if (kind === "constraint") addConstraint(draft);
  if (kind === "index") addIndex(draft);
  if (kind === "statistics") sortColumns(draft);
  return draft;
}

function ownOf(row: Row, kind: Kind): Own {
  const isOfType = kind === "attribute" || row["_ofDomain"] === true;
  return {
    id: Number(row["_id"] ?? 0),
    index: Number(row["_index"] ?? 0),
    relation: Number(row["_relationId"] ?? 0),
    partOf: row["_of"] === undefined ? undefined : isOfType ? "type" : "relation",
  };
}

/** A routine's body is what its author wrote: the server reads it as a text. */
function cutBody(definition: string, hasBody: boolean): readonly [head: string, body: string] {
  const at = hasBody ? definition.search(/^AS /m) : -1;
  return at < 0 ? [definition, ""] : [definition.slice(0, at), definition.slice(at)];
}

function nameOf(row: Row): { readonly name: string; readonly path: readonly string[] } {
  const label = textOf(row, "_label");
  if (label !== undefined) return { name: label, path: [] };
  const setting = textOf(row, "_setting");
  if (setting !== undefined) {
    const role = textOf(row, "_role") ?? "";
    return { name: role === "" ? setting : `${setting} of ${shortName(role)}`, path: [setting, role] };
  }
  const path = ["_schema", "_of", "_name"]
    .map((column) => textOf(row, column))
    .filter((part) => part !== undefined);
  const operator = textOf(row, "_operator");
  const args = textOf(row, "_args");
  const using = textOf(row, "_using");
  const name = dottedName(path) + (operator === undefined ? "" : `.${operator}`);
  const suffix = (args === undefined ? "" : `(${args})`) + (using === undefined ? "" : ` USING ${using}`);
  return { name: name + suffix, path: operator === undefined ? path : [...path, operator] };
}

const optionColumns = {
  _options: "option",
  _toastOptions: "toast option",
  _foreign: "foreign option",
  _settings: "setting",
  _indexOptions: "index option",
};

function addOptions(facts: Record<string, string>, row: Row): void {
  for (const [column, word] of Object.entries(optionColumns)) {
    const list = textOf(row, column);
    if (list === undefined) continue;
    for (const [name, value] of optionFacts(word, list)) facts[name] = value;
  }
}

/** What stands behind a constraint's heart in its definition has facts of its own. */
const constraintTail = [
  / MATCH (?:FULL|PARTIAL|SIMPLE)/,
  / ON UPDATE (?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)/,
  / ON DELETE (?:NO ACTION|RESTRICT|CASCADE|SET NULL|SET DEFAULT)/,
  / DEFERRABLE/,
  / INITIALLY DEFERRED/,
  / NO INHERIT/,
  / NOT ENFORCED/,
  / NOT VALID/,
];

function addConstraint({ facts, definition, kind }: Draft): void {
  if (kind !== "constraint" || definition === undefined) return;
  const end = definition.lastIndexOf(")");
  const isForeign = facts["type"] === "foreign key";
  const from = isForeign ? definition.indexOf(" REFERENCES ") : end;
  const tail = constraintTail.reduce((text, pattern) => text.replace(pattern, ""), definition.slice(from));
  facts["definition"] = definition.slice(0, from) + tail;
}

/** The server lists a statistics object's columns by their numbers, which tell in which order they came. */
function sortColumns({ facts }: Draft): void {
  const [, head, list, tail] = /^(.* ON )(.*)( FROM .*?)$/s.exec(facts["definition"] ?? "") ?? [];
  if (head === undefined || list === undefined || tail === undefined) return;
  const parts = splitList(list);
  const columns = parts.filter((part) => !part.startsWith("(")).toSorted(compareText);
  facts["definition"] =
    head + [...columns, ...parts.filter((part) => part.startsWith("("))].join(", ") + tail;
}

function addIndex({ facts, definition }: Draft): void {
  const parts = definition === undefined ? undefined : parseIndex(definition);
  if (parts === undefined) return;
  facts["columns"] = parts.columns;
  if (parts.include !== undefined) facts["include"] = parts.include;
  if (parts.where !== undefined) facts["where"] = parts.where;
}

export function connectionFact(connection: string): string {
  return maskConnection(connection);
}
