/** Migrating from inside an application: the same walk as the command's, without a terminal. */
import { resolve } from "node:path";
import { VezaError } from "../kernel/error.ts";
import { connect } from "../postgres/connect.ts";
import type { Db, Notice } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import { settingsTable } from "../settings/table.ts";
import { readMigrationFolder } from "./read-files.ts";
import type { Applied, RunEvent, RunOptions } from "./run-options.ts";
import { applyPending } from "./run.ts";

export interface MigrateOptions {
  /** `postgresql://user@host:port/database`; libpq's PG* variables fill in what it leaves out. */
  readonly url: string;
  /** The folder of the migrations; `migrations` under the current folder unless told otherwise. */
  readonly dir?: string;
  /** The last migration to apply. */
  readonly to?: string;
  readonly schema?: string;
  readonly table?: string;
  /** How long to wait while another run holds the lock; an application that starts many times at once wants this. */
  readonly lockWaitMs?: number;
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly lockRetries?: number;
  readonly applicationName?: string;
  readonly signal?: AbortSignal;
  /** Told what goes on. */
  readonly onEvent?: (event: RunEvent) => void;
  readonly onNotice?: (notice: Notice) => void;
}

export interface MigrateResult {
  /** What this call applied, in order; empty when nothing was pending. */
  readonly applied: readonly Applied[];
}

/**
 * Applies what is pending. Safe to call from every instance of an application at once: one applies, the others wait
 * for it. Throws {@link VezaError} with `code`, `detail`, `hint` and `state`.
 */
export async function migrate(options: MigrateOptions): Promise<MigrateResult> {
  const dir = resolve(options.dir ?? "migrations");
  const open = (): Promise<Db> => openDatabase(options.url, options);
  await using db = await open();
  const folder = readMigrationFolder(dir, process.cwd());
  const wishes = options.to === undefined ? {} : { to: options.to };
  if (options.to !== undefined && !folder.files.some(({ id }) => id === options.to)) {
    throw new VezaError({
      code: "migrate.unknown-id",
      ending: "usage",
      message: `There is no migration ${JSON.stringify(options.to)} in ${folder.shownDir}.`,
    });
  }
  return { applied: await applyPending(db, folder, wishes, runOptions(options, open)) };
}

/** A connection for the library's own work. */
export async function openDatabase(
  url: string,
  { applicationName = "veza-db library", onNotice }: Pick<MigrateOptions, "applicationName" | "onNotice">,
): Promise<Db> {
  const { target } = resolveTarget(url, "the url option", process.env);
  return connect(target, { applicationName, connectTimeoutMs: settingsTable.connectTimeout.default, onNotice });
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
