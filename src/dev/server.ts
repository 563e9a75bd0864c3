/**
 * The embedded server: a real PostgreSQL on a loopback port, for development. The door to this room: finding a server
 * that runs is light; whatever starts or stops one is loaded when it is needed.
 */
import { agreed, checkVersion } from "./agreed.ts";
import type { EmbeddedOptions, EmbeddedServer, StopResult } from "./model.ts";
import { runningServer } from "./status.ts";

export { runningServer };

/** The server, started if it does not run. Any number of processes may call this at once: one starts, the others wait. */
export async function ensureServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  checkVersion(options.pgVersion);
  const running = await runningServer(options);
  if (running !== undefined) return agreed(running, options.pgVersion);
  const { startServer } = await import("./lifecycle.ts");
  return startServer(options);
}

/** Stops the server; its data stays. */
export async function stopServer(options: EmbeddedOptions): Promise<StopResult> {
  const lifecycle = await import("./lifecycle.ts");
  return lifecycle.stopServer(options);
}

/** Stops the server, deletes its data of every version, and starts with nothing. */
export async function resetServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  checkVersion(options.pgVersion);
  const lifecycle = await import("./lifecycle.ts");
  return lifecycle.resetServer(options);
}
