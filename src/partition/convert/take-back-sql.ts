/** The SQL that takes a conversion back, from wherever it stands. Pure. */
import { quoteColumns, quoteIdentifier } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import {
  commentSql,
  identitySql,
  publicationSql,
  rename,
  sequenceSql,
  triggerSql,
  viewSql,
} from "./exchange-sql.ts";
import type { Definition, Spec } from "./model.ts";
import { backSync, forwardSync, goneName, keyIndexName, legacyIndex, tableOf } from "./names.ts";
import { dropSelfKey } from "./self-key-sql.ts";
import { keyEnding, needsKey } from "./steps-sql.ts";
import { dropSync, dropSyncFunction } from "./sync-sql.ts";

/** Everything that was prepared beside the table goes; the table itself is not touched. */
export function dropStagingSql(spec: Spec): string[] {
  return [
    ...dropSync(forwardSync(spec)),
    ...(spec.kind === "convert" ? [dropSyncFunction(backSync(spec))] : []),
    `DROP TABLE IF EXISTS ${quoteName({ schema: spec.schema, name: spec.staging })}`,
  ];
}

/** The old table is the table again. Before the swap it has all rows; after it the triggers have kept it equal. */
export function takeBackSql(spec: Spec, isSwapped: boolean, hasOldKey: boolean): string[] {
  const table = tableOf(spec);
  const legacy = { schema: spec.schema, name: spec.source };
  const gone = { schema: spec.schema, name: goneName(spec.name) };
  const { parts } = spec;
  const { primaryKey } = parts;
  return [
    ...(isSwapped ? dropSync(backSync(spec)) : dropStagingSql(spec)),
    ...(isSwapped ? [] : [`ALTER TABLE ${quoteName(table)} DETACH PARTITION ${quoteName(legacy)}`]),
    rename(table, gone.name),
    rename(legacy, table.name),
    ...identitySql(spec, gone, table),
    ...sequenceSql(spec, table),
    ...viewSql(spec),
    ...publicationSql(spec, gone, table),
    `DROP TABLE ${quoteName(gone)}`,
    ...(spec.selfFk === "trigger" ? parts.selfKeys.flatMap((key) => dropSelfKey(spec, key)) : []),
    ...[...parts.indexes, ...parts.uniques].map(({ name }) =>
      rename({ schema: spec.schema, name: legacyIndex(name) }, name, "INDEX"),
    ),
    ...(needsKey(spec) && hasOldKey
      ? [
          `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdentifier(legacyIndex(primaryKey.name))}`,
          `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quoteIdentifier(primaryKey.name)} PRIMARY KEY USING INDEX ${quoteIdentifier(keyIndexName(spec.name))}`,
        ]
      : [rename({ schema: spec.schema, name: legacyIndex(primaryKey.name) }, primaryKey.name, "INDEX")]),
    ...triggerSql(spec),
    ...keysTakenBack(spec, isSwapped, hasOldKey).map(
      ({ name, definition }) =>
        `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition} NOT VALID`,
    ),
    ...commentSql(spec, table, hasOldKey || !needsKey(spec) ? [] : parts.selfKeys),
  ];
}

/** Foreign keys that the old table has not had meanwhile; checked once it is the table again. */
export function keysTakenBack(spec: Spec, isSwapped: boolean, hasOldKey: boolean): readonly Definition[] {
  const { foreignKeys, selfKeys } = spec.parts;
  return [...(isSwapped ? foreignKeys : []), ...(hasOldKey || !needsKey(spec) ? selfKeys : [])];
}

/** The index of the key that the table had before, to be made on the old table ahead of taking it back. */
export function oldKeySql(spec: Spec): string {
  const { columns } = spec.parts.primaryKey;
  const legacy = { schema: spec.schema, name: spec.source };
  return `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(keyIndexName(spec.name))} ON ${quoteName(legacy)} (${quoteColumns(columns)})${keyEnding(spec)}`;
}
