/** What pg_restore says of an archive: its table of contents, and whether it can be read from end to end. */
import { runProgram } from "../programs/run.ts";
import type { Client } from "./clients.ts";

export interface TocEntry {
  readonly line: string;
  readonly dumpId: string;
  readonly oid: string;
  /** e.g. `TABLE DATA public users postgres` */
  readonly text: string;
}

export interface Listing {
  /** Undefined where the archive has no readable table of contents. */
  readonly entries: readonly TocEntry[] | undefined;
  readonly complaint: string;
  /** The major version of the server that was dumped, where the archive says it. */
  readonly fromMajor?: number | undefined;
}

export async function listArchive(restore: Client, path: string, signal: AbortSignal): Promise<Listing> {
  const { exitCode, stdout, stderr } = await runProgram(restore.path, {
    args: ["--list", path],
    env: { LC_ALL: "C" },
    signal,
  });
  if (exitCode !== 0) return { entries: undefined, complaint: firstLines(stderr) };
  return { entries: parseToc(stdout), complaint: "", fromMajor: dumpedFrom(stdout) };
}

/** As pg_dump writes it at the head of a script, and pg_restore at that of its list. */
export function dumpedFrom(text: string): number | undefined {
  const [, major] = /^(?:;\s+|-- )Dumped from database version:? (\d+)/m.exec(text) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** The entries of `pg_restore --list`. Names hold no line breaks there: pg_restore replaces them. */
export function parseToc(text: string): TocEntry[] {
  const entries: TocEntry[] = [];
  for (const line of text.split("\n")) {
    const [, dumpId, oid, rest] = /^(\d+); \d+ (\d+) (.*)$/.exec(line) ?? [];
    if (dumpId !== undefined && oid !== undefined && rest !== undefined)
      entries.push({ line, dumpId, oid, text: rest });
  }
  return entries;
}

/** The tables whose rows are in the archive, by their oid in the database that was dumped. */
export function dataOids(entries: readonly TocEntry[]): string[] {
  return entries.filter(({ text }) => text.startsWith("TABLE DATA ")).map(({ oid }) => oid);
}

/**
 * Reads everything, or what stands in the file of a list, and writes it nowhere; undefined when all went well, else what
 * pg_restore said.
 */
export async function readArchive(
  restore: Client,
  path: string,
  signal: AbortSignal,
  list?: string,
): Promise<string | undefined> {
  const { exitCode, stderr } = await runProgram(restore.path, {
    args: ["--file=/dev/null", ...(list === undefined ? [] : [`--use-list=${list}`]), path],
    env: { LC_ALL: "C" },
    signal,
  });
  return exitCode === 0 ? undefined : firstLines(stderr);
}

/** What a program said, as much as a person wants to read. */
export function firstLines(text: string, most = 12): string {
  const lines = text.trim().split("\n");
  return lines.length <= most
    ? lines.join("\n")
    : `${lines.slice(0, most).join("\n")}\n… ${lines.length - most} more lines`;
}
