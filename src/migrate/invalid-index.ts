import type { Db } from "../postgres/connect.ts";
import type { ConcurrentIndex } from "../sql/classify.ts";
import type { QualifiedName } from "../sql/cursor.ts";
import { loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";

interface IndexName {
  readonly schema: string;
  readonly name: string;
}

interface IndexState extends IndexName {
  readonly isValid: boolean;
}

/**
 * Clears away what a failed concurrent build of the same index has left. An INVALID index is dropped, so that it is
 * built again (IF NOT EXISTS would take it for done). `mayHavePassed` says that an earlier run has sent this very
 * statement and was not told what became of it. Returns true when it need not run, since it had got through.
 */
export async function clearInvalidIndex(
  db: Db,
  concurrent: ConcurrentIndex,
  mayHavePassed: boolean,
  note: (text: string) => void,
): Promise<boolean> {
  const found = await findIndex(db, concurrent);
  // Ours was under way when an earlier run was stopped, and the index is gone.
  if (concurrent.kind === "drop")
    return mayHavePassed && concurrent.index !== undefined && found === undefined;
  for (const left of await findInvalid(db, concurrent, found)) {
    const shown = quoteQualified(left.schema, left.name);
    note(`${shown} is INVALID, left by a concurrent build that failed; it is dropped and built again.`);
    await db.send(`DROP INDEX CONCURRENTLY IF EXISTS ${shown}`);
  }
  if (concurrent.kind === "reindex" || found?.isValid !== true || !mayHavePassed) return false;
  note(
    `${quoteQualified(found.schema, found.name)} is there and valid: an earlier run had built it and was stopped before it could say so.`,
  );
  return true;
}

/** What a failed concurrent build has left, in words. */
export async function describeInvalidIndex(db: Db, concurrent: ConcurrentIndex): Promise<string | undefined> {
  if (concurrent.kind === "drop") return undefined;
  const left = await findInvalid(db, concurrent, await findIndex(db, concurrent));
  if (left.length === 0) return undefined;
  const names = left.map(({ schema, name }) => quoteQualified(schema, name)).join(", ");
  return `${names} is left INVALID; the next run drops it and builds it again.`;
}

async function findInvalid(
  db: Db,
  concurrent: ConcurrentIndex,
  found: IndexState | undefined,
): Promise<readonly IndexName[]> {
  const { kind, index, table } = concurrent;
  if (kind === "reindex") {
    if (index === undefined && table === undefined) return [];
    return db.query<IndexName>(loadSql(import.meta.url, "./sql/transient-indexes.sql"), [
      quoted(index),
      quoted(table),
    ]);
  }
  if (index !== undefined) return found?.isValid === false ? [found] : [];
  return db.query<IndexName>(loadSql(import.meta.url, "./sql/nameless-indexes.sql"), [quoted(table)]);
}

async function findIndex(db: Db, { kind, index, table }: ConcurrentIndex): Promise<IndexState | undefined> {
  if (index === undefined || kind === "reindex") return undefined;
  const [found] = await db.query<IndexState>(loadSql(import.meta.url, "./sql/index-state.sql"), [
    index.name,
    kind === "create" ? quoted(table) : null,
    index.schema ?? null,
  ]);
  return found;
}

function quoted(name: QualifiedName | undefined): string | null {
  return name === undefined ? null : quoteQualified(name.schema, name.name);
}
