/** Reading a dump from end to end by several programs at once, each a part of it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { shareOut } from "../../kernel/share-out.ts";
import { readArchive } from "../archive.ts";
import type { TocEntry } from "../archive.ts";
import type { Client } from "../clients.ts";
import type { BackupFile, Manifest } from "../model.ts";

const mostPrograms = 4;
/** What one program reads while another starts. */
const worthBytes = 16 * 1024 * 1024;

/** What is needed of a manifest; before its files are hashed it has no more. */
export type Readable = Pick<Manifest, "dump" | "format" | "dataEntries" | "bytes"> & {
  readonly files: readonly (Pick<BackupFile, "path" | "bytes"> & Partial<Pick<BackupFile, "sha256">>)[];
};

/** The entries in as many lists as can be read at once; each is in one of them. Pure. */
export function readingLists(
  entries: readonly TocEntry[],
  { format, dump, files }: Pick<Readable, "format" | "dump" | "files">,
  programs: number,
): string[] {
  const sizes = new Map(files.map(({ path, bytes }) => [path.split(".")[0] ?? path, bytes]));
  const sizeOf = ({ dumpId }: TocEntry): number => sizes.get(`${dump}/${dumpId}`) ?? 0;
  const total = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  const most = format === "directory" ? Math.min(programs, Math.floor(total / worthBytes)) : 1;
  return shareOut(entries, Math.max(1, most), sizeOf)
    .filter((share) => share.length > 0)
    .map((share) => `${share.map(({ line }) => line).join("\n")}\n`);
}

export interface Reading {
  readonly restore: Client;
  readonly path: string;
  readonly entries: readonly TocEntry[];
  readonly manifest: Readable;
  readonly signal: AbortSignal;
}

/** Undefined when all went well, else what pg_restore said first. */
export async function readInParts(reading: Reading): Promise<string | undefined> {
  const { restore, path, entries, manifest, signal } = reading;
  const lists = readingLists(entries, manifest, Math.min(mostPrograms, availableParallelism()));
  if (lists.length < 2) return readArchive(restore, path, signal);
  const folder = await mkdtemp(join(tmpdir(), "veza-db-read-"));
  try {
    const complaints = await Promise.all(
      lists.map(async (list, index) => {
        const file = join(folder, String(index));
        await writeFile(file, list);
        return readArchive(restore, path, signal, file);
      }),
    );
    return complaints.find((complaint) => complaint !== undefined);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
