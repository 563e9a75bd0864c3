import { readDatabases } from "../../../backup/read-database.ts";
import { VezaError, exitCodes, messageOf } from "../../../kernel/error.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import { hint, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { formatBytes, formatCount } from "../../../ui/units.ts";
import { count } from "../../../ui/words.ts";
import { exitCodeOf, isFailedRun, pinged, runAfter, tellMetrics } from "../../backup-watch.ts";
import { runBackup } from "../../backups.ts";
import type { BackupData, BackupOrder } from "../../backups.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";

type CreateData = BackupData | { readonly backups: readonly BackupData[] };

interface Made {
  readonly data: CreateData;
  readonly exitCode: 0 | 1;
}

const flags = {
  format: flag.choice(
    "--format <format>",
    "directory and custom restore in parallel; plain is one .sql.gz",
    ["directory", "custom", "plain"],
    "directory",
  ),
  allDatabases: flag.switch("--all-databases", "one backup of each database of the server"),
  schemaOnly: flag.switch("--schema-only", "no rows"),
  table: flag.texts("--table <pattern>", "only these tables, as pg_dump takes them; may be repeated"),
  excludeTable: flag.texts("--exclude-table <pattern>", "without these tables; may be repeated"),
  excludeTableData: flag.texts(
    "--exclude-table-data <pattern>",
    "without the rows of these; may be repeated",
  ),
  lockTimeout: flag.duration("--lock-timeout <duration>", "how long to wait for a lock on tables (10min)"),
  pin: flag.switch("--pin", "never prune this one"),
  keepAll: flag.switch("--keep-all", "prune nothing this time"),
  strict: flag.switch(
    "--strict",
    "end with 1, and prune nothing, when size or rows are below half of the usual",
  ),
};

const lockTimeoutMs = 600_000;

export const command = defineCommand({
  description: [
    "Dumps in one snapshot, with exact row counts, the cluster's roles and SHA-256 of every file, reads the dump back and only then",
    "gives it its name. Says nothing when all went well and nobody looks on; --verbose prints one line. Prunes afterwards.",
  ].join("\n"),
  flags,
  settingFlags: [
    "backupDir",
    "backupJobs",
    "backupCompress",
    "backupKeepDays",
    "backupKeepLast",
    "backupKeepDaily",
    "backupKeepWeekly",
    "backupKeepMonthly",
    "backupMetricsFile",
    "backupPing",
    "backupBefore",
    "backupAfter",
    "lockWait",
    "wait",
    "pgVersion",
  ],
  examples: [
    { command: "veza-db backup", summary: "for cron: quiet unless something is wrong" },
    { command: "veza-db backup --keep-days 7 --keep-weekly 8 --verbose", summary: "and thin out older ones" },
    { command: "veza-db backup --format plain --dir /srv/backups", summary: "one .sql.gz" },
    { command: "veza-db backup --all-databases --json", summary: "every database, told to a program" },
  ],
  exits: [1, 3, 4, 5, 130],
  recordAs: "backup",
  isDeed: true,
  isSilentUnattended: true,
  async run(context) {
    const { allDatabases } = context.flags;
    const target = await context.target({ via: "direct" });
    return pinged(context, async (): Promise<Made> => {
      if (allDatabases) return runAll(context, target.database);
      const data: CreateData = await runBackup(context, target.database, orderOf(context));
      return { data, exitCode: isBelowUsual(context, [data]) ? 1 : 0 };
    });
  },
  view: (data: CreateData) => ("backups" in data ? data.backups.flatMap(viewOne) : viewOne(data)),
});

function orderOf({ flags: given }: Context<typeof flags>): BackupOrder {
  return {
    format: given.format,
    contents: {
      schemaOnly: given.schemaOnly,
      tables: given.table,
      excludeTables: given.excludeTable,
      excludeTableData: given.excludeTableData,
    },
    isPinned: given.pin,
    isPruning: !given.keepAll,
    isStrict: given.strict,
    lockTimeoutMs: given.lockTimeout ?? lockTimeoutMs,
  };
}

function isBelowUsual({ flags: { strict } }: Context<typeof flags>, made: readonly BackupData[]): boolean {
  return strict && made.some(({ anomalies }) => anomalies.length > 0);
}

/** One after the other; what fails does not keep the others from being backed up. */
async function runAll(context: Context<typeof flags>, database: string): Promise<Made> {
  const names = await namesOf(context, database);
  const backups: BackupData[] = [];
  const failed: { readonly database: string; readonly error: unknown }[] = [];
  for (const database of names) {
    try {
      backups.push(await runBackup(context, database, orderOf(context)));
    } catch (error) {
      if (context.signal.aborted) throw error;
      failed.push({ database, error });
    }
  }
  const [first] = failed;
  if (first === undefined) return { data: { backups }, exitCode: isBelowUsual(context, backups) ? 1 : 0 };
  const worst =
    failed.map(({ error }) => error).find((error) => !(error instanceof VezaError)) ?? first.error;
  if (!(worst instanceof VezaError)) throw worst;
  throw worst.with({
    message: `${count(failed.length, "database")} of ${names.length} could not be backed up: ${failed.map(({ database }) => database).join(", ")}.`,
    detail: failed.map(({ database, error }) => `${database}: ${messageOf(error)}`).join("\n"),
    state: `${count(backups.length, "backup")} made: ${backups.map(({ database }) => database).join(", ") || "none"}.`,
    facts: { ...worst.facts, failed: failed.map(({ database }) => database), backups },
    ending: worst.exitCode === exitCodes.refused && backups.length > 0 ? "failed" : worst.ending,
  });
}

/** Where not even the names can be read, the database of the url stands for all of them. */
async function namesOf(context: Context<typeof flags>, database: string): Promise<string[]> {
  try {
    await using db = await context.connect({ via: "direct" });
    return await readDatabases(db);
  } catch (error) {
    const exitCode = exitCodeOf(error, context);
    if (isFailedRun(exitCode))
      await runAfter(context, { database, status: "failed", error: messageOf(error) });
    await tellMetrics(context, { database, exitCode });
    throw error;
  }
}

function viewOne({
  path,
  database,
  bytes,
  durationMs,
  rows,
  tables,
  pruned,
  anomalies,
}: BackupData): Block[] {
  const gone = pruned.length === 0 ? "" : `, ${count(pruned.length, "older one")} pruned`;
  const line = `Backed up ${database}: ${path} (${formatBytes(bytes)}, ${formatCount(rows)} rows of ${count(tables, "table")}, ${formatDuration(durationMs)}${gone})`;
  return anomalies.length === 0
    ? [text(line, "good")]
    : [text(line, "warning"), hint("veza-db backup verify --level restore")];
}
