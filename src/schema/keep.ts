/** A written schema on disk: written whole, and compared with what the database says now. */
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { diffLines } from "../kernel/diff.ts";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { writeWhole } from "../kernel/write-whole.ts";
import { indexFile } from "./files.ts";
import type { SchemaFile } from "./files.ts";

export interface FileDifference {
  readonly path: string;
  readonly state: "missing" | "changed" | "left over";
  /** From what is on disk to what the database says. */
  readonly diff: string;
}

/** Writes files, each whole; in a folder that we wrote before, those of objects that are gone go too. */
export function writeFiles(folder: string, files: readonly SchemaFile[]): void {
  try {
    const known = new Set(files.map(({ path }) => path));
    for (const path of writtenBefore(folder))
      if (!known.has(path)) rmSync(join(folder, path), { force: true });
    for (const { path, text } of files) writeWhole(join(folder, path), text);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new VezaError({
      code: "schema.cannot-write",
      ending: "environment",
      message: `The schema cannot be written to ${folder}.`,
      detail: messageOf(error),
      hint: `ls -ld ${folder}`,
      cause: error,
    });
  }
}

/** What differs between the files on disk and those that should be there. */
export function compareFiles(folder: string, files: readonly SchemaFile[]): FileDifference[] {
  const known = new Set(files.map(({ path }) => path));
  return [
    ...files.flatMap(({ path, text }): FileDifference[] => {
      const found = readText(join(folder, path));
      if (found === undefined) return [{ path, state: "missing", diff: diffLines("", text, 20) }];
      return found === text ? [] : [{ path, state: "changed", diff: diffLines(found, text, 60) }];
    }),
    ...writtenBefore(folder)
      .filter((path) => !known.has(path))
      .map((path): FileDifference => ({ path, state: "left over", diff: "" })),
  ];
}

/** The object files of a folder that bears our index. Any other folder holds nothing of ours. */
function writtenBefore(folder: string): string[] {
  const index = readText(join(folder, indexFile));
  if (
    index?.startsWith("-- The schema, written by veza-db schema dump.") !== true ||
    !index.includes("\\ir ")
  )
    return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) =>
      readdirSync(join(folder, name))
        .filter((file) => file.endsWith(".sql"))
        .map((file) => `${name}/${file}`),
    )
    .filter((path) => index.includes(`\\ir ${path}\n`) || index.includes(`\\ir '${path}'\n`));
}

/** CRLF is what git may make of it on Windows; it is no difference. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EISDIR")) return undefined;
    throw error;
  }
}
