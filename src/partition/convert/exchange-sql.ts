/** One table in the place of another: the new one gets what the world knows the old one by. Pure. */
import { quoteColumns, quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import { fitName } from "../../sql/fit-name.ts";
import type { Relation } from "../model.ts";
import type { Identity, IndexPart, Parts, Placed, Spec } from "./model.ts";
import { tableOf } from "./names.ts";

export function rename(relation: Relation, to: string, what = "TABLE"): string {
  return `ALTER ${what} ${quoteName(relation)} RENAME TO ${quoteIdentifier(to)}`;
}

/** Views follow the table that they were made on, whatever it is called: written again, they find the one of that name. */
export function viewSql({ parts }: Spec): string[] {
  return parts.views.map(({ schema, name, definition, options }) => {
    const list: unknown = JSON.parse(options);
    const written =
      Array.isArray(list) && list.length > 0 ? ` WITH (${list.map(viewOption).join(", ")})` : "";
    return `CREATE OR REPLACE VIEW ${quoteName({ schema, name })}${written} AS ${definition.trim().replace(/;$/, "")}`;
  });
}

function viewOption(text: unknown): string {
  const [name = "", value = ""] = String(text).split("=");
  return `${quoteIdentifier(name)} = ${quoteLiteral(value)}`;
}

/** Publications that name the old table name the new one. */
export function publicationSql({ parts }: Spec, from: Relation, to: Relation): string[] {
  return parts.publications.flatMap(({ name, columns, where }) => [
    `ALTER PUBLICATION ${quoteIdentifier(name)} DROP TABLE ${quoteName(from)}`,
    `ALTER PUBLICATION ${quoteIdentifier(name)} ADD TABLE ${quoteName(to)}${columns === null ? "" : ` (${quoteColumns(columns)})`}${where === null ? "" : ` WHERE (${where})`}`,
  ]);
}

/** Sequences belong to the new table's columns, or they would go with the old table. */
export function sequenceSql({ parts }: Spec, to: Relation): string[] {
  return parts.sequences.map(
    ({ schema, name, column }) =>
      `ALTER SEQUENCE ${quoteName({ schema, name })} OWNED BY ${quoteName(to)}.${quoteIdentifier(column)}`,
  );
}

/** An identity column's numbers go on where the old table's stand; two sequences would give each number twice. */
export function identitySql({ parts }: Spec, from: Relation, to: Relation): string[] {
  return parts.identities.flatMap((identity) => {
    const { schema, name, column, kind } = identity;
    const fresh = { schema, name: fitName(name, "_veza_new") };
    const as = `GENERATED ${kind === "a" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`;
    return [
      `ALTER TABLE ${quoteName(to)} ALTER COLUMN ${quoteIdentifier(column)} ADD ${as} (SEQUENCE NAME ${quoteName(fresh)} ${sequenceOptions(identity)})`,
      `SELECT pg_catalog.setval(${quoteLiteral(quoteName(fresh))}, last_value, is_called) FROM ${quoteName({ schema, name })}`,
      `ALTER TABLE ${quoteName(from)} ALTER COLUMN ${quoteIdentifier(column)} DROP IDENTITY`,
      rename(fresh, name, "SEQUENCE"),
    ];
  });
}

function sequenceOptions({ start, increment, min, max, cache, cycles }: Identity): string {
  return `START WITH ${start} INCREMENT BY ${increment} MINVALUE ${min} MAXVALUE ${max} CACHE ${cache} ${cycles ? "CYCLE" : "NO CYCLE"}`;
}

const states: Readonly<Record<string, string>> = { D: "DISABLE", R: "ENABLE REPLICA", A: "ENABLE ALWAYS" };

/** The triggers of the table, as they were: their definitions name it. */
export function triggerSql(spec: Spec): string[] {
  const table = quoteName(tableOf(spec));
  return spec.parts.triggers.flatMap(({ name, definition, enabled }) => [
    definition,
    ...(states[enabled] === undefined
      ? []
      : [`ALTER TABLE ${table} ${states[enabled]} TRIGGER ${quoteIdentifier(name)}`]),
  ]);
}

export function dropTriggers({ parts }: Spec, from: Relation): string[] {
  return parts.triggers.map(({ name }) => `DROP TRIGGER ${quoteIdentifier(name)} ON ${quoteName(from)}`);
}

/** What hangs on the table is made anew, and its comments with it. `missing`: constraints that are not. */
export function commentSql(
  { schema, parts }: Spec,
  table: Relation,
  missing: readonly { readonly name: string }[] = [],
): string[] {
  return parts.comments
    .filter(({ kind, name }) => kind !== "CONSTRAINT" || missing.every((other) => other.name !== name))
    .map(({ kind, name, comment }) => {
      const what =
        kind === "INDEX" ? quoteName({ schema, name }) : `${quoteIdentifier(name)} ON ${quoteName(table)}`;
      return `COMMENT ON ${kind} ${what} IS ${quoteLiteral(comment)}`;
    });
}

/** A table that is left behind refers to nothing any more: its rows would keep those that they refer to from being deleted. */
export function dropKeys({ parts }: Spec, from: Relation): string[] {
  return parts.foreignKeys.map(
    ({ name }) => `ALTER TABLE ${quoteName(from)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`,
  );
}

/** Indexes and unique constraints as the table has them, with names that the server chooses. */
export function plainIndexes({ indexes, uniques }: Parts, on: Relation): string[] {
  const table = quoteName(on);
  return [
    ...uniques.flatMap((unique) => placed(unique, `ALTER TABLE ${table} ADD ${unique.definition}`)),
    ...indexes.flatMap((index) => placed(index, `CREATE ${kindOf(index)} ON ${table} USING ${index.rest}`)),
  ];
}

/** The same with names. */
export function namedIndexes(
  { indexes, uniques }: Parts,
  on: Relation,
  nameOf = (name: string): string => name,
): string[] {
  const table = quoteName(on);
  return [
    ...uniques.flatMap((unique) =>
      placed(
        unique,
        `ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(nameOf(unique.name))} ${unique.definition}`,
      ),
    ),
    ...indexes.flatMap((index) => [
      ...placed(
        index,
        `CREATE ${kindOf(index)} ${quoteIdentifier(nameOf(index.name))} ON ${table} USING ${index.rest}`,
      ),
      ...(index.targets ?? []).map(
        ({ column, target }) =>
          `ALTER INDEX ${quoteName({ schema: on.schema, name: nameOf(index.name) })} ALTER COLUMN ${column} SET STATISTICS ${target}`,
      ),
    ]),
  ];
}

function kindOf({ isUnique }: IndexPart): string {
  return isUnique ? "UNIQUE INDEX" : "INDEX";
}

/** What makes an index, in its tablespace: where the definition leaves no place for that, the transaction's default is it. */
export function placed({ tablespace }: Placed, statement: string): string[] {
  return tablespace === undefined || tablespace === null
    ? [statement]
    : [
        `SET LOCAL default_tablespace = ${quoteLiteral(tablespace)}`,
        statement,
        "SET LOCAL default_tablespace TO DEFAULT",
      ];
}

export function primaryKeySql(spec: Spec): string {
  const { include } = spec.parts.primaryKey;
  return `PRIMARY KEY (${quoteColumns(spec.key)})${include.length === 0 ? "" : ` INCLUDE (${quoteColumns(include)})`}`;
}
