/** The PostgreSQL installations that this machine has of its own, found without running a package manager. */
import { access, constants, readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runProgram } from "../programs/run.ts";
import { isSupported, majorOf, type Account } from "./model.ts";

const programs = ["postgres", "initdb", "pg_ctl"];

/** Where packagers put a major: the folder they share, and the path from there to the programs. */
const families: readonly (readonly [folder: string, name: RegExp, rest: string])[] = [
  ["/usr/lib/postgresql", /^(\d+)$/, "bin"],
  ["/usr", /^pgsql-(\d+)$/, "bin"],
  ["/usr/libexec", /^postgresql(\d+)$/, ""],
  ["/opt/homebrew/opt", /^postgresql@(\d+)$/, "bin"],
  ["/usr/local/opt", /^postgresql@(\d+)$/, "bin"],
  ["/opt/local/lib", /^postgresql(\d+)$/, "bin"],
  ["/Applications/Postgres.app/Contents/Versions", /^(\d+)$/, "bin"],
];

/** Folders that hold all three programs: those of a packager's place for a supported major, then those on PATH. */
export async function installedBinDirs(path: string = process.env["PATH"] ?? ""): Promise<string[]> {
  const folders = await programFolders(path);
  const whole = await Promise.all(folders.map(holdsPrograms));
  return folders.filter((_, index) => whole[index] === true);
}

/** Where programs of PostgreSQL may lie, whichever of them are there: packagers' places first, then PATH. */
export async function programFolders(path: string = process.env["PATH"] ?? ""): Promise<string[]> {
  const placed = await Promise.all(
    families.map(async ([folder, name, rest]) => {
      const names = await readdir(folder).catch(() => []);
      return names
        .filter((entry) => isSupported(Number(name.exec(entry)?.[1])))
        .map((entry) => join(folder, entry, rest));
    }),
  );
  const onPath = path.split(delimiter).filter((folder) => folder.startsWith("/"));
  return [...new Set([...placed.flat(), ...onPath, "/usr/local/pgsql/bin"])];
}

export async function holdsPrograms(binDir: string): Promise<boolean> {
  try {
    await Promise.all(programs.map((program) => access(join(binDir, program), constants.X_OK)));
    return true;
  } catch {
    return false;
  }
}

/** What `postgres --version` says, as `15.18`; undefined when it does not run. */
export async function versionOf(
  binDir: string,
  account?: Account,
): Promise<{ readonly version: string; readonly major: number } | undefined> {
  try {
    const { stdout } = await runProgram(join(binDir, "postgres"), {
      args: ["--version"],
      cwd: "/",
      timeoutMs: 20_000,
      account,
    });
    const version = /\(PostgreSQL\)\s+(\S+)/.exec(stdout)?.[1];
    const major = version === undefined ? undefined : majorOf(version);
    return version === undefined || major === undefined ? undefined : { version, major };
  } catch {
    return undefined;
  }
}
