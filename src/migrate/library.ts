/** Migrating from inside an application: the same walk as the command's, without a terminal. */
import { resolve } from "node:path";
import { VezaError } from "../kernel/error.ts";
import type { Db, Notice } from "../postgres/connect.ts";
import { settingsTable } from "../settings/table.ts";
import { libraryTarget, openLibraryConnection } from "./library-connection.ts";
import { readMigrationFolder } from "./read-files.ts";
import type { Applied, RunEvent, RunOptions } from "./run-options.ts";
import { applyPending } from "./run.ts";

export interface MigrateOptions {
  /**
   * `postgresql://user@host:port/database`; libpq's PG* variables fill in what it leaves out. Without it: VEZA_DB_URL,
   * DATABASE_URL, then the PG* variables alone.
   */
  readonly url?: string | undefined;
  /** The folder of the migrations; `migrations` under the current folder unless told otherwise. */
  readonly dir?: string | undefined;
  /** The last migration to apply. */
  readonly to?: string | undefined;
  /** Apply files too that sort before one which is applied. */
  readonly outOfOrder?: boolean | undefined;
  /** The history table, where it is not `public.migrations`. */
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  /** How long to wait while another run holds the lock; a minute unless told otherwise. */
  readonly lockWaitMs?: number | undefined;
  /** lock_timeout of each statement; 5 s unless told otherwise. */
  readonly lockTimeoutMs?: number | undefined;
  /** statement_timeout of each statement; none unless told otherwise. */
  readonly statementTimeoutMs?: number | undefined;
  /** How often a migration that ran into lock_timeout is tried again; 10 unless told otherwise. */
  readonly lockRetries?: number | undefined;
  /** Shown in pg_stat_activity; `veza-db library` unless told otherwise. */
  readonly applicationName?: string | undefined;
  /** Cancels what runs and rolls it back. */
  readonly signal?: AbortSignal | undefined;
  /** Told what goes on. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  readonly onNotice?: ((notice: Notice) => void) | undefined;
}

export interface MigrateResult {
  /** What this call applied, in order; empty when nothing was pending. */
  readonly applied: readonly Applied[];
}

/**
 * Applies what is pending. Safe to call from every instance of an application at once: one applies, the others wait
 * for it. Throws {@link VezaError} with `code`, `detail`, `hint` and `state`.
 */
export async function migrate(options: MigrateOptions = {}): Promise<MigrateResult> {
  const { applicationName = "veza-db library", onNotice } = options;
  const folder = readMigrationFolder(resolve(options.dir ?? "migrations"), process.cwd());
  const { to } = options;
  if (to !== undefined && !folder.files.some(({ id }) => id === to)) {
    throw new VezaError({
      code: "migrate.unknown-id",
      ending: "usage",
      message: `There is no migration ${JSON.stringify(to)} in ${folder.shownDir}.`,
    });
  }
  const { target } = libraryTarget(options.url);
  const open = (): Promise<Db> => openLibraryConnection(target, { applicationName, onNotice });
  await using db = await open();
  const wishes = { to, allowLate: options.outOfOrder ?? false };
  return { applied: await applyPending(db, folder, wishes, runOptions(options, open)) };
}

function runOptions(options: MigrateOptions, reconnect: () => Promise<Db>): RunOptions {
  const defaults = settingsTable;
  return {
    names: {
      schema: options.schema ?? defaults.historySchema.default,
      table: options.table ?? defaults.historyTable.default,
    },
    lockWaitMs: options.lockWaitMs ?? defaults.lockWait.default,
    lockTimeoutMs: options.lockTimeoutMs ?? defaults.lockTimeout.default,
    statementTimeoutMs: options.statementTimeoutMs ?? defaults.statementTimeout.default,
    lockRetries: options.lockRetries ?? defaults.lockRetries.default,
    signal: options.signal ?? new AbortController().signal,
    again: "veza-db migrate",
    reconnect,
    tell: options.onEvent ?? (() => {}),
  };
}
