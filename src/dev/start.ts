/** Starts the postmaster and waits until it takes connections. */
import { open, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { VezaError } from "../kernel/error.ts";
import { startDetached } from "../programs/detach.ts";
import type { Account, Binaries } from "./model.ts";
import { lastLines } from "./package.ts";
import { freePort, readPostmasterFile, type PostmasterFile } from "./postmaster.ts";
import { disarmPidFile, endOrphans } from "./remains.ts";
import { livePostmaster } from "./status.ts";

export interface StartRequest {
  readonly binaries: Binaries;
  readonly dataDir: string;
  readonly logFile: string;
  readonly account: Account | undefined;
  /** The port of last time, kept where it is still free. */
  readonly wishedPort: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

const pollMs = 15;
const readyMs = 120_000;
/** After a crash the processes that the postmaster left need a moment to notice and go. */
const orphanMs = 20_000;
const portAttempts = 5;
const keptLogBytes = 10 * 1024 * 1024;

export async function startPostmaster(request: StartRequest): Promise<PostmasterFile> {
  await disarmPidFile(request.dataDir);
  await turnLog(request.logFile);
  const orphanDeadline = Date.now() + orphanMs;
  let wished = request.wishedPort;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wished);
    const said = await logEnd(request.logFile);
    const postmaster = await startOnce(request, port, said);
    if (typeof postmaster === "object") return postmaster;
    const complaint = await textSince(request.logFile, said);
    if (/could not (bind|create any TCP)/.test(complaint) && attempt < portAttempts) {
      wished = undefined; // taken between our look and the server's
    } else if (/pre-existing shared memory block/.test(complaint) && Date.now() < orphanDeadline) {
      await endOrphans(request.dataDir);
      await pause(100, undefined, request.signal === undefined ? {} : { signal: request.signal });
      attempt--;
    } else {
      throw startFailed(request, complaint);
    }
  }
}

/** Waits for a postmaster that somebody else has started, or that recovers from a crash; undefined when it ends. */
export async function awaitReady(
  dataDir: string,
  signal: AbortSignal | undefined,
): Promise<PostmasterFile | undefined> {
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const postmaster = await livePostmaster(dataDir);
    if (postmaster === undefined || postmaster.status === "ready") return postmaster;
    await pause(pollMs);
  }
  return undefined;
}

/** One attempt; `ended` when the server gave up. */
async function startOnce(
  request: StartRequest,
  port: number,
  said: number,
): Promise<PostmasterFile | "ended"> {
  const { account, binaries, dataDir, logFile, settings, signal } = request;
  const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = await startDetached(join(binaries.binDir, "postgres"), {
    args: ["-D", dataDir, "-p", String(port), ...given],
    cwd: dataDir,
    logFile,
    account,
  });
  const deadline = Date.now() + readyMs;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const file = await readPostmasterFile(dataDir);
    if (file?.pid === child.pid && file.status === "ready") return file;
    if (child.ended()) return "ended";
    await pause(pollMs);
  }
  throw startFailed(
    request,
    await textSince(logFile, said),
    `It is still not ready after ${readyMs / 1000} s; process ${child.pid}.`,
  );
}

/** Puts a log that has grown large aside, under one other name. */
async function turnLog(logFile: string): Promise<void> {
  if ((await logEnd(logFile)) > keptLogBytes) await rename(logFile, `${logFile}.old`);
}

async function logEnd(logFile: string): Promise<number> {
  return (await stat(logFile).catch(() => ({ size: 0 }))).size;
}

async function textSince(logFile: string, start: number): Promise<string> {
  const log = await open(logFile, "r");
  try {
    const { size } = await log.stat();
    const from = Math.max(start, size - 64 * 1024);
    const { buffer, bytesRead } = await log.read(
      Buffer.alloc(Math.max(0, size - from)),
      0,
      Math.max(0, size - from),
      from,
    );
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await log.close();
  }
}

function startFailed(
  { binaries, dataDir, logFile }: StartRequest,
  complaint: string,
  first?: string,
): VezaError {
  const said = lastLines(complaint, 12);
  return new VezaError({
    code: "dev.start-failed",
    ending: "environment",
    message: `The embedded PostgreSQL ${binaries.version} does not start.`,
    detail: [first, said === "" ? undefined : said, `Log: ${logFile}`]
      .filter((line) => line !== undefined)
      .join("\n"),
    hint: "veza-db dev reset deletes the data and starts anew",
    facts: { logFile, dataDir },
  });
}
