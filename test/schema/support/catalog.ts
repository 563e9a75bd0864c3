/** A schema as lines of text that can be compared: everything that the migrations make, and nothing that depends on oids. */
import type postgres from "postgres";

export async function schemaLines(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    WITH ours AS (
      SELECT c.* FROM pg_class c
       WHERE c.relnamespace = current_schema()::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ), functions AS (
      SELECT p.* FROM pg_proc p
       WHERE p.pronamespace = current_schema()::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    )
    SELECT concat_ws(' ', 'relation', c.relname, c.relkind, c.reloptions::text, pg_get_expr(c.relpartbound, c.oid),
                     obj_description(c.oid, 'pg_class')) AS line
      FROM ours c
    UNION ALL
    SELECT concat_ws(' ', 'column', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                     a.attidentity, a.attcollation, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
      FROM ours c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT concat_ws(' ', 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid))
      FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid
    UNION ALL
    SELECT concat_ws(' ', 'index', pg_get_indexdef(c.oid)) FROM ours c WHERE c.relkind IN ('i', 'I')
    UNION ALL
    SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
      FROM ours c JOIN pg_trigger t ON t.tgrelid = c.oid WHERE NOT t.tgisinternal
    UNION ALL
    SELECT concat_ws(' ', 'view', c.relname, pg_get_viewdef(c.oid)) FROM ours c WHERE c.relkind = 'v'
    UNION ALL
    SELECT concat_ws(' ', 'function', pg_get_functiondef(f.oid), f.proacl::text, obj_description(f.oid, 'pg_proc'))
      FROM functions f
    ORDER BY 1`;
  return rows.map(({ line }) => line);
}
