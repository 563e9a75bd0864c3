import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../../kernel/names-in.ts";

/** A snapshot that `stats snapshot` has named by its time. */
export interface SnapshotFile {
  readonly path: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly bytes: number;
}

/** `20261123T100000Z.json` */
export function snapshotName(takenAt: string): string {
  return `${new Date(takenAt).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z.json`;
}

/** The snapshots in a folder that bear a time for a name, oldest first. A folder that is not there holds none. */
export function listSnapshots(folder: string): readonly SnapshotFile[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const bytes = timeOf(name) === undefined ? undefined : statSync(path, { throwIfNoEntry: false })?.size;
    return bytes === undefined ? [] : [{ path, name, bytes, at: timeOf(name) ?? 0 }];
  });
}

/** Deletes those that are older than `keepMs` and gives their names; 0 keeps all. The newest always stays. */
export function pruneSnapshots(folder: string, keepMs: number, now: number): readonly string[] {
  if (keepMs === 0) return [];
  const old = listSnapshots(folder)
    .slice(0, -1)
    .filter(({ at }) => at < now - keepMs);
  for (const { path } of old) rmSync(path, { force: true });
  return old.map(({ name }) => name);
}

function timeOf(name: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.json$/.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
}
