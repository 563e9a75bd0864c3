import { join } from "node:path";
import { installedBinDirs } from "../dev/machine.ts";
import { runProgram } from "../programs/run.ts";

/** The oldest pg_dump on this machine that serves a server of this major; undefined where there is none. */
export async function findPgDump(major: number): Promise<string | undefined> {
  const folders = await installedBinDirs();
  const found = await Promise.all(
    [...folders.map((folder) => join(folder, "pg_dump")), "pg_dump"].map(versionOf),
  );
  return found
    .filter((program) => program !== undefined)
    .filter((program) => program.major >= major)
    .toSorted((a, b) => a.major - b.major)[0]?.file;
}

async function versionOf(
  file: string,
): Promise<{ readonly file: string; readonly major: number } | undefined> {
  const { exitCode, stdout } = await runProgram(file, { args: ["--version"], timeoutMs: 20_000 }).catch(
    () => ({
      exitCode: 1,
      stdout: "",
    }),
  );
  const major = Number(/\(PostgreSQL\)\s+(\d+)/.exec(stdout)?.[1]);
  return exitCode === 0 && major > 0 ? { file, major } : undefined;
}
