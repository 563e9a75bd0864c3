/** `failed.json` in a database's folder: its last run failed, so nothing is pruned until one succeeds. */
import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { VezaError, isSystemError, messageOf } from "../../kernel/error.ts";
import { maskPasswords } from "../../postgres/target.ts";
import { replaceSynced } from "../files.ts";
import { failureName } from "../layout.ts";
import { exists } from "../read-backups.ts";

export interface FailedRun {
  readonly at: string;
  readonly message: string;
}

/** Leaves the mark, where there is a folder to leave it in. */
export async function markFailure(folder: string, error: unknown, now: Date): Promise<void> {
  if (!(await exists(folder))) return;
  const content = {
    schema: "veza-db/backup-failed@1",
    at: now.toISOString(),
    code: error instanceof VezaError ? error.code : "bug",
    message: maskPasswords(messageOf(error)),
  };
  await replaceSynced(join(folder, failureName), `${JSON.stringify(content, undefined, 2)}\n`);
}

export async function clearFailure(folder: string): Promise<void> {
  await unlink(join(folder, failureName)).catch((error: unknown) => {
    if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
  });
}

/** The failed run that the folder tells of; a mark that cannot be read is a mark. */
export async function readFailure(folder: string): Promise<FailedRun | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, failureName), "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
  try {
    const found: unknown = JSON.parse(text);
    const { at, message } = Object.fromEntries<unknown>(Object.entries(Object(found)));
    if (typeof at === "string" && typeof message === "string") return { at, message };
  } catch {
    // cut short: told as what it is, below
  }
  return { at: "", message: "what happened is not readable" };
}
