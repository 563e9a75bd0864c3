/** Texts that the server deparses, brought to the form that they keep when they are parsed and deparsed again. */

/** Unix line ends: a body that went through Windows is the same body. */
export function unixLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

const arrayCast = "(ARRAY[";

/** What the server calls its types by their short names. */
const shortTypes: Readonly<Record<string, string>> = {
  smallint: "int2",
  integer: "int4",
  bigint: "int8",
  real: "float4",
  "double precision": "float8",
  boolean: "bool",
  "character varying": "varchar",
  character: "bpchar",
  "timestamp with time zone": "timestamptz",
  "timestamp without time zone": "timestamp",
  "time with time zone": "timetz",
  "time without time zone": "time",
  "bit varying": "varbit",
};

const namedByType =
  /::((?:[a-z_]\w*|"(?:[^"]|"")+")(?:[ .](?:[a-z_]\w*|"(?:[^"]|"")+"))*?(?:\(\d+(?:,\d+)?\))?(?:\[\])?) AS ("(?:[^"]|"")+"|\w+)(?=[,\s)]|$)/g;

/**
 * `NULL::integer AS int4` becomes `NULL::integer`: a value without a name of its own is written without one, and has that of its
 * type when the text is read again. Columns of views are told by themselves.
 */
function withoutTypeNames(expression: string): string {
  if (!expression.includes("::") || !expression.includes(" AS ")) return expression;
  return expression.replaceAll(namedByType, (whole, type: string, alias: string) => {
    const bare = type.replace(/(?:\(\d+(?:,\d+)?\))?(?:\[\])?$/, "");
    const name = shortTypes[bare] ?? (bare.includes(" ") ? undefined : bare.slice(bare.lastIndexOf(".") + 1));
    return name !== undefined && alias.replaceAll('"', "") === name.replaceAll('"', "") ? `::${type}` : whole;
  });
}

/**
 * `(ARRAY['a'::character varying])::text[]` becomes `ARRAY[('a'::character varying)::text]`: the server writes the first for
 * `column IN ('a')`, and reads its own text back as the second.
 */
export function settle(expression: string): string {
  let text = joinConditions(withoutTypeNames(expression));
  for (let at = text.indexOf(arrayCast); at >= 0; at = text.indexOf(arrayCast, at + 1)) {
    const open = at + arrayCast.length - 1;
    const close = closingOf(text, open);
    const type =
      close === undefined
        ? null
        : /^\)::([a-z][a-z0-9_ ."]*?(?:\([\d,]+\))?)\[\]/.exec(text.slice(close + 1));
    if (close === undefined || type === null) continue;
    const items = splitList(text.slice(open + 1, close)).map((item) => `${wrapped(item)}::${type[1] ?? ""}`);
    text = `${text.slice(0, at)}ARRAY[${items.join(", ")}]${text.slice(close + 1 + type[0].length)}`;
  }
  return text;
}

/**
 * What the server reads as `column IN ('a')` and words in its own way again: the array without its cast, which is then made
 * unasked. The same as {@link settle} where there is no such list.
 */
export function asWritten(expression: string): string {
  let text = expression;
  for (let at = text.search(anyOfCast); at >= 0;) {
    const open = text.indexOf("[", at);
    const close = closingOf(text, open);
    const tail =
      close === undefined ? null : /^\]\)::[a-z][a-z0-9_ ."]*?(?:\([\d,]+\))?\[\]\)/.exec(text.slice(close));
    if (close === undefined || tail === null) break;
    const start = text.indexOf("((ARRAY[", at);
    text = `${text.slice(0, start)}(${text.slice(start + 2, close + 1)})${text.slice(close + tail[0].length)}`;
    const next = text.slice(start).search(anyOfCast);
    at = next < 0 ? -1 : start + next;
  }
  return settle(text);
}

/** A pair of brackets, with the word that stands between what is in it. */
interface Group {
  readonly open: number;
  word?: "AND" | "OR";
  /** The pair that begins where this one does. */
  first?: Group;
  close?: number;
}

/**
 * `((a AND b) AND c)` becomes `(a AND b AND c)`: the server writes the first for `x BETWEEN 1 AND 2 AND c`, and reads its own
 * text back as the second. What stands in brackets later on keeps them.
 */
function joinConditions(text: string): string {
  if (!text.includes("((") || !/\b(?:AND|OR)\b/.test(text)) return text;
  const stack: Group[] = [];
  const needless: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    const inside = stack.at(-1);
    if (character === "'" || character === '"') at = endOfQuoted(text, at, character);
    else if (character === "(" || character === "[") {
      const group: Group = { open: at };
      if (character === "(" && inside?.open === at - 1 && text[at - 1] === "(") inside.first = group;
      stack.push(group);
    } else if (character === ")" || character === "]") {
      const group = stack.pop();
      if (group === undefined) return text;
      group.close = at;
      const { first, word } = group;
      if (word !== undefined && first?.word === word && first.close !== undefined)
        needless.push(first.open, first.close);
    } else if (inside !== undefined && (character === "A" || character === "O")) {
      condition.lastIndex = at - 1;
      const word = at > 0 ? condition.exec(text)?.[1] : undefined;
      if (word === "AND" || word === "OR") inside.word = word;
    }
  }
  if (needless.length === 0) return text;
  let joined = "";
  let from = 0;
  for (const at of needless.toSorted((a, b) => a - b)) {
    joined += text.slice(from, at);
    from = at + 1;
  }
  return joined + text.slice(from);
}

const condition = /\s(AND|OR)\s/y;
const anyOfCast = /\b(?:ANY|ALL) \(\(ARRAY\[/;

function wrapped(item: string): string {
  return item.startsWith("(") && closingOf(item, 0) === item.length - 1 ? item : `(${item})`;
}

/** The index of the bracket that closes the one at `open`; quoted texts are stepped over. */
export function closingOf(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at, character);
    else if (character === "(" || character === "[") depth++;
    else if ((character === ")" || character === "]") && --depth === 0) return at;
  }
  return undefined;
}

/** The parts of a list, cut at the commas that stand outside of brackets and quotes. */
export function splitList(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'" || character === '"') at = endOfQuoted(text, at, character);
    else if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** A backslash escapes only in E'…' texts, where the server doubles it: it never stands alone before a quote. */
function endOfQuoted(text: string, open: number, quote: string): number {
  const end = text.indexOf(quote, open + 1);
  return end < 0 ? text.length : end;
}
