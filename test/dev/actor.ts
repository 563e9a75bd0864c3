/** Starts `actor.js`: see there. */
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { EmbeddedOptions } from "../../src/dev/model.ts";
import { unprivilegedAccount } from "../../src/dev/account.ts";
import { cleanEnvironment } from "../support/cli.ts";
import { binariesDir, wishedMajor } from "../support/servers.ts";

/** An embedded server of the major that the run is about. */
export function serverOptions(stateDir: string): ActorOptions {
  return { stateDir, binariesDir, pgVersion: wishedMajor() };
}

export const isRoot = process.getuid?.() === 0;

/** The account nobody of this machine. */
export function nobody(): { uid: number; gid: number } {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const account = unprivilegedAccount(lines.filter((line) => line.startsWith("nobody:")).join("\n"));
  if (account === undefined) throw new Error("this machine has no account nobody");
  return account;
}

export interface Actor {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly result: unknown; readonly said: string }>;
}

export type ActorOptions = Pick<EmbeddedOptions, "stateDir" | "pgVersion" | "binDir" | "binariesDir">;

export function startActor(
  action: "ensure" | "running" | "stop" | "reset",
  options: ActorOptions,
  account: { uid?: number; gid?: number } = {},
  env: Readonly<Record<string, string>> = {},
): Actor {
  const script = fileURLToPath(new URL("actor.js", import.meta.url));
  const child = spawn(process.execPath, [script, action, JSON.stringify(options)], {
    ...account,
    cwd: "/",
    env: cleanEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const ended = new Promise<{ code: number | null; result: unknown; said: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      const result: unknown = said.stdout === "" ? undefined : JSON.parse(said.stdout);
      resolve({ code, result, said: said.stderr });
    });
  });
  return { child, ended };
}

export async function act(
  ...call: Parameters<typeof startActor>
): Promise<{ result: unknown; said: string }> {
  return startActor(...call).ended;
}
