/** What can be proven of a backup without a server: its parts are there, are what was written, and can be read. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../../kernel/error.ts";
import { dataOids, listArchive } from "../archive.ts";
import type { Listing } from "../archive.ts";
import type { Client } from "../clients.ts";
import { hashFiles } from "../hash-files.ts";
import type { Check, Level } from "../model.ts";
import { checkDataFiles, isDataFile, missesDamage } from "./data-files.ts";
import { readPlain } from "./plain.ts";
import { readInParts } from "./read-parts.ts";
import type { Readable } from "./read-parts.ts";

export interface Reading {
  readonly base: string;
  readonly manifest: Readable;
  readonly level: Exclude<Level, "restore">;
  /** pg_restore; plain text needs none. */
  readonly restore: Client | undefined;
  readonly signal: AbortSignal;
  /** False where the hashes have just been made of the same files. */
  readonly hashes?: boolean;
}

/** The checks of a level, those of the levels below it first. */
export async function checkFiles(reading: Reading): Promise<Check[]> {
  const listing = await list(reading);
  const checks = [await checkParts(reading), ...checkContents(reading, listing)];
  if (reading.level === "list") return checks;
  const isRead = reading.level === "read";
  const [hashes, whole] = await Promise.all([
    reading.hashes === false ? undefined : checkHashes(reading),
    isRead ? checkReading(reading, listing) : undefined,
  ]);
  return [...checks, hashes, whole].filter((check) => check !== undefined);
}

async function checkParts({ base, manifest }: Reading): Promise<Check> {
  const wrong: string[] = [];
  for (const { path, bytes } of manifest.files) {
    try {
      const { size } = await stat(join(base, path));
      if (size !== bytes) wrong.push(`${path} has ${size} bytes, not ${bytes}`);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ENOTDIR", "EACCES", "EIO", "ESTALE")) throw error;
      wrong.push(`${path} is missing or cannot be read`);
    }
  }
  return judge("files", wrong, `${manifest.files.length} files are there, each of its size`);
}

async function list({ base, manifest, restore, signal }: Reading): Promise<Listing | undefined> {
  if (manifest.format === "plain" || restore === undefined) return undefined;
  return listArchive(restore, join(base, manifest.dump), signal);
}

function checkContents({ manifest }: Reading, listing: Listing | undefined): Check[] {
  if (listing === undefined) return [];
  const { entries, complaint } = listing;
  if (entries === undefined)
    return [judge("contents", [`the table of contents cannot be read: ${complaint}`], "")];
  const found = dataOids(entries).length;
  const wrong =
    found === manifest.dataEntries
      ? []
      : [`rows of ${found} tables are listed, not of ${manifest.dataEntries ?? 0}`];
  return [judge("contents", wrong, `${entries.length} entries, rows of ${found} tables`)];
}

async function checkHashes({ base, manifest, signal }: Reading): Promise<Check> {
  const paths = manifest.files.map(({ path }) => join(base, path));
  const outcomes = await hashFiles(paths, signal);
  const wrong = manifest.files.flatMap(({ path, bytes, sha256 }, index) => {
    const found = outcomes[index] ?? { problem: "it was not read" };
    if ("problem" in found) return [`${path} cannot be read: ${found.problem}`];
    return found.bytes === bytes && found.sha256 === sha256 ? [] : [`${path} is not as it was written`];
  });
  return judge("hashes", wrong, `SHA-256 of ${manifest.files.length} files, ${manifest.bytes} bytes`);
}

async function checkReading(
  { base, manifest, restore, signal }: Reading,
  listing: Listing | undefined,
): Promise<Check | undefined> {
  const path = join(base, manifest.dump);
  if (manifest.format !== "plain" && restore === undefined) return undefined;
  const complaints =
    restore === undefined || manifest.format === "plain"
      ? [await readPlain(path, signal)]
      : await Promise.all([
          readInParts({ restore, path, entries: listing?.entries ?? [], manifest, signal }),
          checkDataFiles({
            paths: manifest.files.map((file) => join(base, file.path)).filter(isDataFile),
            unpacks: missesDamage(restore),
            signal,
          }),
        ]);
  const wrong = complaints.filter((complaint) => complaint !== undefined);
  return judge("read", wrong, "the dump was read from end to end");
}

/** A check that holds where nothing is wrong. */
export function judge(check: string, wrong: readonly string[], message: string): Check {
  const shown = wrong.length > 5 ? [...wrong.slice(0, 5), `… ${wrong.length - 5} more`] : wrong;
  return wrong.length === 0 ? { check, ok: true, message } : { check, ok: false, message: shown.join("; ") };
}
