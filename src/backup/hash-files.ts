/** SHA-256 of many files: by as many threads as there are processors, where there is much to read. */
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { messageOf } from "../kernel/error.ts";
import { shareOut } from "../kernel/share-out.ts";
import { hashFile } from "./files.ts";

export type HashOutcome =
  | { readonly bytes: number; readonly sha256: string }
  /** Why the file could not be read to its end. */
  | { readonly problem: string };

/** A thread costs some 30 ms; so much is hashed in that time. */
const worthBytes = 16 * 1024 * 1024;
const mostThreads = 4;

/** One outcome for each path, in their order. Throws only when the signal comes. */
export async function hashFiles(paths: readonly string[], signal: AbortSignal): Promise<HashOutcome[]> {
  const sizes = new Map(await Promise.all(paths.map(async (path) => [path, await sizeOf(path)] as const)));
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const threads = Math.min(availableParallelism(), mostThreads, Math.floor(total / worthBytes), paths.length);
  const outcomes = new Map<string, HashOutcome>();
  const note = (path: string, outcome: HashOutcome): void => void outcomes.set(path, outcome);
  if (threads > 1) {
    const shares = shareOut(paths, threads, (path) => sizes.get(path) ?? 0);
    await Promise.all(shares.map((share) => hashInThread(share, signal, note)));
  } else {
    for (const path of paths) note(path, await hashOne(path, signal));
  }
  return paths.map((path) => outcomes.get(path) ?? { problem: "it was not read" });
}

/** What cannot be looked at weighs nothing; why, its reading tells. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function hashOne(path: string, signal: AbortSignal): Promise<HashOutcome> {
  try {
    return await hashFile(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { problem: messageOf(error) };
  }
}

/** The thread's own text: it needs no file of its own, wherever the tool is bundled to. */
const threadText = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { createHash } = require("node:crypto");
  const { openSync, readSync, closeSync } = require("node:fs");
  const piece = Buffer.allocUnsafe(1024 * 1024);
  for (const path of workerData) {
    try {
      const hash = createHash("sha256");
      const file = openSync(path, "r");
      let bytes = 0;
      try {
        for (let read; (read = readSync(file, piece)) > 0; bytes += read) hash.update(piece.subarray(0, read));
      } finally {
        closeSync(file);
      }
      parentPort.postMessage({ path, bytes, sha256: hash.digest("hex") });
    } catch (error) {
      parentPort.postMessage({ path, problem: error.message });
    }
  }
`;

function hashInThread(
  paths: readonly string[],
  signal: AbortSignal,
  note: (path: string, outcome: HashOutcome) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(threadText, { eval: true, workerData: paths });
    const stop = (): void => {
      void worker.terminate();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
    worker.on("message", ({ path, ...outcome }: HashOutcome & { readonly path: string }) =>
      note(path, outcome),
    );
    worker.once("error", reject);
    worker.once("exit", () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
  });
}
