/** The SQL of each phase of a conversion. Pure: all of it is known before anything is done. */
import { quoteColumns, quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { boundSql } from "../bounds.ts";
import { carryIndexTraits } from "../index-traits.ts";
import { carryTraits, createLike, quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import type { Slice, Spec } from "./model.ts";
import {
  commentSql,
  dropKeys,
  dropTriggers,
  identitySql,
  namedIndexes,
  placed,
  plainIndexes,
  primaryKeySql,
  publicationSql,
  rename,
  sequenceSql,
  triggerSql,
  viewSql,
} from "./exchange-sql.ts";
import { backSync, boundCheck, forwardSync, keyIndexName, legacyIndex, tableOf } from "./names.ts";
import { createSelfKey } from "./self-key-sql.ts";
import { createSync, createSyncFunction, createSyncTriggers, dropSync } from "./sync-sql.ts";

/** The primary key does not hold the column yet: another one is needed before the cut-over. */
export function needsKey({ parts, column }: Pick<Spec, "parts" | "column">): boolean {
  return !parts.primaryKey.columns.includes(column);
}

export function keyIndexSql(spec: Spec, on: Relation = tableOf(spec)): string {
  return `CREATE UNIQUE INDEX CONCURRENTLY ${quoteIdentifier(keyIndexName(spec.name))} ON ${quoteName(on)} (${quoteColumns(spec.key)})${keyEnding(spec)}`;
}

/** What follows the columns of a unique index that is to be the primary key. */
export function keyEnding({ parts: { primaryKey } }: Pick<Spec, "parts">): string {
  const { include, tablespace } = primaryKey;
  return [
    ...(include.length === 0 ? [] : [` INCLUDE (${quoteColumns(include)})`]),
    ...(tablespace === undefined || tablespace === null
      ? []
      : [` TABLESPACE ${quoteIdentifier(tablespace)}`]),
  ].join("");
}

/** The old table becomes the one partition of a new table that takes its name, with everything that is known by it. */
export function cutoverSql(spec: Spec): string[] {
  const table = tableOf(spec);
  const legacy = { schema: spec.schema, name: spec.source };
  const { parts, traits } = spec;
  const { primaryKey } = parts;
  return [
    ...parts.selfKeys.map(
      ({ name }) => `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdentifier(name)}`,
    ),
    ...dropTriggers(spec, table),
    ...[...parts.indexes, ...parts.uniques].map(({ name }) =>
      rename({ schema: spec.schema, name }, legacyIndex(name), "INDEX"),
    ),
    ...(needsKey(spec)
      ? [
          `ALTER TABLE ${quoteName(table)} DROP CONSTRAINT ${quoteIdentifier(primaryKey.name)}`,
          `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quoteIdentifier(legacyIndex(primaryKey.name))} PRIMARY KEY USING INDEX ${quoteIdentifier(keyIndexName(spec.name))}`,
        ]
      : [rename({ schema: spec.schema, name: primaryKey.name }, legacyIndex(primaryKey.name), "INDEX")]),
    rename(table, spec.source),
    // A partitioned table has no storage of its own.
    createPartitioned(table, { ...traits, name: spec.source }, spec),
    ...carryTraits(table, {
      ...traits,
      replicaIdentity: traits.replicaIdentity === "i" ? "d" : traits.replicaIdentity,
    }),
    ...placed(
      primaryKey,
      `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quoteIdentifier(primaryKey.name)} ${primaryKeySql(spec)}`,
    ),
    ...namedIndexes(parts, table),
    ...parts.foreignKeys.map(
      ({ name, definition }) =>
        `ALTER TABLE ${quoteName(table)} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition}`,
    ),
    ...identitySql(spec, legacy, table),
    `ALTER TABLE ${quoteName(table)} ATTACH PARTITION ${quoteName(legacy)} FOR VALUES FROM (MINVALUE) TO (MAXVALUE)`,
    ...triggerSql(spec),
    ...(spec.selfFk === "trigger" ? parts.selfKeys.flatMap((key) => createSelfKey(spec, key)) : []),
    ...sequenceSql(spec, table),
    ...viewSql(spec),
    ...publicationSql(spec, legacy, table),
    ...commentSql(spec, table, parts.selfKeys),
  ];
}

function createPartitioned(made: Relation, traits: Spec["traits"], { column }: Pick<Spec, "column">): string {
  const bare = { ...traits, options: [], accessMethod: null };
  const created = createLike(made, bare, [], "INCLUDING STATISTICS");
  const by = ` PARTITION BY RANGE (${quoteIdentifier(column)})`;
  const at = created.indexOf(" TABLESPACE ");
  return at < 0 ? `${created}${by}` : `${created.slice(0, at)}${by}${created.slice(at)}`;
}

/** The slices, empty, under a table of their own: who writes to that finds the right one. */
export function stagingSql(spec: Spec): string[] {
  const table = tableOf(spec);
  const staging = { schema: spec.schema, name: spec.staging };
  const strays = { schema: spec.schema, name: spec.strays };
  const model = { ...spec.traits, name: table.name };
  return [
    createPartitioned(staging, { ...model, comment: null }, spec),
    ...placed(spec.parts.primaryKey, `ALTER TABLE ${quoteName(staging)} ADD ${primaryKeySql(spec)}`),
    ...plainIndexes(spec.parts, staging),
    ...spec.slices.flatMap((slice) => sliceSql(spec, slice)),
    createLike(strays, model),
    `ALTER TABLE ${quoteName(staging)} ATTACH PARTITION ${quoteName(strays)} DEFAULT`,
    // What the swap will need, ahead of its locks.
    ...(spec.kind === "convert" ? createSyncFunction(backSync(spec)) : []),
    ...(spec.traits.isOthers
      ? [staging, strays, ...spec.slices.map(({ name }) => ({ schema: spec.schema, name }))].map(
          (made) => `ALTER TABLE ${quoteName(made)} OWNER TO ${quoteIdentifier(spec.traits.owner)}`,
        )
      : []),
  ];
}

function sliceSql(spec: Spec, { name, range }: Slice): string[] {
  const slice = { schema: spec.schema, name };
  return [
    createLike(slice, { ...spec.traits, name: spec.name }, [
      `CONSTRAINT ${boundCheck} CHECK (${within(spec, { name, range })})`,
    ]),
    `ALTER TABLE ${quoteName({ schema: spec.schema, name: spec.staging })} ATTACH PARTITION ${quoteName(slice)} FOR VALUES ${boundSql(range, spec.keyType)}`,
  ];
}

/** The rows of a slice, as a condition; written so that PostgreSQL finds its own bound in it. */
function within({ column, keyType }: Spec, { range }: Slice): string {
  const [, from = "", to = ""] = /^FROM \((.*)\) TO \((.*)\)$/.exec(boundSql(range, keyType)) ?? [];
  const name = quoteIdentifier(column);
  return [
    `${name} IS NOT NULL`,
    ...(from === "MINVALUE" ? [] : [`${name} >= ${from}::${keyType}`]),
    ...(to === "MAXVALUE" ? [] : [`${name} < ${to}::${keyType}`]),
  ].join(" AND ");
}

/** Rows that came for a period without a slice get one. Nobody but the triggers writes there. */
export function straySql(spec: Spec, slice: Slice): string[] {
  const made = quoteName({ schema: spec.schema, name: slice.name });
  const strays = quoteName({ schema: spec.schema, name: spec.strays });
  const columns = quoteColumns(spec.parts.columns);
  const [create = "", attach = ""] = sliceSql(spec, slice);
  return [
    create,
    `INSERT INTO ${made} (${columns}) SELECT ${columns} FROM ${strays} WHERE ${within(spec, slice)}`,
    `DELETE FROM ${strays} WHERE ${within(spec, slice)}`,
    attach,
    ...(spec.traits.isOthers ? [`ALTER TABLE ${made} OWNER TO ${quoteIdentifier(spec.traits.owner)}`] : []),
    ...spec.parts.foreignKeys.map(
      ({ name, definition }) => `ALTER TABLE ${made} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition}`,
    ),
  ];
}

export function startSyncSql(spec: Spec): string[] {
  return createSync(forwardSync(spec));
}

/** Foreign keys of the slices, checked afterwards: row by row would cost more than the copy. */
export function keysSql(spec: Spec, targets: readonly string[]): string[] {
  return targets.flatMap((name) =>
    spec.parts.foreignKeys.map(
      (key) =>
        `ALTER TABLE ${quoteName({ schema: spec.schema, name })} ADD CONSTRAINT ${quoteIdentifier(key.name)} ${key.definition} NOT VALID`,
    ),
  );
}

export function validateSql(spec: Spec, targets: readonly string[]): string[] {
  return targets.flatMap((name) =>
    spec.parts.foreignKeys.map(
      (key) =>
        `ALTER TABLE ${quoteName({ schema: spec.schema, name })} VALIDATE CONSTRAINT ${quoteIdentifier(key.name)}`,
    ),
  );
}

/** What the server raises when a row has come meanwhile for which there is no slice. */
export const strayState = "VZ001";

/** The slices take the place of the one partition, in one transaction. */
export function swapSql(spec: Spec): string[] {
  const table = quoteName(tableOf(spec));
  const source = { schema: spec.schema, name: spec.source };
  const staging = quoteName({ schema: spec.schema, name: spec.staging });
  const strays = { schema: spec.schema, name: spec.strays };
  const isDrain = spec.kind === "drain";
  const finite = isDrain
    ? ` WHERE ${quoteIdentifier(spec.column)} > '-infinity' AND ${quoteIdentifier(spec.column)} < 'infinity'`
    : "";
  const check = `BEGIN IF EXISTS (SELECT FROM ${quoteName(strays)}${finite}) THEN RAISE EXCEPTION 'rows without a slice' USING ERRCODE = '${strayState}'; END IF; END`;
  return [
    `DO ${quoteLiteral(check)}`,
    ...dropSync(forwardSync(spec)),
    `ALTER TABLE ${table} DETACH PARTITION ${quoteName(source)}`,
    ...dropKeys(spec, source),
    ...spec.slices.flatMap(({ name, range }) => {
      const slice = { schema: spec.schema, name };
      return [
        `ALTER TABLE ${staging} DETACH PARTITION ${quoteName(slice)}`,
        `ALTER TABLE ${table} ATTACH PARTITION ${quoteName(slice)} FOR VALUES ${boundSql(range, spec.keyType)}`,
        `ALTER TABLE ${quoteName(slice)} DROP CONSTRAINT ${boundCheck}`,
        ...carryTraits(slice, { ...spec.traits, isOthers: false, replicaIdentity: plainIdentity(spec) }),
        ...carryIndexTraits(slice, spec.traits),
      ];
    }),
    ...(isDrain
      ? [
          `ALTER TABLE ${staging} DETACH PARTITION ${quoteName(strays)}`,
          rename(source, spec.moved),
          rename(strays, spec.source),
          `ALTER TABLE ${table} ATTACH PARTITION ${quoteName(source)} DEFAULT`,
          ...carryTraits(source, { ...spec.traits, isOthers: false, replicaIdentity: plainIdentity(spec) }),
          ...carryIndexTraits(source, spec.traits),
        ]
      : []),
    `DROP TABLE ${staging}`,
    ...(spec.kind === "convert" ? createSyncTriggers(backSync(spec)) : []),
  ];
}

function plainIdentity({ traits }: Spec): string {
  return traits.replicaIdentity === "i" ? "d" : traits.replicaIdentity;
}
