import type { Db } from "../postgres/connect.ts";
import type { ConcurrentIndex } from "../sql/classify.ts";
import { loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";

interface IndexState {
  readonly schema: string;
  readonly name: string;
  readonly isValid: boolean;
}

/**
 * Looks for what a failed concurrent build of the same index has left. An INVALID index is dropped, so that it is
 * built again (IF NOT EXISTS would take it for done). `wasTried` says that an earlier run may have sent this very
 * statement. Returns true when it need not run: that run was killed after it had got through, before recording it.
 */
export async function clearInvalidIndex(
  db: Db,
  concurrent: ConcurrentIndex,
  wasTried: boolean,
  note: (text: string) => void,
): Promise<boolean> {
  const { kind, index, table } = concurrent;
  if (index === undefined || kind === "reindex") return false;
  const tableName = table === undefined ? null : quoteQualified(table.schema, table.name);
  const [found] = await db.query<IndexState>(loadSql(import.meta.url, "./sql/index-state.sql"), [
    index.name,
    kind === "create" ? tableName : null,
    index.schema ?? null,
  ]);
  if (kind === "drop") {
    // Ours was under way when an earlier run was killed, and the index is gone.
    return found === undefined && wasTried;
  }
  if (found === undefined) return false;
  const shown = quoteQualified(found.schema, found.name);
  if (!found.isValid) {
    note(`${shown} is INVALID, left by a concurrent build that failed; it is dropped and built again.`);
    await db.send(`DROP INDEX CONCURRENTLY ${shown}`);
    return false;
  }
  if (!wasTried) return false;
  note(`${shown} is there and valid: an earlier run had built it and was stopped before it could say so.`);
  return true;
}
