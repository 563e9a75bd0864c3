import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";
import type { TableRows } from "./model.ts";

/** So many counts are sent ahead of their answers. */
const ahead = 50;

/** Counts the rows of tables, exactly, in whatever snapshot the session has. */
export async function countRows(
  db: Db,
  tables: readonly { readonly schema: string; readonly name: string }[],
): Promise<TableRows[]> {
  const counted: TableRows[] = [];
  for (let at = 0; at < tables.length; at += ahead) {
    const flights = tables.slice(at, at + ahead).map(async ({ schema, name }) => {
      const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/count-rows.sql"), {
        table: quoteQualified(schema, name),
      });
      const [row] = await db.query<{ rows: string }>(sql);
      return { schema, name, rows: Number(row?.rows ?? 0) };
    });
    for (const landed of await Promise.allSettled(flights)) {
      if (landed.status === "rejected") throw queryFailure(landed.reason, "counting rows");
      counted.push(landed.value);
    }
  }
  return counted;
}
