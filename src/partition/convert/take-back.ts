/** Gives a conversion up: before the cut-over nothing has happened, after it the old table takes its place again. */
import { VezaError } from "../../kernel/error.ts";
import { runShortTransaction } from "../../locks/short-transaction.ts";
import { cancellable } from "../../postgres/cancel.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure, sqlstateOf } from "../../postgres/failure.ts";
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { emptySearchPath } from "../look.ts";
import { quoteName } from "../like.ts";
import { conversionsTable, ensureArchive } from "../own-tables.ts";
import type { Relation } from "../model.ts";
import { writtenName } from "../table-name.ts";
import type { Work } from "../work.ts";
import { buildIndex } from "./build-index.ts";
import { convertPhases } from "./model.ts";
import type { Conversion, Phase, Spec } from "./model.ts";
import { backSync, keyIndexName, tableOf } from "./names.ts";
import { exclusive, referenced, viewLocks } from "./locks.ts";
import { privilegesBackSql } from "./privileges.ts";
import { harmlessToAbort, requireShape, requireShapeSql, tableChanged } from "./shape.ts";
import { endSql } from "./state.ts";
import { needsKey } from "./steps-sql.ts";
import { dropStagingSql, keysTakenBack, oldKeySql, takeBackSql } from "./take-back-sql.ts";
import { requireNothingLost, requireWhole, requireWholeSql, wayBackClosed } from "./way-back.ts";

/** True once the phase before has been done. */
export function isPast(phase: Phase, other: Phase): boolean {
  return convertPhases.indexOf(phase) > convertPhases.indexOf(other);
}

/** Takes everything back. The caller holds the table's lock. */
export async function takeBack(
  db: Db,
  conversion: Conversion,
  work: Work,
  outcome: "aborted" | "rolled back",
): Promise<void> {
  const { spec, phase, id } = conversion;
  const conversions = conversionsTable(work.ownSchema);
  const source = { schema: spec.schema, name: spec.source };
  const staging = { schema: spec.schema, name: spec.staging };
  try {
    await emptySearchPath(db);
    if (spec.kind !== "convert") {
      await runShortTransaction(
        db,
        {
          doing: "removing what was prepared",
          locks: [exclusive(spec.kind === "undo" ? tableOf(spec) : source)],
          statements: [...dropStagingSql(spec), endSql(conversions, id, outcome)],
        },
        work,
      );
      return;
    }
    if (!isPast(phase, "cutover")) {
      const index = quoteName({ schema: spec.schema, name: keyIndexName(spec.name) });
      await cancellable(db, work.signal, () => db.send(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`));
      await db.send(endSql(conversions, id, outcome));
      return;
    }
    const isSwapped = isPast(phase, "swap");
    if (isSwapped) {
      await requireWhole(db, backSync(spec));
      await requireShape(db, spec, []);
      await requireNothingLost(db, spec, work);
    }
    const hasOldKey = needsKey(spec) && (await buildOldKey(db, conversion, work));
    const archive = await ensureArchive(db, work.ownSchema);
    const locks = [
      ...viewLocks(spec),
      exclusive(tableOf(spec)),
      exclusive(source),
      ...(isSwapped || !isPast(phase, "staging") ? [] : [exclusive(staging)]),
      ...referenced(spec, "ACCESS EXCLUSIVE"),
    ];
    const forget = `UPDATE ${archive} SET dropped_at = pg_catalog.now() WHERE dropped_at IS NULL AND partition_oid = (SELECT c.oid FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass('${quoteName(tableOf(spec)).replaceAll("'", "''")}'))`;
    await runShortTransaction(
      db,
      {
        doing: `putting ${spec.source} back in its place`,
        locks,
        statements: [
          ...requireShapeSql(spec, isSwapped ? [] : harmlessToAbort),
          ...(isSwapped ? requireWholeSql(backSync(spec)) : []),
          ...(await privilegesBackSql(db, spec)),
          ...takeBackSql(spec, isSwapped, hasOldKey),
          forget,
          endSql(conversions, id, outcome),
        ],
      },
      work,
    );
    await validateTakenBack(
      db,
      spec,
      keysTakenBack(spec, isSwapped, hasOldKey).map(({ name }) => name),
      work,
    );
    await db.send(`ANALYZE ${quoteName(tableOf(spec))}`);
  } catch (error) {
    const isSwapped = isPast(phase, "swap");
    const hint = isSwapped
      ? `Take that back first; or veza-db partition undo ${spec.name}, which makes one plain table of it as it is now`
      : `Take that back first, and make it again after: ${work.again} ${spec.name} --abort`;
    const known =
      tableChanged(error, spec, hint) ??
      wayBackClosed(error, spec) ??
      queryFailure(error, "taking the conversion back");
    throw known.with({
      state:
        `${known.state ?? ""} The conversion stands where it stood; ${spec.schema}.${spec.name} can be used as ever.`.trim(),
    });
  } finally {
    if (db.isAlive) await db.send("RESET search_path");
  }
}

/** Checks the foreign keys that came back. One that rows break stays not valid, and is told. */
async function validateTakenBack(db: Db, spec: Spec, keys: readonly string[], work: Work): Promise<void> {
  for (const name of keys) {
    try {
      const sql = `ALTER TABLE ${quoteName(tableOf(spec))} VALIDATE CONSTRAINT ${quoteIdentifier(name)}`;
      await cancellable(db, work.signal, () => db.send(sql));
    } catch (error) {
      if (sqlstateOf(error) !== "23503") throw error;
      work.note(
        `${name} is back, but not valid: rows were written that it would have refused; mend them and VALIDATE it`,
      );
    }
  }
}

/** A rollback that was killed after its last transaction has left foreign keys unchecked. */
export async function finishTakeBack(db: Db, { spec }: Conversion, work: Work): Promise<void> {
  try {
    const { rows } = await db.send(
      `SELECT conname AS name FROM pg_catalog.pg_constraint WHERE conrelid = ${quoteLiteral(quoteName(tableOf(spec)))}::pg_catalog.regclass AND contype = 'f' AND NOT convalidated`,
    );
    const unchecked = new Set(rows.map(({ name }) => String(name)));
    const ours = keysTakenBack(spec, true, true).map(({ name }) => name);
    await validateTakenBack(
      db,
      spec,
      ours.filter((name) => unchecked.has(name)),
      work,
    );
  } catch (error) {
    throw queryFailure(error, "checking the foreign keys that came back");
  }
}

/** The index of the old key; without it, where ids have come twice meanwhile, the wider key stays. */
async function buildOldKey(db: Db, { spec }: Conversion, work: Work): Promise<boolean> {
  const index = { schema: spec.schema, name: keyIndexName(spec.name) };
  try {
    await buildIndex({ db, work }, index, oldKeySql(spec));
    return true;
  } catch (error) {
    if (sqlstateOf(error) !== "23505") throw error;
    await db.send(`DROP INDEX CONCURRENTLY IF EXISTS ${quoteName(index)}`);
    work.note(
      `(${spec.parts.primaryKey.columns.join(", ")}) is not unique any more: the key stays (${spec.key.join(", ")})`,
    );
    return false;
  }
}

/** The refusal of a call that does not fit what there is. */
export function noConversion(table: Relation, what: string): VezaError {
  const name = writtenName(table);
  return new VezaError({
    code: "partition.no-conversion",
    ending: "refused",
    message: `There is no conversion of ${name} ${what}.`,
    hint: `veza-db partition convert ${name} --status`,
    state: "Nothing was changed.",
  });
}
