/** What a database holds, as values that two tests can compare. */
import type postgres from "postgres";

export interface HistoryLine {
  readonly id: string;
  readonly status: string;
  readonly statements_done: number;
  readonly statements_total: number;
}

/** The history, in order of application; undefined where there is no table. */
export async function historyOf(sql: postgres.Sql, table = "migrations"): Promise<HistoryLine[] | undefined> {
  const [there] = await sql`SELECT to_regclass(${table}) IS NOT NULL AS is_there`;
  if (there?.["is_there"] !== true) return undefined;
  return [
    ...(await sql<HistoryLine[]>`
      SELECT id, status, statements_done, statements_total FROM ${sql(table)} ORDER BY applied_at, id`),
  ];
}

/** The ids that the history says are applied. */
export async function appliedIds(sql: postgres.Sql): Promise<string[]> {
  const rows = (await historyOf(sql)) ?? [];
  return rows.filter(({ status }) => status === "applied").map(({ id }) => id);
}

/** Every object of a database with its definition, the tool's own tables left out; one line each, sorted. */
export async function schemaOf(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    WITH own AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
    mine AS (SELECT oid FROM pg_class WHERE relname ~ '^(migrations|migrations_log)$')
    SELECT format('relation %s %s %s %s', c.oid::regclass, c.relkind, c.relowner::regrole, c.reloptions) AS line
      FROM pg_class c WHERE relnamespace IN (SELECT oid FROM own) AND oid NOT IN (SELECT oid FROM mine)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.refobjid IN (SELECT oid FROM mine))
       AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.oid AND i.indrelid IN (SELECT oid FROM mine))
    UNION ALL
    SELECT format('column %s.%s %s %s %s %s', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
                  a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE c.relnamespace IN (SELECT oid FROM own) AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0
       AND NOT a.attisdropped AND c.oid NOT IN (SELECT oid FROM mine)
    UNION ALL
    SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace IN (SELECT oid FROM own) AND conrelid NOT IN (SELECT oid FROM mine)
    UNION ALL
    SELECT format('index %s valid=%s', pg_get_indexdef(indexrelid), indisvalid)
      FROM pg_index WHERE indrelid NOT IN (SELECT oid FROM mine)
       AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM own))
    UNION ALL
    SELECT format('routine %s', CASE WHEN prokind = 'a' THEN oid::regprocedure::text ELSE pg_get_functiondef(oid) END)
      FROM pg_proc p WHERE pronamespace IN (SELECT oid FROM own)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid)) FROM pg_class c
     WHERE relkind IN ('v', 'm') AND relnamespace IN (SELECT oid FROM own)
    UNION ALL
    SELECT format('type %s %s', t.oid::regtype, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder)
                                                   FROM pg_enum WHERE enumtypid = t.oid))
      FROM pg_type t WHERE typtype IN ('e', 'd') AND typnamespace IN (SELECT oid FROM own)
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
    UNION ALL SELECT format('schema %s', nspname) FROM pg_namespace WHERE oid IN (SELECT oid FROM own)
    UNION ALL SELECT format('extension %s', extname) FROM pg_extension
    UNION ALL SELECT format('inherits %s %s %s', inhrelid::regclass, inhparent::regclass, inhdetachpending) FROM pg_inherits
    ORDER BY 1`;
  return rows.map(({ line }) => line);
}

/** Everything that a run could have changed: the schema with the tool's own tables and their rows. */
export async function everythingOf(sql: postgres.Sql): Promise<unknown> {
  const tables = await sql<{ name: string }[]>`
    SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    ORDER BY 1`;
  const rows: Record<string, unknown> = {};
  for (const { name } of tables) rows[name] = await sql.unsafe(`SELECT t::text FROM ${name} AS t ORDER BY 1`);
  return { schema: await schemaOf(sql), rows };
}

/** Sessions of this database that hold an advisory lock. */
export async function advisoryLocks(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ held: number }[]>`
    SELECT count(*)::int AS held FROM pg_locks
     WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  return row?.held ?? 0;
}
