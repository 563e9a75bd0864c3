import { readFileSync, readdirSync, statSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, relative } from "node:path";
import { compareText } from "../kernel/compare.ts";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { compareIds, splitFileStem } from "./migration-id.ts";
import type { Clash, MigrationFile, MigrationFolder } from "./model.ts";
import { checksumOf, normalizeBytes, requireUtf8 } from "./text.ts";

/**
 * Reads a folder of migrations: names, checksums and what is wrong with them. Every file is looked at before anything
 * runs. Throws `usage` errors for a folder that is missing and for files that cannot be read as migrations.
 */
export function readMigrationFolder(dir: string, projectDir: string): MigrationFolder {
  const inside = relative(projectDir, dir);
  const shownDir = inside === "" || inside.startsWith("..") ? dir : inside;
  const files: MigrationFile[] = [];
  const downs = new Map<string, string>();
  for (const entry of listSqlFiles(dir, shownDir)) {
    const path = join(dir, entry.name);
    const shown = join(shownDir, entry.name);
    refuseFolder(path, entry, shown);
    const stem = entry.name.slice(0, -".sql".length);
    if (stem.endsWith(".down")) {
      requireName(stem.slice(0, -".down".length), entry.name, shownDir);
      downs.set(stem.slice(0, -".down".length), path);
      continue;
    }
    const { id, name } = requireName(stem, entry.name, shownDir);
    const bytes = readBytes(path, shown);
    requireUtf8(bytes, shown);
    files.push({
      id,
      name,
      file: entry.name,
      shown,
      path,
      checksum: checksumOf(bytes),
      bytes: bytes.length,
      downPath: undefined,
    });
  }
  const withDowns = files
    .map((file) => ({ ...file, downPath: downs.get(`${file.id}-${file.name}`) }))
    .toSorted((a, b) => compareIds(a.id, b.id) || compareText(a.file, b.file));
  const known = new Set(files.map(({ id, name }) => `${id}-${name}`));
  const warnings = [...downs.keys()]
    .filter((stem) => !known.has(stem))
    .map((stem) => `${join(shownDir, `${stem}.down.sql`)} undoes a migration whose file is not there.`);
  return { dir, shownDir, files: withDowns, clashes: findClashes(withDowns), warnings };
}

/** The text of a migration as it is run and stored. Refuses a file that has changed since the folder was read. */
export function readMigrationText(file: MigrationFile): string {
  let bytes: Buffer | undefined;
  try {
    bytes = normalizeBytes(readFileSync(file.path));
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw unreadable(file.shown, error);
  }
  if (bytes !== undefined && checksumOf(bytes) === file.checksum) return bytes.toString("utf8");
  throw new VezaError({
    code: "migrate.file-changing",
    ending: "refused",
    message: `${file.file} ${bytes === undefined ? "went away" : "changed"} while it was being read.`,
    hint: "Run the command again when nobody is writing to the folder.",
    state: "Nothing was changed.",
  });
}

/** The text that undoes a migration, where there is one. */
export function readDownText({
  downPath,
  shown,
}: Pick<MigrationFile, "downPath" | "shown">): string | undefined {
  if (downPath === undefined) return undefined;
  const shownDown = shown.replace(/\.sql$/, ".down.sql");
  const bytes = readBytes(downPath, shownDown);
  requireUtf8(bytes, shownDown);
  return normalizeBytes(bytes).toString("utf8");
}

function listSqlFiles(dir: string, shownDir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).filter(
      ({ name }) => name.toLowerCase().endsWith(".sql") && !name.startsWith("."),
    );
  } catch (error) {
    if (isSystemError(error, "ENOENT")) {
      throw usageError(
        "migrate.folder-missing",
        `The migrations folder ${shownDir} does not exist.`,
        "veza-db init lays a new project; --dir <path> names another folder.",
        `Looked for ${dir}.`,
      );
    }
    if (isSystemError(error, "ENOTDIR")) {
      throw usageError(
        "migrate.folder-missing",
        `${shownDir} is not a folder.`,
        "Name the folder with --dir <path>.",
      );
    }
    throw new VezaError({
      code: "migrate.folder-unreadable",
      ending: "environment",
      message: `The migrations folder ${shownDir} cannot be read.`,
      detail: messageOf(error),
      hint: `ls -ld ${shellWord(dir)}`,
    });
  }
}

function requireName(
  stem: string,
  fileName: string,
  shownDir: string,
): { readonly id: string; readonly name: string } {
  const parts = fileName.endsWith(".sql") ? splitFileStem(stem) : undefined;
  if (parts !== undefined) return parts;
  throw usageError(
    "migrate.bad-file-name",
    `${join(shownDir, fileName)} is not named as a migration is.`,
    "veza-db migrate new <name> writes a file with the right name.",
    "A migration is named YYYY-MM-DD-NNN-name.sql, e.g. 2024-01-15-002-add-user-profiles.sql, with a date that exists.",
  ).with({ facts: { file: join(shownDir, fileName) } });
}

function refuseFolder(path: string, entry: Dirent, shown: string): void {
  const isFolder = entry.isSymbolicLink()
    ? statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
    : entry.isDirectory();
  if (!isFolder) return;
  throw usageError(
    "migrate.not-a-file",
    `${shown} is a folder, not a migration file.`,
    `mv ${shellWord(shown)} ${shellWord(shown.replace(/\.sql$/i, ""))}`,
  );
}

function readBytes(path: string, shown: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function unreadable(shown: string, error: unknown): VezaError {
  return new VezaError({
    code: "migrate.file-unreadable",
    ending: "environment",
    message: `${shown} cannot be read.`,
    detail: messageOf(error),
    hint: `ls -l ${shellWord(shown)}`,
  });
}

/** Files are sorted, so those that share an id stand together; ids that differ only in leading zeros clash too. */
function findClashes(files: readonly MigrationFile[]): Clash[] {
  const clashes: { id: string; files: string[] }[] = [];
  files.forEach((file, index) => {
    const before = files[index - 1];
    if (before === undefined || compareIds(before.id, file.id) !== 0) return;
    const last = clashes.at(-1);
    if (last?.id === before.id) last.files.push(file.file);
    else clashes.push({ id: before.id, files: [before.file, file.file] });
  });
  return clashes;
}
