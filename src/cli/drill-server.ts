/** Where a drill makes its throwaway database. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { countOtherSessions } from "../backup/verify/other-sessions.ts";
import type { EmbeddedOptions } from "../dev/model.ts";
import { VezaError } from "../kernel/error.ts";
import { connect } from "../postgres/connect.ts";
import { resolveTarget } from "../postgres/resolve-target.ts";
import type { Target } from "../postgres/target.ts";
import type { Context } from "./command.ts";

type VerifyContext = Pick<Context, "settings" | "signal" | "report">;

const patienceMs = 2000;

export interface DrillServer extends AsyncDisposable {
  readonly target: Target;
  readonly isOwn: boolean;
}

/**
 * The server that is named, else one of the tool's own, which goes with the drill: also where one that was killed has
 * left it running, but not while another drill is at it.
 */
export async function drillServer(
  context: VerifyContext,
  given: string | undefined,
  major: number,
): Promise<DrillServer> {
  const { settings, signal, report } = context;
  if (given !== undefined) {
    const { target } = resolveTarget(given, "--server", settings.env);
    return { target, isOwn: false, [Symbol.asyncDispose]: async () => {} };
  }
  const { ensureServer, stopServer } = await import("../dev/server.ts");
  const pgVersion = settings.values.pgVersion ?? major;
  const options: EmbeddedOptions = {
    stateDir: join(settings.values.stateDir, "drill", `server-${pgVersion}`),
    pgVersion,
    binDir: settings.values.pgBin,
    binariesDir: join(settings.values.stateDir, "binaries"),
    settings: { fsync: "off" },
    signal,
    report: (line) => report.line(line),
  };
  const server = await ensureServer(options);
  const { target } = resolveTarget(server.url, "the embedded server", {});
  return {
    target,
    isOwn: true,
    [Symbol.asyncDispose]: async () => {
      const unstoppable = { ...options, signal: undefined };
      if (!(await isUsed(target))) await stopServer(unstoppable);
    },
  };
}

/** Sessions of ours that were closed a moment ago may still be there. */
async function isUsed(target: Target): Promise<boolean> {
  try {
    await using db = await connect(target, {
      applicationName: "veza-db backup verify",
      connectTimeoutMs: patienceMs,
    });
    const deadline = performance.now() + patienceMs;
    for (;;) {
      if ((await countOtherSessions(db)) === 0) return false;
      if (performance.now() > deadline) return true;
      await sleep(50);
    }
  } catch (error) {
    if (error instanceof VezaError) return false; // it has gone already
    throw error;
  }
}
