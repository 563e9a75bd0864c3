import { shellWord } from "../kernel/shell-word.ts";

/** Names of tables as people write them: nothing is folded, a dot parts schema and name, quotes hold a dot. Pure. */

const part = `("(?:[^"]|"")+"|[^".]+)`;
const qualified = new RegExp(`^(?:${part}\\.)?${part}$`);

export interface TableName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** `events`, `app.events`, `"odd.name"`; undefined when it is no name. */
export function parseTableName(text: string): TableName | undefined {
  const match = qualified.exec(text);
  const [schema, name] = [match?.[1], match?.[2]].map((word) =>
    word?.startsWith('"') === true ? word.slice(1, -1).replaceAll('""', '"') : word,
  );
  return name === undefined || text.includes("\0") ? undefined : { schema, name };
}

/** A table as policies and calls name it; the schema where it is not the usual one. */
export function policyName({ schema, name }: { readonly schema: string; readonly name: string }): string {
  const word = (text: string): string => (/[".]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [...(schema === "public" ? [] : [schema]), name].map(word).join(".");
}

/** The same as a shell takes it. */
export function writtenName(table: { readonly schema: string; readonly name: string }): string {
  return shellWord(policyName(table));
}
