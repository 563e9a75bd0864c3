/** What the indexes of a partition have besides what attaching gives them: they are known only once it is attached. Pure. */
import { quoteLiteral } from "../sql/quote.ts";
import { quoteName } from "./like.ts";
import type { Relation } from "./model.ts";
import type { Traits } from "./read-traits.ts";

/** The mark of CLUSTER, and how much statistics are gathered of expressions. Nothing where the table has neither. */
export function carryIndexTraits(
  made: Relation,
  { schema, clusteredIndex, hasIndexTargets }: Pick<Traits, "schema" | "clusteredIndex" | "hasIndexTargets">,
): string[] {
  const table = `${quoteLiteral(quoteName(made))}::pg_catalog.regclass`;
  return [
    ...(clusteredIndex === undefined || clusteredIndex === null
      ? []
      : [
          forEach(
            `SELECT pg_catalog.format('ALTER TABLE %s CLUSTER ON %I', x.indrelid::pg_catalog.regclass, c.relname) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid WHERE x.indrelid = ${table} AND i.inhparent = pg_catalog.to_regclass(${quoteLiteral(quoteName({ schema, name: clusteredIndex }))})`,
          ),
        ]),
    ...(hasIndexTargets === true
      ? [
          forEach(
            `SELECT pg_catalog.format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', x.indexrelid::pg_catalog.regclass, a.attnum, a.attstattarget) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_inherits i ON i.inhrelid = x.indexrelid JOIN pg_catalog.pg_attribute a ON a.attrelid = i.inhparent AND a.attstattarget >= 0 WHERE x.indrelid = ${table}`,
          ),
        ]
      : []),
  ];
}

/** Runs what a query gives. */
function forEach(query: string): string {
  return `DO ${quoteLiteral(`DECLARE line pg_catalog.text; BEGIN FOR line IN ${query} LOOP EXECUTE line; END LOOP; END`)}`;
}
