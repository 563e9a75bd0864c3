/** Stops a server the way its own programs do: by a signal, then waiting until it has gone. */
import { setTimeout as pause } from "node:timers/promises";
import { isSystemError, VezaError } from "../kernel/error.ts";
import { processAt, readPostmasterFile } from "./postmaster.ts";
import { livePostmaster } from "./status.ts";
import { isPostgres } from "./tenant.ts";

export interface StopPatience {
  /** How long a fast shutdown may take, with its checkpoint, before the server is told to stop at once. */
  readonly fastMs?: number;
  readonly report?: ((line: string) => void) | undefined;
}

const pollMs = 20;
const immediateMs = 15_000;

/** Ends the postmaster of a data directory; its process id, or undefined when none ran. */
export async function endPostmaster(
  dataDir: string,
  patience: StopPatience = {},
): Promise<number | undefined> {
  const postmaster = await livePostmaster(dataDir);
  if (postmaster === undefined || !(await isPostgres(postmaster.pid, dataDir))) return undefined;
  const { pid } = postmaster;
  // SIGINT: disconnect everybody, roll back, write a checkpoint. SIGQUIT: stop now and recover at the next start.
  if (!send(pid, "SIGINT") || (await goneWithin(pid, dataDir, patience.fastMs ?? 30_000))) return pid;
  patience.report?.("the server is slow to stop; telling it to stop at once …");
  if (!send(pid, "SIGQUIT") || (await goneWithin(pid, dataDir, immediateMs))) return pid;
  throw new VezaError({
    code: "dev.does-not-stop",
    ending: "failed",
    message: `The embedded server (process ${pid}) does not stop.`,
    state: "The server is still running.",
    facts: { pid, dataDir },
  });
}

/** False when the process had gone already. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (isSystemError(error, "ESRCH")) return false;
    throw error;
  }
}

async function goneWithin(pid: number, dataDir: string, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    const [tenant, file] = [await processAt(pid, dataDir), await readPostmasterFile(dataDir)];
    if (tenant === "gone" || tenant === "other" || (file === undefined && tenant !== "postmaster"))
      return true;
    await pause(pollMs);
  }
  return false;
}
