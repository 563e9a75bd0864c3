/** Whether the server that answers keeps its data in a folder of this machine. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";

/** What the server says of itself. */
export interface ServerPlace {
  /** Its data_directory. */
  readonly folder: string;
  readonly port: number;
  /** pg_postmaster_start_time(), in seconds since 1970. */
  readonly startedAt: number;
}

/** The postmaster notes when it began a moment before it says that it has started. */
const startingSeconds = 10;

/**
 * True where the postmaster that runs in that folder of this machine is the one that answers: a standby here has a folder
 * of the same name and of the same cluster, and a loopback address may lead into a container. False where nobody may look.
 */
export async function isFolderHere({ folder, port, startedAt }: ServerPlace): Promise<boolean> {
  try {
    const lines = (await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n");
    return Number(lines[3]) === port && Math.abs(startedAt - Number(lines[2])) <= startingSeconds;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EACCES", "EPERM", "ENOTDIR")) return false;
    throw error;
  }
}
