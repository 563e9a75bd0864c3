/** Settles in which folder the server lives: the project's own, or, for an account that may not enter that, another. */
import { randomBytes } from "node:crypto";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";
import { sha256 } from "../kernel/hash.ts";
import { makeFolder } from "../kernel/write-whole.ts";
import { canReach } from "./account.ts";
import { dataRoot, homeOf, majorsWithData, dataDirectory } from "./layout.ts";
import { notWritable } from "./lock.ts";
import type { Account } from "./model.ts";
import { readPointer } from "./pointer.ts";
import { endPostmaster } from "./stop.ts";

/** Where homes lie whose projects only root may enter. */
const sharedRoot = "/var/lib/veza-db";

export interface Home {
  readonly id: string;
  readonly folder: string;
  readonly isOutside: boolean;
}

/** Makes the state folder, which git shall not see. */
export async function prepareStateDir(stateDir: string): Promise<void> {
  try {
    makeFolder(stateDir);
    await writeFile(join(stateDir, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if (isSystemError(error, "EEXIST") && (await isDirectory(stateDir))) return;
    throw notWritable(stateDir, error);
  }
}

/** The home in use, or undefined where none is settled yet. Changes nothing. */
export async function currentHome(stateDir: string): Promise<Home | undefined> {
  const pointer = await readPointer(stateDir);
  const folder = pointer === undefined ? undefined : await homeOf(stateDir, pointer);
  if (pointer !== undefined && folder !== undefined)
    return { id: pointer.id, folder, isOutside: pointer.home !== null };
  // The pointer may be lost while the data is there.
  return (await majorsWithData(stateDir)).length > 0
    ? { id: newId(), folder: stateDir, isOutside: false }
    : undefined;
}

/** The home, made for an account to work in. */
export async function settleHome(stateDir: string, account: Account | undefined): Promise<Home> {
  const current = await currentHome(stateDir);
  const home = current ?? (await newHome(stateDir, account));
  if (!(await giveDataRoot(home.folder, account))) {
    if (home.isOutside)
      throw new Error(`the folder ${home.folder} cannot be given to uid ${account?.uid ?? "?"}`);
    const outside = await outsideHome(stateDir);
    await giveDataRoot(outside.folder, account);
    return outside;
  }
  return home;
}

async function newHome(stateDir: string, account: Account | undefined): Promise<Home> {
  if (await canReach(account, stateDir)) return { id: newId(), folder: stateDir, isOutside: false };
  return outsideHome(stateDir);
}

/** Makes the data's folder and gives it to the account; false where the file system does not give things away. */
async function giveDataRoot(home: string, account: Account | undefined): Promise<boolean> {
  const root = dataRoot(home);
  makeFolder(root, 0o700);
  if (account === undefined || (await stat(root)).uid === account.uid) return true;
  try {
    await chown(root, account.uid, account.gid);
    return true;
  } catch (error) {
    if (!isSystemError(error, "EPERM", "EINVAL", "EROFS", "ENOSYS")) throw error;
    return false;
  }
}

/**
 * A folder outside the project, always the same one for the same project. When it holds the data of a `.veza` that
 * lay here before and is gone, that data was thrown away with it: its server is stopped, and it is deleted.
 */
async function outsideHome(stateDir: string): Promise<Home> {
  const here = await realpath(stateDir);
  const key = sha256(here).slice(0, 16);
  const found = await ownFolder(join(sharedRoot, key)).catch(() =>
    ownFolder(join(tmpdir(), `veza-db-${key}`)),
  );
  const folder = found ?? (await mkdtemp(join(tmpdir(), "veza-db-")));
  await chmod(folder, 0o755);
  const { birthtimeMs, ino } = await stat(here);
  const mark = `${here}\n${ino} ${birthtimeMs}\n`;
  const markFile = join(folder, "project");
  if ((await readFile(markFile, "utf8").catch(() => "")) !== mark) {
    for (const major of await majorsWithData(folder)) await endPostmaster(dataDirectory(folder, major));
    await rm(dataRoot(folder), { recursive: true, force: true, maxRetries: 5 });
    await writeFile(markFile, mark);
  }
  return { id: newId(), folder, isOutside: true };
}

/** Makes a folder, or finds it there and ours: in a folder that all may write, another user may have laid a trap. */
async function ownFolder(folder: string): Promise<string | undefined> {
  if (folder.startsWith(sharedRoot)) makeFolder(sharedRoot, 0o755);
  await mkdir(folder, { mode: 0o755 }).catch((error: unknown) => {
    if (!isSystemError(error, "EEXIST")) throw error;
  });
  const found = await lstat(folder);
  return found.isDirectory() && found.uid === process.getuid?.() ? folder : undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

function newId(): string {
  return randomBytes(8).toString("hex");
}
