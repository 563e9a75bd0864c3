/** SQL texts from disk, in the order in which they are run. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";

export interface SqlText {
  /** For messages. */
  readonly source: string;
  readonly text: string;
}

/** A file, or every .sql file of a folder by name; where the folder has a `schema.sql` of \ir lines, those in its order. */
export function readTexts(path: string, kind: "file" | "folder"): SqlText[] {
  if (kind === "file") return [{ source: path, text: readText(path) }];
  const index = join(path, "schema.sql");
  if (existsSync(index)) {
    const text = readText(index);
    const included = [...text.matchAll(/^\\ir (?:'([^'\n]+)'|(\S+))$/gm)].map(
      (match) => match[1] ?? match[2] ?? "",
    );
    if (included.length > 0) {
      const head = { source: index, text: text.replace(/^\\ir .*$/gm, "") };
      return [
        head,
        ...included.map((file) => ({ source: join(path, file), text: readText(join(path, file)) })),
      ];
    }
  }
  const files = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql") && !file.endsWith(".down.sql"))
    .toSorted();
  if (files.length === 0)
    throw usageError(
      "diff.empty-folder",
      `${relative("", path) || path} holds no .sql file.`,
      "Name a folder with .sql files in it.",
    );
  return files.map((file) => ({ source: join(path, file), text: readText(join(path, file)) }));
}

function readText(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "EACCES", "EPERM", "EISDIR")) throw error;
    throw new VezaError({
      code: "diff.unreadable",
      ending: "environment",
      message: `${path} cannot be read.`,
      detail: messageOf(error),
      hint: `ls -l ${path}`,
      cause: error,
    });
  }
  return withoutClient(new TextDecoder("utf-8").decode(bytes));
}

/** What pg_dump writes for psql alone: its brackets around the text, and rows. */
function withoutClient(text: string): string {
  const plain = text
    .replaceAll("\r\n", "\n")
    .replace(/^\\(?:un)?restrict .*$/gm, "")
    .replace(/^COPY [^;]* FROM stdin;\n[\s\S]*?^\\\.$/gm, "");
  // As pg_dump wrote it until 9.0: where no backslash stands, both readings are the same.
  return plain.includes("\\") ? plain : plain.replace(/^SET standard_conforming_strings = off;$/gim, "");
}
