/** What a server leaves that did not end in order: its pid file, and processes that have not noticed yet. */
import { readdir, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";
import { isPostgres } from "./tenant.ts";

/** No system gives a process so high a number. */
const nobodysPid = 999_999_999;

/**
 * Makes the pid file of a dead server harmless. PostgreSQL sees for itself that no process has the number, but not
 * that another program was given it since (after a reboot, in a new container) or that it is a zombie. The file is
 * not deleted, only its number replaced: the rest tells PostgreSQL which shared memory must be unused before it starts.
 */
export async function disarmPidFile(dataDir: string): Promise<void> {
  const path = join(dataDir, "postmaster.pid");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return;
    throw error;
  }
  const [first = "", ...rest] = text.split("\n");
  const pid = Number(first);
  if (first === "" || !Number.isSafeInteger(pid) || pid <= 0) return rm(path, { force: true }); // cut short by a crash
  if (pid !== nobodysPid && !(await isPostgres(pid, dataDir))) {
    await writeFile(path, [String(nobodysPid), ...rest].join("\n"));
  }
}

/**
 * Ends what is left of a server whose postmaster was killed: a process in the middle of a long computation does not
 * notice, and keeps the shared memory that the next server must not find in use. Linux tells whose they are; elsewhere
 * the caller can only wait.
 */
export async function endOrphans(dataDir: string): Promise<void> {
  if (process.platform !== "linux") return;
  const home = await realpath(dataDir);
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if ((await readlink(`/proc/${name}/cwd`)) !== home) continue;
      if ((await readFile(`/proc/${name}/comm`, "utf8")).trim() === "postgres")
        process.kill(Number(name), "SIGQUIT");
    } catch {
      continue; // gone meanwhile, or not ours to look at
    }
  }
}
