/** What a table was made of when a conversion last knew it, and whether it still is. */
import type { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteLiteral } from "../../sql/quote.ts";
import type { QuotedSql } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import type { Conversion, Spec } from "./model.ts";
import { keyIndexName, tableOf } from "./names.ts";
import { refusalOf } from "./raised.ts";

/** A query of one value: a JSON array of lines, the first word of each its kind. */
function shapeSql(table: Relation): string {
  return fillIdentifiers(loadSql(import.meta.url, "./sql/shape.sql"), {
    table: quoteLiteral(quoteName(table)),
    own: quoteLiteral(keyIndexName(table.name)),
  });
}

/** The session's search_path must be empty. */
export async function readShape(db: Db, table: Relation): Promise<readonly string[]> {
  const [row] = await db.query<{ shape: readonly string[] }>(shapeSql(table));
  return row?.shape ?? [];
}

/** Writes down what the table is from here on. */
export function keepShapeSql(conversions: QuotedSql, { id, spec }: Conversion): string {
  return `UPDATE ${conversions} SET spec = spec || pg_catalog.jsonb_build_object('shape', (${shapeSql(tableOf(spec))})) WHERE id = ${id}`;
}

/** What the server raises when the table is not what it was. */
const changedState = "VZ002";

/** What comes along by itself, or hangs on the name of the table alone. */
export const harmlessToSwap = ["trigger", "view", "statistics"] as const;
/** What the old table, a partition until then, has got as well, or never counted. */
export const harmlessToAbort = ["column", "constraint", "index"] as const;

/** Stops the transaction that it stands in when the table has changed since; nothing where nothing was written down. */
export function requireShapeSql(spec: Spec, harmless: readonly string[] = []): string[] {
  if (spec.shape === undefined) return [];
  const lines = "pg_catalog.jsonb_array_elements_text";
  const ignored = `NOT (pg_catalog.split_part(line, ' ', 1) = ANY (${quoteLiteral(`{${harmless.join(",")}}`)}))`;
  const body = [
    `DECLARE found pg_catalog.text; known pg_catalog.jsonb := ${quoteLiteral(JSON.stringify(spec.shape))}; present pg_catalog.jsonb := (${shapeSql(tableOf(spec))});`,
    "BEGIN",
    `  SELECT pg_catalog.string_agg(pg_catalog.concat(mark, ' ', line), E'\\n' ORDER BY line COLLATE "C", mark) INTO found FROM (`,
    `    SELECT 'gone:' AS mark, line FROM ${lines}(known) AS line EXCEPT SELECT 'gone:', line FROM ${lines}(present) AS line`,
    `    UNION ALL (SELECT 'new:', line FROM ${lines}(present) AS line EXCEPT SELECT 'new:', line FROM ${lines}(known) AS line)) AS changes`,
    `  WHERE ${ignored};`,
    `  IF found IS NOT NULL THEN RAISE EXCEPTION 'the table has changed' USING ERRCODE = '${changedState}', DETAIL = found; END IF;`,
    "END",
  ];
  return [`DO ${quoteLiteral(body.join("\n"))}`];
}

/** Looks outside of any transaction: nothing long is begun that would be refused at its end. */
export async function requireShape(db: Db, spec: Spec, harmless: readonly string[]): Promise<void> {
  for (const sql of requireShapeSql(spec, harmless)) await db.send(sql);
}

/** What a failure of {@link requireShapeSql} means to whoever reads it; undefined where it is another. */
export function tableChanged(error: unknown, { schema, name }: Spec, hint: string): VezaError | undefined {
  return refusalOf(error, changedState, {
    code: "partition.table-changed",
    message: `${schema}.${name} has changed since its conversion knew it.`,
    hint,
    facts: (changes) => ({ changes }),
  });
}
