/** Whether a copy that triggers keep equal is still whole: nothing may be put in its table's place that has missed a row. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import { cancellable } from "../../postgres/cancel.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { fillIdentifiers, loadSql } from "../../sql/load.ts";
import { quoteColumns, quoteLiteral } from "../../sql/quote.ts";
import { quoteName } from "../like.ts";
import type { Relation } from "../model.ts";
import { findFailures } from "../own-tables.ts";
import type { Work } from "../work.ts";
import type { Spec } from "./model.ts";
import { backFunction, backTrigger, legacyName, tableOf } from "./names.ts";
import { refusalOf } from "./raised.ts";
import type { Meaning } from "./raised.ts";
import { failureSql } from "./sync-sql.ts";
import type { Sync } from "./sync-sql.ts";

/** How the table that a conversion left stands to the new one. */
export interface WayBack {
  /** What is written is written to it too, and always was. */
  readonly isOpen: boolean;
  /** The first thing that it has missed. */
  readonly since: Date | null;
  readonly reason: string | null;
}

/** Undefined where no triggers of a conversion are. */
export async function readWayBack(
  db: Db,
  table: Relation & { readonly oid: number },
  ownSchema: string,
): Promise<WayBack | undefined> {
  try {
    const failures = await findFailures(db, ownSchema);
    if (failures === undefined) return undefined;
    const old = legacyName(table.name);
    const [row] = await db.query<{ hasOld: boolean; since: Date | null; reason: string | null }>(
      fillIdentifiers(loadSql(import.meta.url, "./sql/read-way-back.sql"), { failures }),
      [table.oid, backTrigger, old, backFunction(table.name)],
    );
    if (row === undefined) return undefined;
    const { hasOld, since } = row;
    const reason = row.reason ?? (hasOld ? null : `${table.schema}.${old} is gone`);
    return { isOpen: reason === null, since, reason };
  } catch (error) {
    throw queryFailure(error, `looking at the way back of ${table.schema}.${table.name}`);
  }
}

/** The one statement after which nothing is written twice any more. */
export function endWritingTwice({ schema, name }: Relation): string {
  return `DROP FUNCTION ${quoteName({ schema, name: backFunction(name) })}() CASCADE;`;
}

/** What the server raises when a copy has missed something. */
const missedState = "VZ003";

/** Stops the transaction that it stands in when the copy has missed something. */
export function requireWholeSql(sync: Sync): string[] {
  const body = [
    "DECLARE why pg_catalog.text;",
    "BEGIN",
    `  ${failureSql(sync, "pg_catalog.format('since %s: %s', failed_at, message) INTO why")} ORDER BY failed_at LIMIT 1;`,
    `  IF why IS NOT NULL THEN RAISE EXCEPTION 'the copy has missed something' USING ERRCODE = '${missedState}', DETAIL = why; END IF;`,
    "END",
  ];
  return [`DO ${quoteLiteral(body.join("\n"))}`];
}

/** Looks outside of any transaction, before anything long is begun. */
export async function requireWhole(db: Db, sync: Sync): Promise<void> {
  for (const sql of requireWholeSql(sync)) await db.send(sql);
}

/** What a failure of {@link requireWhole} means to a conversion that goes on; undefined where it is another. */
export function copyStopped(error: unknown, { schema, name }: Spec, hint: string): VezaError | undefined {
  return refusalOf(error, missedState, {
    code: "partition.copy-stopped",
    message: `The copy of ${schema}.${name} has missed what was written since its table was changed.`,
    hint,
  });
}

/** The same to a rollback. */
export function wayBackClosed(error: unknown, spec: Spec): VezaError | undefined {
  return refusalOf(error, missedState, closed(spec));
}

function closed({ schema, name, source }: Spec): Omit<Meaning, "facts"> {
  return {
    code: "partition.way-back-closed",
    message: `The way back of ${schema}.${name} is closed: ${schema}.${source} has missed what was written since.`,
    hint: `veza-db partition undo ${name}, which makes one plain table of it as it is now`,
  };
}

function wayBackLost(spec: Spec, detail: string): VezaError {
  return new VezaError({ ...closed(spec), ending: "refused", detail });
}

/** Compares before a rollback: triggers that somebody switched off have written nothing down. Throws `partition.way-back-closed`. */
export async function requireNothingLost(db: Db, spec: Spec, work: Work): Promise<void> {
  const old = { schema: spec.schema, name: spec.source };
  const { rows } = await db.send(
    `SELECT pg_catalog.to_regclass(${quoteLiteral(quoteName(old))}) IS NULL AS "isGone"`,
  );
  if (rows[0]?.["isGone"] === true) throw wayBackLost(spec, `${spec.schema}.${spec.source} is gone.`);
  const columns = quoteColumns(spec.parts.columns);
  const names = {
    columns,
    table: quoteName(tableOf(spec)),
    old: quoteName(old),
  };
  const [row] = await cancellable(db, work.signal, () =>
    db.query<{ lost: number; extra: number }>(
      fillIdentifiers(loadSql(import.meta.url, "./sql/compare-rows.sql"), names),
    ),
  );
  const { lost, extra } = row ?? { lost: 0, extra: 0 };
  if (lost > 0)
    throw wayBackLost(
      spec,
      `${lost} rows are not in ${spec.schema}.${spec.source} as they are in the table.`,
    );
  if (extra > 0)
    work.note(
      `${extra} rows of ${spec.schema}.${spec.source} are not in the table any more (a partition was detached or emptied by its own name); they come back with it`,
    );
}
