import { closingOf } from "./expressions.ts";

export interface IndexParts {
  /** What is indexed, with operator classes, collations and order: `lower(email), id DESC`. */
  readonly columns: string;
  readonly include: string | undefined;
  readonly where: string | undefined;
}

/** Takes apart what `pg_get_indexdef` says. */
export function parseIndex(definition: string): IndexParts | undefined {
  const using = /\sUSING (?:"[^"]+"|\w+) \(/.exec(definition);
  if (using === null) return undefined;
  const open = using.index + using[0].length - 1;
  const close = closingOf(definition, open);
  if (close === undefined) return undefined;
  let rest = definition.slice(close + 1);
  let include: string | undefined;
  if (rest.startsWith(" INCLUDE (")) {
    const end = closingOf(rest, " INCLUDE ".length) ?? rest.length;
    include = rest.slice(" INCLUDE (".length, end);
    rest = rest.slice(end + 1);
  }
  const where = /(?:^|\s)WHERE (.*)$/s.exec(rest);
  return { columns: definition.slice(open + 1, close), include, where: where?.[1] };
}
