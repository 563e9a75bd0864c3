import { sha256 } from "../kernel/hash.ts";
import type { Manifest } from "./model.ts";

/**
 * One hash for a whole dump: of its one file, or, of the directory format, of the lines that `sha256sum` prints for its
 * files, in the order of their paths.
 */
export function digestOf({ dump, files }: Pick<Manifest, "dump" | "files">): string {
  const single = files.find(({ path }) => path === dump);
  if (single !== undefined) return single.sha256;
  const inside = files.filter(({ path }) => path.startsWith(`${dump}/`));
  return sha256(inside.map((file) => `${file.sha256}  ${file.path}\n`).join(""));
}
