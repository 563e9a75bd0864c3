/**
 * Where things lie. A home is the folder that holds data, logs and binaries: the project's `.veza` itself, or, where
 * the server's account may not enter that, a folder of its own elsewhere which the pointer names.
 *
 *     <home>/postgres/<major>       data
 *     <home>/postgres/<major>.log   what the server says
 *     <home>/binaries/…             fetched or copied programs
 */
import { readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../kernel/error.ts";
import type { Pointer } from "./pointer.ts";
import { pointerName, parsePointer } from "./pointer.ts";
import { isSupported } from "./model.ts";

/** The folder that belongs to the server's account. */
export function dataRoot(home: string): string {
  return join(home, "postgres");
}

export function dataDirectory(home: string, major: number): string {
  return join(dataRoot(home), String(major));
}

export function logFile(home: string, major: number): string {
  return join(dataRoot(home), `${major}.log`);
}

/**
 * The home a pointer leads to; undefined when it is not this project's. A project that was moved takes its home
 * along; a copy of a project does not share the home of the one it was copied from.
 */
export async function homeOf(stateDir: string, pointer: Pointer): Promise<string | undefined> {
  if (pointer.home === null) return stateDir;
  const here = await realpath(stateDir);
  if (pointer.stateDir === here) return pointer.home;
  const original = join(pointer.stateDir, pointerName);
  try {
    return parsePointer(await readFile(original, "utf8"), original).id === pointer.id
      ? undefined
      : pointer.home;
  } catch {
    return pointer.home; // nothing readable there any more: this is the project itself, moved
  }
}

/** The majors that have data in a home, newest first. */
export async function majorsWithData(home: string): Promise<number[]> {
  try {
    const names = await readdir(dataRoot(home));
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter(isSupported)
      .toSorted((a, b) => b - a);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
