import type { Db } from "../postgres/connect.ts";
import { queryFailure } from "../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteQualified } from "../sql/quote.ts";
import type { TableRows } from "./model.ts";

/** So many counts are sent ahead of their answers. */
const ahead = 50;

interface Table {
  readonly schema: string;
  readonly name: string;
}

/** Counts the rows of tables, exactly. */
export async function countRows(db: Db, tables: readonly Table[]): Promise<TableRows[]> {
  return countBy(tables, (table) => countOne(db, table));
}

/**
 * The same within a transaction that goes on, whose locks are given back after each table: an ALTER TABLE that came
 * meanwhile would wait for them, pg_dump for the ALTER TABLE, and this transaction for pg_dump, without the server seeing
 * that it is a circle.
 */
export async function countRowsUnlocked(db: Db, tables: readonly Table[]): Promise<TableRows[]> {
  return countBy(tables, async (table) => {
    const [, counted] = await Promise.all([
      db.send("SAVEPOINT counting"),
      countOne(db, table),
      db.send("ROLLBACK TO SAVEPOINT counting; RELEASE SAVEPOINT counting"),
    ]);
    return counted;
  });
}

async function countOne(db: Db, { schema, name }: Table): Promise<TableRows> {
  const sql = fillIdentifiers(loadSql(import.meta.url, "./sql/count-rows.sql"), {
    table: quoteQualified(schema, name),
  });
  const [row] = await db.query<{ rows: string }>(sql);
  return { schema, name, rows: Number(row?.rows ?? 0) };
}

async function countBy(
  tables: readonly Table[],
  count: (table: Table) => Promise<TableRows>,
): Promise<TableRows[]> {
  const counted: TableRows[] = [];
  for (let at = 0; at < tables.length; at += ahead) {
    const flights = tables.slice(at, at + ahead).map(count);
    for (const landed of await Promise.allSettled(flights)) {
      if (landed.status === "rejected") throw queryFailure(landed.reason, "counting rows");
      counted.push(landed.value);
    }
  }
  return counted;
}
