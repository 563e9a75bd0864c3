/**
 * The declarations of a header:
 *
 *     -- param: limit integer 0..1000 = 20  rows at most
 *     -- column: total_plays bigint not null  plays of the public tracks
 *     -- cursor: after_play_count, after_id
 */
import type { VezaError } from "../kernel/error.ts";
import type { ColumnNote, QueryParameter } from "./model.ts";

export const keywords = ["param", "column", "cursor"] as const;
export type Keyword = (typeof keywords)[number];

export const examples: Readonly<Record<Keyword, string>> = {
  param: "-- param: limit integer 0..1000 = 20  rows at most",
  column: "-- column: total_plays bigint not null  plays of the public tracks",
  cursor: "-- cursor: after_play_count, after_id",
};

/** Makes the error of a declaration that cannot be read. */
export type Refuse = (problem: string) => VezaError;

const name = String.raw`[a-z_][a-z0-9_]*`;
/** A type's name, qualified or not, with what PostgreSQL lets stand around it. */
const type = [
  String.raw`(?:"[^"]+"|[a-z_][\w$]*)(?:\.(?:"[^"]+"|[a-z_][\w$]*))?`,
  String.raw`(?: precision| varying)?`,
  String.raw`(?:\(\d+(?:, ?\d+)?\))?`,
  String.raw`(?: with(?:out)? time zone)?`,
  String.raw`(?:\[\])*`,
].join("");
const number = String.raw`-?\d+(?:\.\d+)?`;

const parameterShape = new RegExp(
  String.raw`^(?<name>${name}) +(?<type>${type})(?: +(?<range>(?:${number})?\.\.(?:${number})?))?` +
    String.raw`(?: += *(?<fallback>'(?:[^']|'')*'|\S+))?(?: +(?<summary>.*))?$`,
  "i",
);
const columnShape = new RegExp(
  String.raw`^(?<name>"[^"]+"|\S+) +(?<type>${type})(?: +(?<null>not null|null))?(?: +(?<summary>.*))?$`,
  "i",
);

export function readParameter(content: string, line: number, refuse: Refuse): QueryParameter {
  const parts = parameterShape.exec(content)?.groups;
  if (parts === undefined) throw refuse("is not written as a parameter is");
  const [min, max] = (parts["range"] ?? "..")
    .split("..")
    .map((end) => (end === "" ? undefined : Number(end)));
  if (parts["range"] === "..") throw refuse("names a range without an end");
  if (min !== undefined && max !== undefined && min > max) throw refuse("names a range that holds nothing");
  return {
    name: lowerCaseOnly(parts["name"] ?? "", refuse),
    type: parts["type"] ?? "",
    fallback: readFallback(parts["fallback"]),
    min,
    max,
    summary: (parts["summary"] ?? "").trim(),
    line,
  };
}

export function readColumn(content: string, line: number, refuse: Refuse): ColumnNote {
  const parts = columnShape.exec(content)?.groups;
  if (parts === undefined) throw refuse("is not written as a column is");
  return {
    name: (parts["name"] ?? "").replace(/^"(.*)"$/, "$1"),
    type: parts["type"] ?? "",
    isNullable: parts["null"]?.toLowerCase() !== "not null",
    summary: (parts["summary"] ?? "").trim(),
    line,
  };
}

export function readCursor(content: string, refuse: Refuse): string[] {
  const names = content.split(/[\s,]+/).filter((word) => word !== "");
  if (names.length < 2) throw refuse("names fewer than two parameters");
  return names;
}

/** Names are flags too, and a flag has one spelling. */
function lowerCaseOnly(given: string, refuse: Refuse): string {
  if (given !== given.toLowerCase()) throw refuse("names a parameter with capitals");
  return given;
}

function readFallback(given: string | undefined): string | null | undefined {
  if (given === undefined) return undefined;
  if (given.startsWith("'")) return given.slice(1, -1).replaceAll("''", "'");
  return given.toLowerCase() === "null" ? null : given;
}
