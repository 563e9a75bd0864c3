import { readBackups } from "../../backup/read-backups.ts";
import { backupFamilies } from "../../backup/watch/metrics-file.ts";
import type { OwnReading } from "./model.ts";

/** The backups below the root, by the names that `backup` writes for the textfile collector. */
export function readBackupsFrom(root: string): OwnReading {
  return {
    kind: "files",
    name: "veza_backups",
    read: async () => backupFamilies((await readBackups(root)).backups),
  };
}
