import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { usageError } from "../kernel/error.ts";
import type { VezaError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { isWhole } from "./kind.ts";
import { databaseFolder, isBackupId, manifestName, placeOf, skewMs, timeOfId } from "./layout.ts";
import type { Backup, BrokenBackup } from "./model.ts";
import { readBackup, readBackups, readDatabaseFolder } from "./read-backups.ts";

export interface BackupWish {
  /** An id, a path, or `latest`. */
  readonly name: string;
  readonly root: string;
  readonly cwd: string;
  /** Whose newest is meant by `latest`, where that is known. */
  readonly database: string | undefined;
  /** By `latest` the newest good and whole one is meant, to restore from; else the newest, however it stands. */
  readonly isToRestore: boolean;
}

/** The backup that is meant; undefined where a path is given that is none of ours. Throws where it cannot be told. */
export async function findBackup(wish: BackupWish): Promise<Backup | BrokenBackup | undefined> {
  if (wish.name === "latest") return findLatest(wish);
  if (isBackupId(wish.name)) return findById(wish);
  return findByPath(isAbsolute(wish.name) ? wish.name : resolve(wish.cwd, wish.name));
}

async function findLatest({ root, database, isToRestore }: BackupWish): Promise<Backup | BrokenBackup> {
  const found =
    database === undefined
      ? await readBackups(root)
      : await readDatabaseFolder(databaseFolder(root, database));
  const good = found.backups.filter(
    ({ manifest, problem }) => problem === undefined && isWhole(manifest.contents),
  );
  const meant = isToRestore ? good : found.backups;
  const databases = [...new Set(meant.map(({ manifest }) => manifest.database))];
  if (databases.length > 1) {
    throw usageError(
      "backup.which-database",
      `There are backups of ${databases.length} databases in ${root}, and none is named.`,
      "Name one with --database <name>, or the backup by its id: veza-db backup list",
      databases.join("\n"),
    );
  }
  const [latest] = [...meant, ...(isToRestore ? [] : found.broken)].toSorted((a, b) =>
    a.id < b.id ? 1 : -1,
  );
  if (latest !== undefined && Date.parse(timeOfId(latest.id)) > Date.now() + skewMs)
    throw fromTheFuture(latest.id);
  if (latest !== undefined) return latest;
  throw usageError(
    "backup.not-found",
    `There is no ${isToRestore ? "good " : ""}backup ${database === undefined ? "" : `of ${database} `}in ${root}.`,
    found.backups.length === 0 ? "veza-db backup" : "veza-db backup list",
  );
}

/** After a clock went back the newest by its name is not the newest: nobody can tell which is meant. */
function fromTheFuture(id: string): VezaError {
  return usageError(
    "backup.clock",
    `The newest backup by its name, ${id}, was begun after ${new Date().toISOString()}: one of two clocks is wrong.`,
    "Name the backup that is meant by its id: veza-db backup list",
  );
}

async function findById({ name, root }: BackupWish): Promise<Backup | BrokenBackup> {
  const { backups, broken } = await readBackups(root);
  const found = [...backups, ...broken].find(({ id }) => id === name);
  if (found !== undefined) return found;
  const near = suggest(
    name,
    backups.map(({ id }) => id),
    1,
  )[0];
  throw usageError(
    "backup.not-found",
    `There is no backup ${name} in ${root}.`,
    near === undefined ? "veza-db backup list" : `Did you mean ${near}?`,
  );
}

/** A folder that a backup lies in, or any file of one in plain text. */
async function findByPath(path: string): Promise<Backup | BrokenBackup | undefined> {
  const name = basename(path);
  const folder = dirname(path);
  if (isBackupId(name) || name === manifestName) {
    const base = isBackupId(name) ? path : folder;
    const place = placeOf(dirname(base), basename(base), "directory");
    const found = await readBackup(place);
    return "manifest" in found ? found : { id: basename(base), path: base, folder: dirname(base), ...found };
  }
  const id = name.split(".")[0] ?? "";
  if (isBackupId(id) && /\.(?:sql\.gz|manifest\.json)$/.test(name)) {
    const found = await readBackup(placeOf(folder, id, "plain"));
    return "manifest" in found ? found : { id, path: join(folder, name), folder, ...found };
  }
  // A backup that was copied under another name still has its manifest.
  const found = await readBackup({
    path,
    base: path,
    manifest: join(path, manifestName),
    verifications: join(path, "verified.json"),
    pin: join(path, "pinned"),
  });
  return "manifest" in found ? found : undefined;
}
