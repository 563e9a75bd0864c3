/** What a data directory and the kernel say about the server that runs in it. */
import { readFile, readlink, realpath } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";

/** `postmaster.pid`, which the server writes when it starts and deletes when it stops. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `standby`, `stopping`; empty while the file is still being written. */
  readonly status: string;
}

export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(dataDir, "postmaster.pid"), "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? "").trim() };
}

/**
 * Who has a process id now. `gone` includes a zombie, which answers to signals for ever in a container whose first
 * process reaps nobody. A postmaster's working directory is its data directory; `other` is a program that was given
 * the number of one that died. `unknown`: alive, and the system does not tell us more.
 */
export async function processAt(
  pid: number,
  dataDir: string,
): Promise<"gone" | "postmaster" | "other" | "unknown"> {
  if (pid <= 0) return "gone";
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!isSystemError(error, "EPERM")) return "gone";
  }
  if (process.platform !== "linux") return "unknown";
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2))) return "gone";
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(dataDir)) ? "postmaster" : "other";
  } catch {
    return "unknown";
  }
}

/** Whether somebody accepts connections on a loopback port. */
export function portAccepts(port: number, timeoutMs = 1000): Promise<boolean> {
  if (port < 1 || port > 65_535) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (accepts: boolean): void => {
      socket.destroy();
      resolve(accepts);
    };
    socket.setTimeout(timeoutMs, () => settle(false));
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

/** A loopback port that is free now: the wished one if it is, else one that the system chooses. */
export async function freePort(wished?: number): Promise<number> {
  if (wished !== undefined && wished > 0 && (await listenOnce(wished)) !== undefined) return wished;
  const port = await listenOnce(0);
  if (port === undefined) throw new Error("the system gave no free port on 127.0.0.1");
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
