import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listArchive } from "../../backup/archive.ts";
import { findClient } from "../../backup/clients.ts";
import { findBackup } from "../../backup/find-backup.ts";
import type { Backup, Check } from "../../backup/model.ts";
import { ask } from "../../backup/read-database.ts";
import { openAdmin } from "../../backup/restore/admin.ts";
import { prepareInPlace, restoreInPlace } from "../../backup/restore/in-place.ts";
import { restoreIntoNew } from "../../backup/restore/new-database.ts";
import { isOldName, oldName } from "../../backup/restore/old-name.ts";
import { lookAround, requireReplaceable, requireSurroundings } from "../../backup/restore/preflight.ts";
import { requireServerRoom } from "../../backup/restore/room.ts";
import { readForeign } from "../../backup/restore/source.ts";
import type { ForeignDump } from "../../backup/restore/source.ts";
import { chooseTables, entriesWithTables, rowsOfTables } from "../../backup/restore/tables.ts";
import type { TableName } from "../../backup/restore/tables.ts";
import { checkFiles } from "../../backup/verify/check-files.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { VezaError, usageError } from "../../kernel/error.ts";
import { connect } from "../../postgres/connect.ts";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import { requireSupported } from "../../postgres/supported.ts";
import { describeTarget } from "../../postgres/target.ts";
import type { Target } from "../../postgres/target.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { hint, table, text } from "../../ui/view.ts";
import { formatBytes, formatCount } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import { defineCommand } from "../command.ts";
import type { Context } from "../command.ts";
import { flag } from "../flags.ts";
import { historyNames } from "../migrations.ts";

interface RestoreData {
  readonly id: string | null;
  readonly path: string | null;
  readonly database: string;
  readonly previousDatabase: string | null;
  readonly durationMs: number;
  readonly checks: readonly Check[];
  /** Old databases that `--drop-old` has dropped. */
  readonly dropped: readonly string[];
  readonly dryRun: boolean;
}

const flags = {
  into: flag.text("--into <name>", "into a new database of this name, leaving the one of the url alone"),
  table: flag.texts("--table <name>", "only this table's rows; with --into or --in-place; may be repeated"),
  schemaOnly: flag.switch("--schema-only", "no rows; with --into or --in-place"),
  inPlace: flag.switch("--in-place", "into the database itself, in one transaction, instead of replacing it"),
  withoutRoles: flag.switch("--without-roles", "leave owners and privileges of objects out"),
  trust: flag.switch("--trust", "restore a dump that veza-db did not make, by a role that is no superuser"),
  dropOld: flag.switch("--drop-old", "drop the databases that earlier restores have put aside"),
  database: flag.text("--database <name>", "whose newest backup is meant by latest"),
  confirm: flag.text("--confirm <name>", "the name of the database that is replaced"),
  dryRun: flag.switch("-n, --dry-run", "check everything, show what would be done, and do nothing"),
};

type RestoreContext = Context<typeof flags>;

export const command = defineCommand({
  description: [
    "Checks every hash, restores into a new database, compares it with the backup, puts owner, privileges and settings back, and",
    "only then swaps it for the present one, in one transaction. The old one stays, under a dated name. Until the swap, and after",
    "any failure or kill before it, the database is as it was.",
  ].join("\n"),
  args: [{ name: "[backup]", summary: "an id, a path or latest; with --trust a dump of somebody else's" }],
  flags,
  settingFlags: ["backupDir", "backupJobs", "lockWait", "pgVersion"],
  examples: [
    { command: "veza-db restore latest --confirm app", summary: "replaces the database app" },
    { command: "veza-db restore latest --into app_yesterday --yes", summary: "beside it" },
    {
      command: "veza-db restore latest --table users --into rescue --yes",
      summary: "one table's rows, to copy from",
    },
    {
      command: "veza-db restore --drop-old --confirm app",
      summary: "when nobody needs the old one any more",
    },
    {
      command: "veza-db restore dump.sql.gz --trust --into app_old --yes",
      summary: "what another tool has made",
    },
  ],
  exits: [3, 4, 5, 130],
  recordAs: "restore",
  async run(context) {
    const startedAt = performance.now();
    const { flags: given, args, settings, cwd } = context;
    const server = await context.target({ via: "direct" });
    if (given.dropOld) return { data: await dropOld(context, server, startedAt) };
    const [name] = args;
    if (name === undefined) {
      throw usageError(
        "cli.missing-argument",
        "The argument <backup> is missing.",
        "veza-db backup list, or latest",
      );
    }
    refuseContradictions(given);
    const found = await findBackup({
      name,
      root: settings.values.backupDir,
      cwd,
      database: given.database ?? server.database,
      isToRestore: true,
    });
    if (found !== undefined && !("manifest" in found)) throw damaged(found.id, [found.problem]);
    if (found !== undefined) await requireIntact(context, found);
    const foreign =
      found === undefined
        ? await readForeign(resolve(cwd, name), given.trust, settings.values.backupPrograms)
        : undefined;
    if (given.trust && found !== undefined)
      context.warn(`${found.id} is a backup of veza-db's own; it needs no --trust.`);
    if (given.inPlace) return { data: await inPlace(context, found, startedAt), isUnrecorded: given.dryRun };
    return { data: await intoNew(context, server, found, foreign, startedAt), isUnrecorded: given.dryRun };
  },
  view: ({ id, database, previousDatabase, durationMs, checks, dropped, dryRun }: RestoreData) => {
    if (dropped.length > 0) return [text(`Dropped ${dropped.join(", ")}.`, "good")];
    if (id === null && checks.length === 0 && !dryRun)
      return [text(`Nothing was put aside for ${database}.`)];
    if (dryRun) return [text(`Everything is ready to restore ${database}; nothing was done.`, "good")];
    return [
      table(
        ["check", "found"],
        checks.map((check) => [check.check, check.message]),
      ),
      text(""),
      text(
        `Restored ${database}${id === null ? "" : ` from ${id}`} in ${formatDuration(durationMs)}.`,
        "good",
      ),
      ...(previousDatabase === null
        ? []
        : [
            text(`The old one is kept as ${previousDatabase}.`),
            hint(`veza-db restore --drop-old --confirm ${database}, when nobody needs it any more`),
          ]),
    ];
  },
});

function refuseContradictions({
  into,
  inPlace,
  table: tables,
  schemaOnly,
  trust,
}: RestoreContext["flags"]): void {
  const wrong = (message: string, next: string): never => {
    throw usageError("cli.wrong-call", message, next);
  };
  if (into !== undefined && inPlace)
    wrong("--into and --in-place name two places.", "Leave one of them out.");
  const isPart = tables.length > 0 || schemaOnly;
  if (isPart && into === undefined && !inPlace)
    wrong("A part of a backup does not replace a whole database.", "Add --into <name>, or --in-place.");
  if (tables.length > 0 && schemaOnly)
    wrong("--table restores rows, --schema-only none.", "Leave one of them out.");
  if (trust && (inPlace || isPart))
    wrong(
      "A dump of somebody else's is restored whole, and into a new database.",
      "Leave --in-place, --table and --schema-only out.",
    );
}

/** Every byte, before anything is connected to. */
async function requireIntact(
  { signal, report }: RestoreContext,
  { id, place, manifest }: Backup,
): Promise<void> {
  report.working("Checking the backup …");
  const checks = await checkFiles({ base: place.base, manifest, level: "hash", restore: undefined, signal });
  report.stop();
  const failed = checks.filter(({ ok }) => !ok).map(({ check, message }) => `${check}: ${message}`);
  if (failed.length > 0) throw damaged(id, failed);
}

function damaged(id: string, problems: readonly string[]): VezaError {
  return new VezaError({
    code: "restore.backup-damaged",
    ending: "refused",
    message: `The backup ${id} is not as it was written.`,
    detail: problems.join("\n"),
    hint: "veza-db backup list shows the others.",
    state: "Nothing was changed.",
  });
}

async function intoNew(
  context: RestoreContext,
  server: Target,
  backup: Backup | undefined,
  foreign: ForeignDump | undefined,
  startedAt: number,
): Promise<RestoreData> {
  const { flags: given, settings, signal, report } = context;
  const database = given.into ?? server.database;
  quoteIdentifier(database);
  if (Buffer.byteLength(database) > 63)
    throw usageError(
      "cli.bad-value",
      `The name ${database} is longer than 63 bytes.`,
      "Choose a shorter one.",
    );
  const open = openerOf(context);
  await using admin = await requireSupported(await openAdmin({ ...server, database }, open));
  const { live, slots, swept } = await lookAround(admin, database, signal);
  for (const name of swept) report.line(`Dropped what a run that was killed left behind: ${name}`);
  if (given.into !== undefined && live !== undefined) {
    throw new VezaError({
      code: "restore.target-exists",
      ending: "refused",
      message: `There is a database "${database}" already.`,
      hint: "Choose another name for --into, or name this database by --url and leave --into out, to replace it.",
      state: "Nothing was changed.",
    });
  }
  const withRoles = !given.withoutRoles;
  if (backup !== undefined) {
    await requireSurroundings(admin, backup, withRoles);
    if (!given.schemaOnly && given.table.length === 0) {
      const tight = await requireServerRoom(admin, backup, database);
      if (tight !== undefined) context.warn(tight);
    }
    if (backup.manifest.server.major > admin.facts.major)
      context.warn(
        `The backup is of PostgreSQL ${backup.manifest.server.major}, the server runs ${admin.facts.major}.`,
      );
  }
  if (live !== undefined) {
    await requireReplaceable(admin, database);
    if (slots > 0)
      context.warn(`${count(slots, "replication slot")} of ${database} will stay with the old database.`);
  }
  await using chosen = await chooseParts(context, backup);
  const old = live === undefined ? undefined : oldName(database, new Date());
  const data = (checks: readonly Check[]): RestoreData => ({
    id: backup?.id ?? null,
    path: backup?.place.path ?? foreign?.path ?? null,
    database,
    previousDatabase: old ?? null,
    durationMs: Math.round(performance.now() - startedAt),
    checks,
    dropped: [],
    dryRun: given.dryRun,
  });
  const plan = [
    ...describeSource(backup, foreign),
    `target: ${describeTarget({ ...server, database })}${live === undefined ? " (new)" : ""}`,
    ...(old === undefined
      ? []
      : [`the present database will be kept as ${old}; whoever is in it is put out at the swap`]),
  ];
  if (given.dryRun) {
    for (const line of plan) report.line(line);
    return data([]);
  }
  await context.confirm({
    kind: live === undefined ? "change" : "destroy",
    action: live === undefined ? "Restore a new database" : "Replace the database",
    place: describeTarget({ ...server, database }),
    database,
    plan,
    confirmed: given.confirm,
  });
  const checks = await restoreIntoNew(admin, {
    backup,
    foreign,
    server,
    database,
    old,
    live,
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

async function inPlace(
  context: RestoreContext,
  backup: Backup | undefined,
  startedAt: number,
): Promise<RestoreData> {
  const { flags: given, settings, signal, report } = context;
  if (backup === undefined)
    throw usageError("cli.wrong-call", "--in-place takes a backup of veza-db's own.", "veza-db backup list");
  await using db = await context.connect({ via: "direct" });
  await using chosen = await chooseParts(context, backup);
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
  await requireSurroundings(db, backup, request.withRoles);
  await prepareInPlace(db, request);
  const data = (checks: readonly Check[]): RestoreData => ({
    id: backup.id,
    path: backup.place.path,
    database: db.target.database,
    previousDatabase: null,
    durationMs: Math.round(performance.now() - startedAt),
    checks,
    dropped: [],
    dryRun: given.dryRun,
  });
  if (given.dryRun) return data([]);
  await context.confirm({
    kind: "destroy",
    action: chosen.tables === undefined ? "Overwrite what the backup holds" : "Fill tables",
    place: describeTarget(db.target),
    database: db.target.database,
    plan: [...describeSource(backup, undefined), `target: ${describeTarget(db.target)}, in place`],
    confirmed: given.confirm,
  });
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

interface ChosenParts extends AsyncDisposable {
  readonly tables: readonly TableName[] | undefined;
  readonly more: readonly string[];
}

/** The arguments of pg_restore that make it restore a part, and the list that they name. */
async function chooseParts(context: RestoreContext, backup: Backup | undefined): Promise<ChosenParts> {
  const { flags: given, settings, signal, warn } = context;
  const nothing = { [Symbol.asyncDispose]: async () => {} };
  if (given.schemaOnly) return { ...nothing, tables: undefined, more: ["--schema-only"] };
  if (given.table.length === 0 || backup === undefined) return { ...nothing, tables: undefined, more: [] };
  const { manifest, place } = backup;
  const tables = chooseTables(manifest, given.table);
  if (manifest.format === "plain")
    throw usageError("cli.wrong-call", "--table needs an archive, not plain text.", "veza-db backup list");
  const restore = await findClient({
    name: "pg_restore",
    atLeast: manifest.programs.pgDumpMajor,
    folder: settings.values.backupPrograms,
    because: `the dump was made by pg_dump ${manifest.programs.pgDump}`,
  });
  const { entries = [] } = await listArchive(restore, join(place.base, manifest.dump), signal);
  const { list, leftOut } = given.inPlace
    ? { list: rowsOfTables(entries, tables), leftOut: [] }
    : entriesWithTables(entries, tables);
  for (const entry of leftOut) warn(`Left out, since what it points to may not be there: ${entry}`);
  const folder = mkdtempSync(join(tmpdir(), "veza-db-restore-"));
  const file = join(folder, "entries");
  writeFileSync(file, list);
  return {
    tables,
    more: [`--use-list=${file}`],
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function describeSource(backup: Backup | undefined, foreign: ForeignDump | undefined): string[] {
  if (backup !== undefined) {
    const { database, startedAt, bytes, rows, migrations } = backup.manifest;
    return [
      `source: ${backup.place.path}, of ${database}`,
      `made: ${startedAt}, ${formatDuration(Date.now() - Date.parse(startedAt))} ago`,
      `size: ${formatBytes(bytes)}, ${formatCount(rows)} rows`,
      ...(migrations.last === null ? [] : [`migrations: up to ${migrations.last}`]),
    ];
  }
  return foreign === undefined
    ? []
    : [
        `source: ${foreign.path}, made by another tool, ${foreign.madeAt.toISOString()}, ${formatBytes(foreign.bytes)}`,
      ];
}

/** Drops what earlier restores of this database have put aside. */
async function dropOld(context: RestoreContext, server: Target, startedAt: number): Promise<RestoreData> {
  const { flags: given } = context;
  const { database } = server;
  await using admin = await requireSupported(await openAdmin(server, openerOf(context)));
  const names = (await ask<{ name: string }>(admin, "names")).map(({ name }) => name);
  const old = names.filter((name) => isOldName(name, database)).toSorted();
  const data = (dropped: readonly string[]): RestoreData => ({
    id: null,
    path: null,
    database,
    previousDatabase: null,
    durationMs: Math.round(performance.now() - startedAt),
    checks: [],
    dropped,
    dryRun: given.dryRun,
  });
  if (old.length === 0 || given.dryRun) {
    for (const name of old) context.report.line(`${name} would be dropped`);
    return data([]);
  }
  await context.confirm({
    kind: "destroy",
    action: `Drop ${old.join(", ")}`,
    place: describeTarget(server),
    database,
    plan: old.map((name) => `DROP DATABASE ${name}`),
    confirmed: given.confirm,
  });
  for (const name of old) {
    try {
      await admin.send(`DROP DATABASE ${quoteIdentifier(name)}`);
    } catch (error) {
      throw queryFailure(error, `dropping ${name}`);
    }
  }
  return data(old);
}

function openerOf({ settings, signal }: RestoreContext): (target: Target) => Promise<Db> {
  return (target) =>
    connect(target, {
      applicationName: "veza-db restore",
      connectTimeoutMs: settings.values.connectTimeout,
      signal,
      closesAtOnce: false,
    });
}
