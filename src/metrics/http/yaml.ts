/** As much of YAML as web configuration files are written in: maps by indentation, lists and plain or quoted texts. */
import { usageError } from "../../kernel/error.ts";
import type { VezaError } from "../../kernel/error.ts";

export type Yaml = string | readonly string[] | YamlMap | null;
export interface YamlMap {
  readonly [key: string]: Yaml;
}

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** Throws `metrics.bad-web-config` with the line, for what is not of this kind too. */
export function parseYaml(content: string, file: string): YamlMap {
  const lines = content.split(/\r?\n/).flatMap((raw, index): Line[] => {
    if (/^\s*\t/.test(raw)) throw badLine(file, index + 1, "a tab stands where blanks are wanted");
    const text = withoutComment(raw).trimEnd();
    const trimmed = text.trimStart();
    if (trimmed === "" || trimmed === "---") return [];
    return [{ number: index + 1, indent: text.length - trimmed.length, text: trimmed }];
  });
  const reader = { lines, at: 0, file };
  const map = readMap(reader, lines[0]?.indent ?? 0);
  const left = reader.lines[reader.at];
  if (left !== undefined) throw badLine(file, left.number, "its indentation fits nothing above");
  return map;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
  readonly file: string;
}

function readMap(reader: Reader, indent: number): YamlMap {
  const map: Record<string, Yaml> = {};
  for (
    let line = reader.lines[reader.at];
    line !== undefined && line.indent === indent;
    line = reader.lines[reader.at]
  ) {
    const [, quoted, plain, rest = ""] =
      /^(?:"([^"]*)"|'[^']*'|([^\s:"'[\]{},&*!|>%@`-][^:]*|[^:]*)):(?:\s+(.*))?$/.exec(line.text) ?? [];
    const single = /^'([^']*)'/.exec(line.text)?.[1];
    const key = quoted ?? single ?? plain;
    if (key === undefined || key === "" || key.startsWith("-"))
      throw badLine(reader.file, line.number, "`name: value` is wanted");
    if (Object.hasOwn(map, key)) throw badLine(reader.file, line.number, `${key} is there twice`);
    reader.at++;
    map[key] = rest === "" ? readBelow(reader, indent) : scalar(rest, reader.file, line.number);
  }
  return map;
}

/** What stands below a name: a map, a list, or nothing. */
function readBelow(reader: Reader, indent: number): Yaml {
  const next = reader.lines[reader.at];
  if (next === undefined || next.indent < indent) return null;
  if (next.text.startsWith("- ")) return readList(reader, next.indent);
  return next.indent > indent ? readMap(reader, next.indent) : null;
}

function readList(reader: Reader, indent: number): readonly string[] {
  const items: string[] = [];
  for (
    let line = reader.lines[reader.at];
    line !== undefined && line.indent === indent;
    line = reader.lines[reader.at]
  ) {
    if (!line.text.startsWith("- ")) break;
    const item = scalar(line.text.slice(2).trim(), reader.file, line.number);
    if (typeof item !== "string") throw badLine(reader.file, line.number, "a text is wanted in this list");
    items.push(item);
    reader.at++;
  }
  return items;
}

function scalar(text: string, file: string, line: number): Yaml {
  if (text === "{}") return {};
  const list = /^\[(.*)\]$/.exec(text)?.[1];
  if (list !== undefined) {
    return list.trim() === "" ? [] : list.split(",").map((item) => textOf(item.trim(), file, line));
  }
  return textOf(text, file, line);
}

function textOf(text: string, file: string, line: number): string {
  const single = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  if (text.startsWith('"')) {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "string") return value;
    } catch {
      // Said below, with the line.
    }
    throw badLine(file, line, "the text in double quotes cannot be read");
  }
  if (/^[[{&*!|>%@`'-]/.test(text) && !/^-?\d/.test(text))
    throw badLine(file, line, "only plain and quoted texts, lists and maps are read here");
  return text;
}

/** A # begins a comment at the start and behind a blank, but not within quotes. */
function withoutComment(raw: string): string {
  const match = /^(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#)*?(?=(?:^|\s)#|$)/.exec(raw);
  return match === null || match[0] === "" ? (/^\s*#/.test(raw) ? "" : raw) : match[0];
}

export function badLine(file: string, line: number, why: string): VezaError {
  return badWebConfig(file, `line ${line}: ${why}`);
}

export function badWebConfig(file: string, why: string): VezaError {
  return usageError(
    "metrics.bad-web-config",
    `The web configuration ${file} cannot be used: ${why}.`,
    "docs/metrics.md says what such a file may hold.",
  );
}
