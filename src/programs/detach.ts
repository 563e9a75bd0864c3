/** Starts a program that outlives us: its own session, no standard input, both output streams into a log file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { programEnvironment } from "./environment.ts";
import { cannotStart, type Account } from "./run.ts";

export interface DetachOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly logFile: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly account?: Account | undefined;
}

export interface DetachedProgram {
  readonly pid: number;
  /** True from the moment when we see its end. */
  ended(): boolean;
}

export async function startDetached(file: string, options: DetachOptions): Promise<DetachedProgram> {
  const { account, args, cwd, env, logFile } = options;
  const log = await open(logFile, "a", 0o600);
  try {
    if (account !== undefined) await log.chown(account.uid, account.gid);
    const child = spawn(file, args, {
      cwd,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      env: programEnvironment(env),
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    });
    try {
      await once(child, "spawn");
    } catch (error) {
      throw cannotStart(file, error);
    }
    child.unref();
    if (child.pid === undefined) throw cannotStart(file, new Error("it has no process id"));
    return { pid: child.pid, ended: () => child.exitCode !== null || child.signalCode !== null };
  } finally {
    await log.close();
  }
}
