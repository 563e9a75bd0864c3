/** What is to be restored: a backup of ours, or a dump that somebody else made. */
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { VezaError, isSystemError, usageError } from "../../kernel/error.ts";
import { dumpedFrom, listArchive } from "../archive.ts";
import { findClient, safeRelease } from "../clients.ts";
import type { Client } from "../clients.ts";
import { filesBelow } from "../files.ts";
import { exists } from "../read-backups.ts";
import { checkDataFiles, isDataFile, missesDamage } from "../verify/data-files.ts";
import { endsAsDump } from "../verify/plain.ts";
import { readScript, scanScript } from "./load.ts";

export interface ForeignDump {
  readonly path: string;
  readonly kind: "archive" | "tar" | "script";
  readonly bytes: number;
  readonly madeAt: Date;
  readonly client: Client;
  /** The major version of the server that was dumped, where the dump says it. */
  readonly fromMajor: number | undefined;
}

/** Looks at a dump that is not ours, with trust given for it: its kind, and the program that may be given it. */
export async function readForeign(
  path: string,
  isTrusted: boolean,
  programs: string | undefined,
  signal: AbortSignal,
): Promise<ForeignDump> {
  const found = await stat(path).catch((error: unknown) => {
    if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
    throw usageError("backup.not-found", `There is no backup and no file ${path}.`, "veza-db backup list");
  });
  if (!isTrusted) {
    throw new VezaError({
      code: "restore.not-trusted",
      ending: "refused",
      message: `${path} is no backup of veza-db: nothing says what is in it.`,
      detail: "A dump runs as code in the database, as whoever restores it.",
      hint: "Add --trust if you know where it comes from: it is then restored by a role that is no superuser.",
      state: "Nothing was changed.",
    });
  }
  const kind = await kindOf(path, found.isDirectory());
  const client = await findClient({
    name: kind === "script" ? "psql" : "pg_restore",
    atLeast: kind === "script" ? 14 : await neededMajor(found.isDirectory() ? join(path, "toc.dat") : path),
    folder: programs,
    because: "the dump was made by a newer pg_dump",
  });
  requireSafe(client);
  if (found.isDirectory()) await requireWholeFiles(path, client, signal);
  const fromMajor = kind === "script" ? await lookThrough(path) : await listContents(path, client, signal);
  return { path, kind, bytes: found.size, madeAt: found.mtime, client, fromMajor };
}

/** Which pg_restore can read an archive: its head has the version of its format. A tar begins with the name of its first file. */
async function neededMajor(path: string): Promise<number> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const [, major = 1, minor = 0] = /PGDMP/.test(buffer.toString("latin1"))
      ? buffer.subarray(buffer.indexOf("PGDMP") + 4)
      : [];
    if (major > 1 || minor >= 16) return 17;
    return minor === 15 ? 16 : 14;
  } finally {
    await file.close();
  }
}

async function listContents(path: string, client: Client, signal: AbortSignal): Promise<number | undefined> {
  const { entries, complaint, fromMajor } = await listArchive(client, path, signal);
  if (entries !== undefined) return fromMajor;
  const isNewer = complaint.includes("unsupported version");
  throw new VezaError({
    code: isNewer ? "program.too-old" : "restore.dump-cut",
    ending: isNewer ? "environment" : "refused",
    message: isNewer
      ? `${client.path} is version ${client.version}, too old: the dump was made by a newer pg_dump.`
      : `The table of contents of ${path} cannot be read.`,
    detail: complaint,
    hint: isNewer
      ? `apt-get install postgresql-client-${client.major + 1} or newer, or set backup.programs to the folder of newer programs`
      : "Use another dump.",
    state: "Nothing was changed.",
  });
}

/** The whole script, before anything is made. */
async function lookThrough(path: string): Promise<number | undefined> {
  try {
    const { statements } = await scanScript(path);
    if (statements === 0) throw emptyDump(path);
  } catch (error) {
    throw error instanceof VezaError && /: \\c(?:onnect)?\b/.test(error.detail ?? "")
      ? error.with({
          hint: "pg_dumpall and pg_dump --create write \\connect. Dump each database by itself: pg_dump --format=custom --file=<path> <database>",
        })
      : error;
  }
  return requireWhole(path);
}

/** An archive begins with its mark, or holds a table of contents; everything else is text. */
async function kindOf(path: string, isFolder: boolean): Promise<ForeignDump["kind"]> {
  if (isFolder) {
    if (await exists(join(path, "toc.dat"))) return "archive";
    throw usageError(
      "restore.no-dump",
      `The folder ${path} holds no dump: there is no toc.dat.`,
      "veza-db backup list",
    );
  }
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const isCustom = buffer.toString("latin1", 0, 5) === "PGDMP";
    const isTar = buffer.toString("latin1", 257, 262) === "ustar";
    return isCustom ? "archive" : isTar ? "tar" : "script";
  } finally {
    await file.close();
  }
}

/** Crafted dumps run code on the machine of whoever restores them with a program that has the holes. */
function requireSafe(client: Client): void {
  const wanted = safeRelease(client);
  if (wanted === undefined) return;
  throw new VezaError({
    code: "program.unsafe",
    ending: "environment",
    message: `${client.path} is version ${client.version}: a crafted dump can run programs on this machine through it.`,
    detail: `The known holes are mended from ${wanted} on.`,
    hint: `Install PostgreSQL's client programs ${wanted} or newer, or set backup.programs to their folder.`,
    state: "Nothing was changed.",
    facts: { program: client.path, version: client.version, neededVersion: wanted },
  });
}

/** What a pipe leaves behind whose pg_dump has failed. */
function emptyDump(path: string): VezaError {
  return new VezaError({
    code: "restore.dump-empty",
    ending: "refused",
    message: `${path} holds no statement: nothing would be restored.`,
    detail: "A script that packs what pg_dump prints leaves such a file when pg_dump fails.",
    hint: "Use another dump.",
    state: "Nothing was changed.",
  });
}

const headBytes = 400;
const tailBytes = 4096;

/** What begins as pg_dump begins must end as pg_dump ends; of other scripts nothing can be said. Gives the server's major. */
async function requireWhole(path: string): Promise<number | undefined> {
  let head = "";
  let tail = "";
  for await (const piece of await readScript(path)) {
    const text = Buffer.from(piece).toString("latin1");
    if (head.length < headBytes) head += text.slice(0, headBytes);
    tail = (tail + text).slice(-tailBytes);
  }
  if (!/^-- PostgreSQL database dump\r?$/m.test(head) || endsAsDump(tail)) return dumpedFrom(head);
  throw dumpCut(`${path} is cut off: it does not end as pg_dump ends a dump.`);
}

/** Of a folder pg_restore takes what is left of each file for all of it. */
async function requireWholeFiles(path: string, client: Client, signal: AbortSignal): Promise<void> {
  const paths = (await filesBelow(path)).filter(isDataFile);
  const problem = await checkDataFiles({ paths, unpacks: missesDamage(client), signal });
  if (problem !== undefined) throw dumpCut(`The dump ${path} is damaged: ${problem}.`);
}

function dumpCut(message: string): VezaError {
  return new VezaError({
    code: "restore.dump-cut",
    ending: "refused",
    message,
    hint: "Use another dump; this one would restore without an error, and without the rest.",
    state: "Nothing was changed.",
  });
}
