import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import { makeFolder } from "../kernel/write-whole.ts";
import { nextId } from "./migration-id.ts";

export interface NewMigration {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly downPath: string | undefined;
}

/** A name as it stands in a file name: lower case, words joined by dashes. Throws when nothing is left of it. */
export function slugify(words: string): string {
  const slug = words
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  if (slug !== "") return slug;
  throw usageError(
    "migrate.bad-name",
    `${JSON.stringify(words)} holds nothing to name a file with.`,
    "veza-db migrate new add-user-profiles",
  );
}

/** Writes a migration of this text with the next id; never over a file that is there. */
export function writeMigrationText(
  dir: string,
  ids: readonly string[],
  words: string,
  text: string,
): { readonly id: string; readonly path: string } {
  const id = nextId(ids, today());
  const path = join(dir, `${id}-${slugify(words)}.sql`);
  try {
    makeFolder(dir);
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    throw unwritten(error, path);
  }
  return { id, path };
}

function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}

/** Writes an empty migration with the next id; never over a file that is there. */
export function writeNewMigration(
  dir: string,
  ids: readonly string[],
  words: string,
  withDown: boolean,
): NewMigration {
  const name = slugify(words);
  const id = nextId(ids, today());
  const path = join(dir, `${id}-${name}.sql`);
  const downPath = withDown ? join(dir, `${id}-${name}.down.sql`) : undefined;
  const title = words.replace(/\s+/g, " ").trim();
  try {
    makeFolder(dir);
    writeFileSync(path, `-- ${title}\n\n`, { flag: "wx" });
    if (downPath !== undefined) writeFileSync(downPath, `-- Takes back ${id}: ${title}\n\n`, { flag: "wx" });
  } catch (error) {
    throw unwritten(error, path);
  }
  return { id, name, path, downPath };
}

function unwritten(error: unknown, path: string): unknown {
  if (
    !isSystemError(error, "EEXIST", "ENAMETOOLONG", "ENOTDIR", "EACCES", "EPERM", "EROFS", "ENOSPC", "ELOOP")
  )
    return error;
  const shown = error.path ?? path;
  if (error.code === "EEXIST" && shown.endsWith(".sql")) {
    return usageError("migrate.file-exists", `${shown} is there already.`, "Run the command again.");
  }
  if (error.code === "ENAMETOOLONG") {
    return usageError(
      "migrate.bad-name",
      "The name is too long for a file.",
      "veza-db migrate new add-user-profiles",
    );
  }
  return new VezaError({
    code: "migrate.file-unwritable",
    ending: "environment",
    message: `${shown} cannot be written.`,
    detail: messageOf(error),
    hint: `ls -ld ${dirname(path)}`,
  });
}
