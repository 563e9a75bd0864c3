import { join } from "node:path";
import { installedBinDirs } from "../dev/machine.ts";
import { majorOf } from "../dev/model.ts";
import { runProgram } from "../programs/run.ts";
import type { ProgramFact } from "./model.ts";

/** The programs that backups, restores and comparisons call. */
const names = ["pg_dump", "pg_restore", "psql"];

/** Every version of the client programs on this machine, those on PATH first; `extraDir` is one more folder to look in. */
export async function readPrograms(extraDir: string | undefined): Promise<ProgramFact[]> {
  const folders = [...(await installedBinDirs()), ...(extraDir === undefined ? [] : [extraDir])];
  return Promise.all(
    names.map(async (name) => {
      const paths = [name, ...new Set(folders.map((folder) => join(folder, name)))];
      const found = await Promise.all(paths.map(readVersion));
      return { name, found: found.filter((program) => program !== undefined) };
    }),
  );
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
