import { availableParallelism } from "node:os";
import type { Check } from "../backup/model.ts";
import type { DatabaseProperties } from "../backup/model.ts";
import { readCluster } from "../backup/read-database.ts";
import { openAdmin } from "../backup/restore/admin.ts";
import { restoreIntoNew } from "../backup/restore/new-database.ts";
import { oldName } from "../backup/restore/old-name.ts";
import {
  isTablespaceThere,
  lookAround,
  requireReplaceable,
  requireSurroundings,
} from "../backup/restore/preflight.ts";
import { neededRoles } from "../backup/restore/roles.ts";
import { requireServerRoom } from "../backup/restore/room.ts";
import { VezaError, usageError } from "../kernel/error.ts";
import type { Db } from "../postgres/connect.ts";
import { requireSupported } from "../postgres/supported.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { count } from "../ui/words.ts";
import { patientSessions } from "./patient-sessions.ts";
import { describeSource, mayGoOn, resultOf } from "./restore-call.ts";
import type { RestoreContext, RestoreData } from "./restore-call.ts";
import { chooseParts } from "./restore-parts.ts";
import type { RestoreSource } from "./restore-source.ts";

/** Restores into a new database, which takes the place of the present one unless --into names another. */
export async function restoreBeside(
  context: RestoreContext,
  server: Target,
  source: RestoreSource,
  startedAt: number,
): Promise<RestoreData> {
  const { flags: given, settings, signal, report } = context;
  const { backup, foreign } = source;
  const database = given.into ?? server.database;
  requireName(database);
  const open = patientSessions(context, "veza-db restore");
  await using admin = await requireSupported(await openAdmin({ ...server, database }, open));
  const { live, slots, swept } = await lookAround(admin, database, signal);
  for (const name of swept) report.line(`Dropped what a run that was killed left behind: ${name}`);
  if (given.into !== undefined && live !== undefined) throw targetExists(database);
  const withRoles = !given.withoutRoles;
  await look(context, admin, source, database);
  if (live !== undefined) {
    await requireReplaceable(admin, database);
    if (slots > 0)
      context.warn(`${count(slots, "replication slot")} of ${database} will stay with the old database.`);
  }
  await using chosen = await chooseParts(context, backup, async (tables) => tables);
  const old = live === undefined ? undefined : oldName(database, new Date());
  const data = (checks: readonly Check[]): RestoreData =>
    resultOf(context, startedAt, {
      id: backup?.id ?? null,
      path: backup?.place.path ?? foreign?.path ?? null,
      database,
      previousDatabase: old ?? null,
      checks,
    });
  const plan = [
    ...describeSource(backup, foreign),
    `target: ${describeTarget({ ...server, database })}${live === undefined ? " (new)" : ""}`,
    ...(old === undefined
      ? []
      : [`the present database will be kept as ${old}; whoever is in it is put out at the swap`]),
  ];
  const isMeant = await mayGoOn(context, {
    kind: live === undefined ? "change" : "destroy",
    action: live === undefined ? "Restore a new database" : "Replace the database",
    place: describeTarget({ ...server, database }),
    database,
    plan,
  });
  if (!isMeant) return data([]);
  const checks = await restoreIntoNew(admin, {
    backup,
    foreign,
    server,
    database,
    old,
    live,
    tablespace: await chooseTablespace(context, admin, live ?? backup?.manifest.properties),
    withRoles,
    withRows: !given.schemaOnly && backup?.manifest.contents.schemaOnly !== true,
    onlyTables: chosen.tables,
    more: chosen.more,
    programs: settings.values.backupPrograms,
    jobs: settings.values.backupJobs ?? Math.min(4, availableParallelism()),
    open,
    signal,
    working: (what) => report.working(what),
  });
  report.stop();
  return data(checks);
}

/** What the server must have for a backup, and what is worth saying of it. */
async function look(
  { flags: given, warn }: RestoreContext,
  admin: Db,
  { backup, foreign }: RestoreSource,
  database: string,
): Promise<void> {
  const fromMajor = backup?.manifest.server.major ?? foreign?.fromMajor;
  if (fromMajor !== undefined && fromMajor > admin.facts.major)
    warn(
      `The ${backup === undefined ? "dump" : "backup"} is of PostgreSQL ${fromMajor}, the server runs ${admin.facts.major} and may not understand it.`,
    );
  if (backup === undefined) return;
  await requireSurroundings(admin, backup, given.withoutRoles ? [] : neededRoles(backup.manifest));
  if (!given.schemaOnly && given.table.length === 0) {
    const tight = await requireServerRoom(admin, backup, database);
    if (tight !== undefined) warn(tight);
  }
  const { systemIdentifier } = backup.manifest;
  if (given.into === undefined && (await readCluster(admin)).systemIdentifier !== systemIdentifier)
    warn("The backup is of another cluster than this one.");
}

/** Where the present database lies, or where the one that was backed up lay; undefined is the server's default. */
async function chooseTablespace(
  { warn }: RestoreContext,
  admin: Db,
  properties: DatabaseProperties | undefined,
): Promise<string | undefined> {
  const wanted = properties?.tablespace;
  if (wanted === undefined || wanted === "pg_default") return undefined;
  if (await isTablespaceThere(admin, wanted)) return wanted;
  warn(`The server lacks the tablespace ${wanted}: the database is made in the default one.`);
  return undefined;
}

function requireName(database: string): void {
  quoteIdentifier(database);
  if (Buffer.byteLength(database) > 63)
    throw usageError(
      "cli.bad-value",
      `The name ${database} is longer than 63 bytes.`,
      "Choose a shorter one.",
    );
}

function targetExists(database: string): VezaError {
  return new VezaError({
    code: "restore.target-exists",
    ending: "refused",
    message: `There is a database "${database}" already.`,
    hint: "Choose another name for --into, or name this database by --url and leave --into out, to replace it.",
    state: "Nothing was changed.",
  });
}
