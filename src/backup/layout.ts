/** Names on disk. Everything that is unfinished or going has a name that begins with a dot. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { BackupFormat, BackupPlace } from "./model.ts";

export const manifestName = "manifest.json";
export const partialPrefix = ".partial-";
export const deletingPrefix = ".deleting-";
export const draftName = "draft.json";
/** Says in a database's folder that its last run failed, so that nothing is pruned. */
export const failureName = "failed.json";

const id = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;

/** `20261122T224501Z-3f9a2c1b`: sorted by name is sorted by time. */
export function newBackupId(now: Date): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  return `${time}-${randomBytes(4).toString("hex")}`;
}

export function isBackupId(text: string): boolean {
  return id.test(text);
}

/** Clocks of two machines may differ by so much without one having gone back. */
export const skewMs = 300_000;

/** The time that an id was made at, ISO 8601. */
export function timeOfId(text: string): string {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/.exec(text) ?? [];
  return `${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour ?? ""}:${minute ?? ""}:${second ?? ""}Z`;
}

/** The folder of a database's backups: its name, with what a path could misread percent-encoded. */
export function databaseFolder(root: string, database: string): string {
  const name = database.replaceAll(/[^\p{L}\p{N} ._@+=,-]/gu, encode).replace(/^\./, "%2E");
  return join(root, name);
}

function encode(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

/** Where a backup's parts lie in a database's folder. Plain text has them side by side, the others in a folder. */
export function placeOf(folder: string, backupId: string, format: BackupFormat): BackupPlace {
  if (format === "plain") {
    const stem = join(folder, backupId);
    return {
      path: `${stem}.sql.gz`,
      base: folder,
      manifest: `${stem}.${manifestName}`,
      verifications: `${stem}.verified.json`,
      pin: `${stem}.pinned`,
    };
  }
  const base = join(folder, backupId);
  return {
    path: base,
    base,
    manifest: join(base, manifestName),
    verifications: join(base, "verified.json"),
    pin: join(base, "pinned"),
  };
}

/** The names of a backup's own files, from its base folder. */
export function fileNames(
  backupId: string,
  format: BackupFormat,
): { readonly dump: string; readonly roles: string; readonly catalog: string } {
  if (format === "plain") {
    return {
      dump: `${backupId}.sql.gz`,
      roles: `${backupId}.roles.sql`,
      catalog: `${backupId}.catalog.json.gz`,
    };
  }
  const dump = format === "directory" ? "dump" : "dump.pgdump";
  return { dump, roles: "roles.sql", catalog: "catalog.json.gz" };
}
