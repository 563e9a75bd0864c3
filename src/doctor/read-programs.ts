import { join } from "node:path";
import { installedBinDirs } from "../dev/machine.ts";
import { majorOf } from "../dev/model.ts";
import { runProgram } from "../programs/run.ts";
import type { ProgramFact } from "./model.ts";

/** The programs that backups, restores and comparisons call. */
const names = ["pg_dump", "pg_restore", "psql"];

/**
 * The client programs on this machine: those on PATH; where one is missing there or older than the server, those of
 * every installation too. `extraDir` is one more folder to look in.
 */
export async function readPrograms(
  serverMajor: number | undefined,
  extraDir: string | undefined,
): Promise<ProgramFact[]> {
  const onPath = await Promise.all(names.map(async (name) => ({ name, found: await readVersions([name]) })));
  const serves = ({ found }: ProgramFact): boolean => found.some(({ major }) => major >= (serverMajor ?? 0));
  if (onPath.every(serves)) return onPath;
  const folders = [
    ...new Set([...(await installedBinDirs()), ...(extraDir === undefined ? [] : [extraDir])]),
  ];
  return Promise.all(
    onPath.map(async ({ name, found }) => ({
      name,
      found: [...found, ...(await readVersions(folders.map((folder) => join(folder, name))))],
    })),
  );
}

async function readVersions(paths: readonly string[]): Promise<ProgramFact["found"]> {
  return (await Promise.all(paths.map(readVersion))).filter((program) => program !== undefined);
}

async function readVersion(path: string): Promise<ProgramFact["found"][number] | undefined> {
  try {
    const { exitCode, stdout } = await runProgram(path, { args: ["--version"], timeoutMs: 20_000 });
    const version = /\(PostgreSQL\)\s+(\S+)/.exec(stdout)?.[1];
    const major = version === undefined ? undefined : majorOf(version);
    return exitCode !== 0 || version === undefined || major === undefined
      ? undefined
      : { path, version, major };
  } catch {
    return undefined; // missing, or made for another machine: not there, for whoever wants to run it
  }
}
