/** The last word on whether a live process is a server: asked before a signal is sent or a pid file is deleted. */
import { runProgram } from "../programs/run.ts";
import { processAt } from "./postmaster.ts";

/** Whether a process is the postmaster of a data directory; where the kernel does not say, whether it is a postgres at all. */
export async function isPostgres(pid: number, dataDir: string): Promise<boolean> {
  const tenant = await processAt(pid, dataDir);
  if (tenant !== "unknown") return tenant === "postmaster";
  try {
    const { stdout } = await runProgram("ps", {
      args: ["-p", String(pid), "-o", "comm="],
      cwd: "/",
      timeoutMs: 10_000,
    });
    return /postgres|postmaster/.test(stdout);
  } catch {
    return true; // no ps here: leave it alone rather than take it for dead
  }
}
