/** The server keeps no peak of its connections: each look of the tool's remembers the most that was seen. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isSystemError, messageOf } from "../kernel/error.ts";
import { makeFolder, writeWhole } from "../kernel/write-whole.ts";

/** The most connections at once that any look has seen on that server; 0 where there was none. */
export function highestConnections(folder: string, systemIdentifier: string | null): number {
  if (systemIdentifier === null) return 0;
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(folder, systemIdentifier), "utf8"));
    const peak: unknown = typeof value === "object" && value !== null ? Reflect.get(value, "connections") : 0;
    return typeof peak === "number" ? peak : 0;
  } catch (error) {
    if (isSystemError(error, "ENOENT") || error instanceof SyntaxError) return 0;
    throw error;
  }
}

/** Remembers it. Returns a warning when that could not be done. */
export function keepConnections(
  folder: string,
  systemIdentifier: string | null,
  connections: number,
): string | undefined {
  // Where the project keeps no state, advice leaves none behind.
  if (systemIdentifier === null || !existsSync(dirname(folder))) return undefined;
  if (highestConnections(folder, systemIdentifier) >= connections) return undefined;
  try {
    // As journals are: for the owner's eyes.
    makeFolder(folder, 0o700);
    writeWhole(fileOf(folder, systemIdentifier), `${JSON.stringify({ connections })}\n`, 0o600);
    return undefined;
  } catch (error) {
    return `The connections seen could not be remembered in ${folder}: ${messageOf(error)}.`;
  }
}

function fileOf(folder: string, systemIdentifier: string): string {
  return join(folder, `seen-${systemIdentifier}.json`);
}
