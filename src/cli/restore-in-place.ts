import type { Backup, Check } from "../backup/model.ts";
import { inForeignKeyOrder, prepareInPlace, restoreInPlace } from "../backup/restore/in-place.ts";
import { requireSurroundings } from "../backup/restore/preflight.ts";
import { VezaError, usageError } from "../kernel/error.ts";
import { describeTarget } from "../postgres/target.ts";
import { historyNames } from "./migrations.ts";
import { describeSource, mayGoOn, resultOf } from "./restore-call.ts";
import type { RestoreContext, RestoreData } from "./restore-call.ts";
import { chooseParts } from "./restore-parts.ts";

/** Restores into the database itself, in one transaction. */
export async function restoreIntoItself(
  context: RestoreContext,
  backup: Backup | undefined,
  startedAt: number,
): Promise<RestoreData> {
  const { flags: given, settings, signal, report } = context;
  if (backup === undefined)
    throw usageError("cli.wrong-call", "--in-place takes a backup of veza-db's own.", "veza-db backup list");
  await using db = await context.connect({ via: "direct" });
  await using chosen = await chooseParts(context, backup, (tables) => inForeignKeyOrder(db, tables));
  const request = {
    backup,
    withRoles: !given.withoutRoles,
    withRows: !given.schemaOnly && !backup.manifest.contents.schemaOnly,
    onlyTables: chosen.tables,
    more: chosen.more,
    migrations: historyNames(context),
    lockWaitMs: settings.values.lockWait,
    programs: settings.values.backupPrograms,
    signal,
  };
  // The database itself keeps its owner, privileges and settings.
  await requireSurroundings(db, backup, request.withRoles ? backup.manifest.roles : []);
  await prepareInPlace(db, request);
  const data = (checks: readonly Check[]): RestoreData =>
    resultOf(context, startedAt, {
      id: backup.id,
      path: backup.place.path,
      database: db.target.database,
      checks,
    });
  const plan = [
    ...describeSource(backup, undefined),
    `target: ${describeTarget(db.target)}, in place`,
    ...(chosen.tables === undefined
      ? [
          request.withRows
            ? "what the backup holds is dropped and made anew; rows that came since are gone"
            : "what the backup holds is dropped and made anew, without rows: all rows that are there now are gone",
        ]
      : [`filled: ${chosen.tables.map(({ schema, name }) => `${schema}.${name}`).join(", ")}`]),
  ];
  const isMeant = await mayGoOn(context, {
    kind: "destroy",
    action: chosen.tables === undefined ? "Overwrite what the backup holds" : "Fill tables",
    place: describeTarget(db.target),
    database: db.target.database,
    plan,
  });
  if (!isMeant) return data([]);
  report.working("Restoring …");
  const checks = await restoreInPlace(db, request);
  report.stop();
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return data(checks);
  throw new VezaError({
    code: "restore.differs",
    ending: "failed",
    message: `${db.target.database} holds what was restored, and is not in all what was backed up.`,
    detail: failed.map(({ check, message }) => `${check}: ${message}`).join("\n"),
    hint: "What came after the backup stays under --in-place; a restore without it replaces the database.",
    state: "The restore itself is committed.",
    facts: { checks },
  });
}
