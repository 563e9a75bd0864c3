import { readdirSync } from "node:fs";
import { isSystemError } from "./error.ts";

/** The names in a folder, sorted; none where the folder is not there. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
