/** Values placed in our own SQL where bound parameters cannot go: in texts that travel together in one message. */
import { quoteLiteral } from "./quote.ts";

const placeholder = /(?<!:):'(\w+)'/g;

/**
 * Our SQL with its `:'name'` placeholders replaced by quoted constants (null gives NULL). A placeholder without a
 * value, and a value without a placeholder, are bugs and throw.
 */
export function fillLiterals(sql: string, values: Readonly<Record<string, string | number | null>>): string {
  const used = new Set<string>();
  const filled = sql.replaceAll(placeholder, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value is given for the placeholder :'${name}'`);
    used.add(name);
    return value === null ? "NULL" : typeof value === "number" ? String(value) : quoteLiteral(value);
  });
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`The SQL has no placeholder :'${unused.join("', :'")}'`);
  return filled;
}
