/** PostgreSQL refuses to run as root, so root steps down to an account that owns nothing else of worth. */
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError, VezaError } from "../kernel/error.ts";
import type { Account } from "./model.ts";

const preferredNames = ["postgres", "_postgres", "nobody"];

/**
 * The account that runs the server: undefined means ourselves. Data that is there already decides, since only its
 * owner may serve it.
 */
export async function chooseAccount(
  dataRoot: string,
  passwdFile = "/etc/passwd",
): Promise<Account | undefined> {
  const own = process.getuid?.();
  const owner = await ownerOf(dataRoot);
  if (own !== 0) {
    if (own !== undefined && owner !== undefined && owner.uid !== own)
      throw anothersData(dataRoot, owner.uid);
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  const account = unprivilegedAccount(await readFile(passwdFile, "utf8").catch(() => ""));
  if (account !== undefined) return account;
  throw new VezaError({
    code: "dev.no-account",
    ending: "environment",
    message: "PostgreSQL does not run as root, and this machine has no account to step down to.",
    detail: `Looked in ${passwdFile} for: ${preferredNames.join(", ")}.`,
    hint: "useradd --system postgres",
  });
}

/** The first of the preferred accounts that a passwd file names, root's numbers left out. */
export function unprivilegedAccount(passwd: string): Account | undefined {
  const accounts = new Map<string, Account>();
  for (const line of passwd.split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === undefined || !/^\d+$/.test(uid ?? "") || !/^\d+$/.test(gid ?? "") || Number(uid) === 0)
      continue;
    accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  for (const name of preferredNames) {
    const account = accounts.get(name);
    if (account !== undefined) return account;
  }
  return undefined;
}

/** Whether an account may walk down to a path and read (and, for a folder, enter) it. Group 0 and ACLs give nothing. */
export async function canReach(account: Account | undefined, path: string): Promise<boolean> {
  if (account === undefined) return true;
  let place: string;
  try {
    place = await realpath(path);
    const target = await stat(place);
    if (!allows(target, account, target.isDirectory() ? 5 : 4)) return false;
    while (dirname(place) !== place) {
      place = dirname(place);
      if (!allows(await stat(place), account, 1)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function allows(
  { uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number },
  account: Account,
  wanted: number,
): boolean {
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

async function ownerOf(path: string): Promise<Account | undefined> {
  try {
    const { gid, uid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

function anothersData(path: string, uid: number): VezaError {
  return new VezaError({
    code: "dev.another-users-data",
    ending: "environment",
    message: `The embedded server's data in ${path} belongs to another user (uid ${uid}).`,
    detail: "Probably the server was first started as root.",
    hint: "run the command as that user or as root, or delete the folder as root and start anew",
    facts: { path, uid },
  });
}
