/** Our own SQL: one statement a file, beside the reader that runs it. */
import { readFileSync } from "node:fs";
import type { QuotedSql } from "./quote.ts";

const loaded = new Map<string, string>();

/**
 * The text of a `.sql` file beside a module: `loadSql(import.meta.url, "sql/history.sql")`. Read once, then kept; the
 * comments ahead of the statement are left out, so that the server's logs and statistics show the statement.
 */
export function loadSql(importMetaUrl: string, relativePath: string): string {
  // Asked for thousands of times in a run: making a URL each time would cost more than the rest.
  const asked = `${importMetaUrl} ${relativePath}`;
  const known = loaded.get(asked);
  if (known !== undefined) return known;
  const url = new URL(relativePath, importMetaUrl);
  const sql = loaded.get(url.href) ?? readSql(url);
  loaded.set(url.href, sql).set(asked, sql);
  return sql;
}

function readSql(url: URL): string {
  return readFileSync(url, "utf8")
    .replace(/^(?:\s+|--[^\r\n]*)+/, "")
    .trimEnd();
}

// Not `::"char"`, which is a cast.
const placeholder = /(?<!:):"(\w+)"/g;

/**
 * Our SQL with its `:"name"` placeholders replaced by identifiers that are quoted already. A placeholder without an
 * identifier, and an identifier without a placeholder, are bugs and throw.
 */
export function fillIdentifiers(sql: string, identifiers: Readonly<Record<string, QuotedSql>>): string {
  const used = new Set<string>();
  const filled = sql.replaceAll(placeholder, (_, name: string) => {
    const identifier = Object.hasOwn(identifiers, name) ? identifiers[name] : undefined;
    if (identifier === undefined) throw new Error(`No identifier is given for the placeholder :"${name}"`);
    used.add(name);
    return identifier;
  });
  const unused = Object.keys(identifiers).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`The SQL has no placeholder :"${unused.join('", :"')}"`);
  return filled;
}
