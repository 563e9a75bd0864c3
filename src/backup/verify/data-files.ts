/**
 * Whether the data files of a dump in directory format are whole. pg_restore does not say: where a stream of zstd or lz4
 * is cut it takes what it has for all (16 to 18), where a stream of gzip is cut or damaged 18 does the same, and an empty
 * file is a table without rows to all of them. Every one of these ends with 0.
 */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { messageOf } from "../../kernel/error.ts";
import type { Client } from "../clients.ts";

/** So many are looked at together: zlib has threads of its own. */
const together = 4;

export interface DataFilesRequest {
  readonly paths: readonly string[];
  /** Unpack what gzip has packed, which takes as long as reading it with pg_restore. */
  readonly unpacks: boolean;
  readonly signal: AbortSignal;
}

/** What is wrong with the first of them that is not whole; undefined where all are. */
export async function checkDataFiles({
  paths,
  unpacks,
  signal,
}: DataFilesRequest): Promise<string | undefined> {
  const left = paths.values();
  const wrong: string[] = [];
  const look = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      signal.throwIfAborted();
      const problem = await checkDataFile(next.value, unpacks, signal);
      if (problem !== undefined) wrong.push(`${basename(next.value)}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: together }, look));
  return wrong.toSorted()[0];
}

/** From 18 on pg_restore takes a stream of gzip that is cut or damaged for one that ends there. */
export function missesDamage({ major }: Pick<Client, "major">): boolean {
  return major >= 18;
}

/** Rows lie in `<number>.dat`, large objects in `blob_<number>.dat`, each packed or not. */
export function isDataFile(path: string): boolean {
  return /^(?:blob_)?\d+\.dat(?:\.(?:gz|zst|lz4))?$/.test(basename(path));
}

async function checkDataFile(
  path: string,
  unpacks: boolean,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    if (path.endsWith(".gz") && unpacks) return await checkGzip(path, signal);
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      if (path.endsWith(".zst")) return await walk(file, size, zstdEnd);
      if (path.endsWith(".lz4")) return await walk(file, size, lz4End);
      if (path.endsWith(".gz")) return size === 0 ? empty : undefined;
      return judgeEnd(path, size, await bytesAt(file, Math.max(0, size - ending.length), ending.length));
    } finally {
      await file.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

const empty = "it is empty";
const cut = "it is cut off";
/** pg_dump ends the rows of a table with an empty line. */
const ending = Buffer.from("\n\n");

/** Of a large object nothing can be said by its end; it may well be empty. */
function judgeEnd(path: string, size: number, last: Buffer): string | undefined {
  if (basename(path).startsWith("blob_")) return undefined;
  if (size === 0) return empty;
  return last.equals(ending) ? undefined : cut;
}

async function checkGzip(path: string, signal: AbortSignal): Promise<string | undefined> {
  let [size, last] = [0, Buffer.alloc(0)];
  await pipeline(
    createReadStream(path, { highWaterMark: 256 * 1024 }),
    createGunzip({ chunkSize: 256 * 1024 }),
    async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        size += piece.length;
        last = Buffer.concat([last, piece.subarray(-ending.length)]).subarray(-ending.length);
      }
    },
    { signal },
  );
  return judgeEnd(path, size, last);
}

/** Where the frame that begins at `at` ends; undefined where the file does not reach so far. Throws for what is no frame. */
type FrameEnd = (file: FileHandle, at: number) => Promise<number | undefined>;

/** Goes from block to block by their lengths alone. What they hold only a hash can vouch for: there are no sums in it. */
async function walk(file: FileHandle, size: number, frameEnd: FrameEnd): Promise<string | undefined> {
  if (size === 0) return empty;
  for (let at = 0; at < size;) {
    const end = await frameEnd(file, at);
    if (end === undefined || end > size) return cut;
    at = end;
  }
  return undefined;
}

/** RFC 8878. */
async function zstdEnd(file: FileHandle, start: number): Promise<number | undefined> {
  const head = await bytesAt(file, start, 5);
  if (head.length < 5) return undefined;
  if (head.readUInt32LE(0) !== 0xfd2fb528) throw new Error("it is no stream of zstd");
  const flags = head.readUInt8(4);
  const isSingle = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3] ?? 0;
  const content = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  let at = start + 5 + (isSingle ? 0 : 1) + dictionary + content;
  for (;;) {
    const block = await bytesAt(file, at, 3);
    if (block.length < 3) return undefined;
    const word = block.readUIntLE(0, 3);
    const isRepeated = ((word >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : word >> 3);
    if ((word & 1) === 1) return at + ((flags & 4) === 0 ? 0 : 4);
  }
}

/** The frame format of lz4. */
async function lz4End(file: FileHandle, start: number): Promise<number | undefined> {
  const head = await bytesAt(file, start, 5);
  if (head.length < 5) return undefined;
  if (head.readUInt32LE(0) !== 0x184d2204) throw new Error("it is no stream of lz4");
  const flags = head.readUInt8(4);
  const sum = (bit: number): number => ((flags & bit) === 0 ? 0 : 4);
  let at = start + 7 + ((flags & 8) === 0 ? 0 : 8) + sum(1);
  for (;;) {
    const block = await bytesAt(file, at, 4);
    if (block.length < 4) return undefined;
    const length = block.readUInt32LE(0) & 0x7fffffff;
    at += 4;
    if (length === 0) return at + sum(4);
    at += length + sum(16);
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
