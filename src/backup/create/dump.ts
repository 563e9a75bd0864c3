/** pg_dump and pg_dumpall, supervised. They write their files themselves and sync them. */
import { join } from "node:path";
import { VezaError } from "../../kernel/error.ts";
import { databaseArgument } from "../../postgres/libpq-environment.ts";
import type { Target } from "../../postgres/target.ts";
import { runProgram } from "../../programs/run.ts";
import { firstLines } from "../archive.ts";
import type { Client } from "../clients.ts";
import { compressionArgument } from "../compression.ts";
import type { Compression } from "../compression.ts";
import type { BackupContents, BackupFormat } from "../model.ts";
import { programEnvironment } from "../program-environment.ts";

export const unpublished = "Nothing was published; earlier backups are as they were.";

export interface DumpRequest {
  readonly client: Client;
  readonly target: Target;
  /** By which the server knows the run's sessions. */
  readonly applicationName: string;
  readonly folder: string;
  readonly file: string;
  readonly format: BackupFormat;
  readonly compression: Compression;
  readonly jobs: number;
  readonly snapshot: string;
  readonly contents: BackupContents;
  /** How long pg_dump waits for its locks on tables. */
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Dumps the database; gives what pg_dump had to say. Throws when it did not end well. */
export async function dump(request: DumpRequest): Promise<string> {
  const { client, target, applicationName, folder, signal } = request;
  const { exitCode, stderr } = await runProgram(client.path, {
    args: dumpArguments(request),
    cwd: folder,
    env: programEnvironment(target, applicationName),
    signal,
  });
  if (exitCode !== 0) throw dumpFailed("pg_dump", exitCode, stderr);
  return stderr.trim();
}

export function dumpArguments(request: DumpRequest): string[] {
  const { client, folder, file, format, compression, jobs, snapshot, contents, lockTimeoutMs } = request;
  return [
    `--format=${format}`,
    `--file=${join(folder, file)}`,
    ...(format === "directory" ? [`--jobs=${jobs}`] : []),
    compressionArgument(compression, client),
    `--snapshot=${snapshot}`,
    "--no-password",
    ...(lockTimeoutMs > 0 ? [`--lock-wait-timeout=${lockTimeoutMs}`] : []),
    ...(contents.schemaOnly ? ["--schema-only"] : []),
    // Or a pattern that fits nothing is passed over as long as another one fits.
    ...(contents.tables.length > 0 ? ["--strict-names"] : []),
    ...contents.tables.map((pattern) => `--table=${pattern}`),
    ...contents.excludeTables.map((pattern) => `--exclude-table=${pattern}`),
    ...contents.excludeTableData.map((pattern) => `--exclude-table-data=${pattern}`),
  ];
}

export interface RolesRequest {
  readonly client: Client;
  readonly target: Target;
  readonly applicationName: string;
  readonly folder: string;
  readonly file: string;
  /** Only a superuser may read the roles' passwords, as hashes. */
  readonly withPasswords: boolean;
  readonly signal: AbortSignal;
}

/** Writes the cluster's roles and tablespaces beside the dump. */
export async function dumpRoles(request: RolesRequest): Promise<void> {
  const { client, target, applicationName, folder, file, withPasswords, signal } = request;
  const { exitCode, stderr } = await runProgram(client.path, {
    args: [
      "--globals-only",
      `--file=${join(folder, file)}`,
      `--database=${databaseArgument(target.database)}`,
      "--no-password",
      ...(withPasswords ? [] : ["--no-role-passwords"]),
    ],
    cwd: folder,
    env: programEnvironment(target, applicationName),
    signal,
  });
  if (exitCode !== 0) throw dumpFailed("pg_dumpall", exitCode, stderr);
}

function dumpFailed(program: string, exitCode: number, stderr: string): VezaError {
  const common = {
    detail: stderr.trim() === "" ? `It ended with ${exitCode} and said nothing.` : firstLines(stderr),
    state: unpublished,
    facts: { program, programExitCode: exitCode },
  };
  if (isDiskFull(stderr)) return diskFull(common.detail);
  if (/no matching (?:tables|schemas|extensions) were found/i.test(stderr)) {
    return new VezaError({
      ...common,
      code: "backup.no-such-table",
      ending: "usage",
      message: "No table fits what --table names.",
      hint: "--table takes a pattern as psql's \\dt does, e.g. app.events or 'events*'; capitals in double quotes.",
    });
  }
  if (/permission denied|must be superuser|query would be affected by row-level security/i.test(stderr)) {
    return new VezaError({
      ...common,
      code: "backup.privilege-missing",
      ending: "environment",
      message: `${program} was not allowed to read everything.`,
      hint: "GRANT pg_read_all_data to the role (and BYPASSRLS where tables have row security), or name another role with --url <dsn>.",
    });
  }
  return new VezaError({
    ...common,
    code: "backup.dump-failed",
    ending: "failed",
    message: `${program} failed.`,
    hint: /lock timeout|could not obtain lock/i.test(stderr)
      ? "Another session holds a lock on a table: veza-db stats locks"
      : "veza-db doctor",
  });
}

export function isDiskFull(text: string): boolean {
  return /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i.test(text);
}

export function diskFull(detail: string): VezaError {
  return new VezaError({
    code: "backup.disk-full",
    ending: "environment",
    message: "There is no room left where the backup was being written.",
    detail,
    hint: "Make room, or name another folder with --dir <path>.",
    state: unpublished,
  });
}
