import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ask } from "../read-database.ts";
import type { TableName } from "./tables.ts";

interface OwnedSequence extends TableName {
  readonly tableSchema: string;
  readonly table: string;
  readonly column: string;
}

/** The next number that a sequence gives must not be one that a restored row has already. */
export async function advanceSequences(db: Db, tables: readonly TableName[]): Promise<void> {
  const wanted = JSON.stringify(tables.map(({ schema, name }) => [schema, name]));
  for (const sequence of await ask<OwnedSequence>(db, "owned-sequences", [wanted])) {
    const name = quoteQualified(sequence.schema, sequence.name);
    const sql = fillIdentifiers(loadSql(import.meta.url, "../sql/advance-sequence.sql"), {
      column: quoteIdentifier(sequence.column),
      table: quoteQualified(sequence.tableSchema, sequence.table),
      sequence: name,
    });
    try {
      await db.query(sql, [name]);
    } catch (error) {
      throw queryFailure(error, `advancing the sequence ${name}`);
    }
  }
}
