/** Backups and restores as processes of their own, stopped at moments of the test's choice; and what must hold afterwards. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { namesIn } from "../../backup/support/backup.ts";
import type { BackupProject } from "../../backup/support/backup.ts";
import { cleanEnvironment, cliFile } from "../../support/cli.ts";
import { onServer } from "../../support/database.ts";
import type { TestDatabase } from "../../support/database.ts";

export interface Running {
  readonly child: ChildProcess;
  /** The exit code, 128 + n after signal n, with what was said on stderr. */
  readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
}

export function start(
  project: BackupProject,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = spawn(process.execPath, [cliFile, ...args], {
    cwd: project.folder,
    env: cleanEnvironment({ ...project.env, ...env }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const signals: Readonly<Record<string, number>> = { SIGKILL: 9, SIGTERM: 15, SIGINT: 2 };
  const ended = new Promise<{ code: number; stderr: string }>((resolve) => {
    child.once("close", (code, signal) =>
      resolve({ code: code ?? 128 + (signals[signal ?? ""] ?? 0), stderr }),
    );
  });
  return { child, ended };
}

/** Sends a signal after a while, unless it has ended by then. */
export async function stopAfter(
  { child, ended }: Running,
  ms: number,
  signal: NodeJS.Signals,
): Promise<number> {
  await Promise.race([sleep(ms), ended]);
  child.kill(signal);
  return (await ended).code;
}

/** Names that are neither finished nor marked as unfinished, and backups that do not hold. */
export async function expectNoLies(project: BackupProject, database: TestDatabase): Promise<string[]> {
  const folder = join(project.backupsDir, database.name);
  if (!existsSync(folder)) return [];
  const finished = namesIn(folder).filter((name) => !name.startsWith(".") && name !== "failed.json");
  for (const name of finished) {
    const called = await project.veza(["backup", "verify", name, "--level", "read", "--json"]);
    expect([name, called.code]).toEqual([name, 0]);
  }
  return finished;
}

export function unfinishedIn(project: BackupProject, database: TestDatabase): string[] {
  const folder = join(project.backupsDir, database.name);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(".")) : [];
}

/** Sessions that programs of ours have in a database. */
export async function sessionsIn(database: string): Promise<readonly { application_name: string }[]> {
  return onServer(
    (admin) => admin<{ application_name: string }[]>`
      SELECT application_name FROM pg_stat_activity WHERE datname = ${database} AND application_name LIKE 'veza-db%'`,
  );
}

export async function throwaways(): Promise<string[]> {
  const rows = await onServer(
    (admin) =>
      admin<{ datname: string }[]>`SELECT datname FROM pg_database WHERE datname LIKE 'veza\\_restore\\_%'`,
  );
  return rows.map(({ datname }) => datname);
}

export async function dropOld(database: TestDatabase): Promise<string[]> {
  const rows = await onServer(
    (admin) =>
      admin<
        { datname: string }[]
      >`SELECT datname FROM pg_database WHERE starts_with(datname, ${`${database.name}__old_`})`,
  );
  for (const { datname } of rows) await onServer((admin) => admin.unsafe(`DROP DATABASE "${datname}"`));
  return rows.map(({ datname }) => datname);
}
