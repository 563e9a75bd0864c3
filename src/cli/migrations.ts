import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VezaError, usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import type { Session } from "../migrate/history.ts";
import { readMigrationFolder } from "../migrate/read-files.ts";
import type { HistoryNames, MigrationFolder } from "../migrate/model.ts";
import type { RunOptions } from "../migrate/run-options.ts";
import { describeTarget } from "../postgres/target.ts";
import type { Target } from "../postgres/target.ts";
import type { SettingName } from "../settings/table.ts";
import { again } from "./again.ts";
import type { Context } from "./command.ts";
import { tellRun } from "./migration-events.ts";

/** How a command runs migrations: its settings, and what it tells meanwhile. */
export function runOptions(context: Context, ...call: readonly string[]): RunOptions {
  const { values } = context.settings;
  return {
    names: historyNames(context),
    lockWaitMs: values.lockWait,
    lockTimeoutMs: values.lockTimeout,
    statementTimeoutMs: values.statementTimeout,
    lockRetries: values.lockRetries,
    signal: context.signal,
    again: again(context, ...call),
    reconnect: () => context.connect({ via: "direct" }),
    tell: tellRun(context),
  };
}

/** The settings that every command which connects for migrations takes as flags. */
export const runSettings = [
  "migrationsDir",
  "lockWait",
  "lockTimeout",
  "statementTimeout",
  "lockRetries",
  "wait",
  "pgVersion",
] as const satisfies readonly SettingName[];

export function historyNames({ settings }: Pick<Context, "settings">): HistoryNames {
  return { schema: settings.values.historySchema, table: settings.values.historyTable };
}

/** Reads the project's migrations, with its warnings told. */
export function openFolder(context: Pick<Context, "settings" | "isEmbedded" | "warn">): MigrationFolder {
  const folder = readMigrationFolder(migrationsDir(context), context.settings.projectDir);
  for (const warning of folder.warnings) context.warn(warning);
  return folder;
}

/**
 * The folder of the migrations. Where veza-db was just installed into an empty folder, `--embedded` shows what it does
 * on the Veza platform's own migrations, which come with the package.
 */
function migrationsDir({
  settings,
  isEmbedded,
  warn,
}: Pick<Context, "settings" | "isEmbedded" | "warn">): string {
  const { migrationsDir: dir } = settings.values;
  const isDefault = settings.origins.migrationsDir.kind === "default" && settings.settingsFile === undefined;
  const isFresh = isDefault && isEmbedded && existsSync(join(settings.projectDir, "node_modules", "veza-db"));
  if (!isFresh || existsSync(dir)) return dir;
  const shipped = fileURLToPath(new URL("../../migrations", import.meta.url));
  warn(
    "There is no migrations folder here; these are the Veza platform's own, which come with veza-db. Lay your own project with: veza-db init",
  );
  return shipped;
}

/** An id given by a person, which must be one of the folder's. */
export function requireKnownId(id: string | undefined, folder: MigrationFolder): string | undefined {
  if (id === undefined || folder.files.some((file) => file.id === id)) return id;
  const known = folder.files.map((file) => file.id);
  const near = suggest(id, known, 1)[0];
  throw usageError(
    "migrate.unknown-id",
    `There is no migration ${JSON.stringify(id)} in ${folder.shownDir}.`,
    near === undefined ? "veza-db migrate status lists the ids." : `Did you mean ${near}?`,
  );
}

/** A run ends after so many steps or after a migration; both would say two different things. */
export function requireOneEnd({
  steps,
  to,
}: {
  readonly steps: number | undefined;
  readonly to: string | undefined;
}): void {
  if (steps === undefined || to === undefined) return;
  throw usageError("cli.wrong-call", "--steps and --to say two different things.", "Leave one of them out.");
}

/** A standby, or a session that may only read, cannot be migrated. */
export function refuseReadOnly({ isStandby, isReadOnly }: Session, target: Target): void {
  if (!isStandby && !isReadOnly) return;
  throw new VezaError({
    code: isStandby ? "connection.standby" : "connection.read-only",
    ending: "refused",
    message: isStandby
      ? `${describeTarget(target)} is a read-only standby.`
      : `Sessions of ${describeTarget(target)} may only read (default_transaction_read_only is on).`,
    hint: isStandby
      ? "Name the primary with --url <dsn>."
      : `ALTER ROLE ${target.user} RESET default_transaction_read_only, or name another role with --url <dsn>.`,
    state: "Nothing was changed.",
  });
}
