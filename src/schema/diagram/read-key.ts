/** The columns and tables that a constraint's definition names. */
import { closingOf, splitList } from "../../catalog/expressions.ts";

export interface KeyText {
  readonly columns: readonly string[];
  /** Schema and name of the table that a foreign key refers to. */
  readonly target?: { readonly path: readonly string[]; readonly columns: readonly string[] };
}

const identifier = /"(?:[^"]|"")+"|[^\s".,()]+/g;

/** `PRIMARY KEY (id)`, `FOREIGN KEY (a, "B") REFERENCES public.t(id)`: bare names come out. */
export function readKey(definition: string): KeyText {
  const open = definition.indexOf("(");
  const close = closingOf(definition, open) ?? definition.length;
  const columns = names(definition.slice(open + 1, close));
  const rest = definition.slice(close + 1);
  const reference = /^ REFERENCES /.exec(rest);
  if (reference === null) return { columns };
  const after = rest.slice(reference[0].length);
  const begin = openingOf(after);
  const end = closingOf(after, begin) ?? after.length;
  const path = [...after.slice(0, begin).matchAll(identifier)].map(([text]) => bare(text));
  return { columns, target: { path, columns: names(after.slice(begin + 1, end)) } };
}

/** The bracket that opens the list of columns: not one inside of a quoted name. */
function openingOf(text: string): number {
  const match = /^(?:"(?:[^"]|"")*"|[^"(])*/.exec(text);
  return match?.[0].length ?? 0;
}

function names(list: string): string[] {
  return splitList(list).map((item) => bare(item.replace(/^PERIOD /, "")));
}

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
