import { readFileSync, readdirSync } from "node:fs";
import { isUtf8 } from "node:buffer";
import { join, relative } from "node:path";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import { shellWord } from "../kernel/shell-word.ts";
import { suggest } from "../kernel/suggest.ts";
import type { Query } from "./model.ts";
import { readQueryText } from "./read-file.ts";

/** A folder of queries: which there are, before any is read. */
export interface QueryFolder {
  readonly dir: string;
  /** The folder as people know it. */
  readonly shownDir: string;
  readonly files: readonly QueryFile[];
}

export interface QueryFile {
  readonly name: string;
  readonly path: string;
  readonly shownPath: string;
}

/** Lists the queries of a folder and of the folders in it, by name. */
export function listQueries(dir: string, projectDir: string): QueryFolder {
  const inside = relative(projectDir, dir);
  const shownDir = inside === "" || inside.startsWith("..") ? dir : inside;
  const files = listFiles(dir, shownDir)
    .map((path): QueryFile => ({
      name: nameOf(path, shownDir),
      path: join(dir, path),
      shownPath: join(shownDir, path),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const clash = files.find(({ name }, at) => files[at + 1]?.name === name);
  if (clash !== undefined) throw twoOfAName(clash.name, files);
  return { dir, shownDir, files };
}

/** The query of a name. Throws `query.unknown` with the nearest names. */
export function readQuery(folder: QueryFolder, name: string): Query {
  return readQueryFile(fileOf(folder, name));
}

function fileOf(folder: QueryFolder, name: string): QueryFile {
  const file = folder.files.find((candidate) => candidate.name === name);
  if (file === undefined) throw unknownQuery(folder, name);
  return file;
}

/** A file that is no query, and why. */
export interface UnreadableQuery {
  readonly name: string;
  readonly file: string;
  readonly problem: VezaError;
}

/** All queries, or those named; with the files that cannot be read as one. Throws for a name that no file has. */
export function readEach(
  folder: QueryFolder,
  names: readonly string[] = [],
): readonly (Query | UnreadableQuery)[] {
  return (names.length === 0 ? folder.files.map(({ name }) => name) : [...new Set(names)]).map((name) => {
    const file = fileOf(folder, name);
    try {
      return readQueryFile(file);
    } catch (error) {
      if (!(error instanceof VezaError)) throw error;
      return { name, file: file.shownPath, problem: error };
    }
  });
}

/** All queries, or those named. Where several cannot be read, the error names them all. */
export function readQueries(folder: QueryFolder, names: readonly string[] = []): Query[] {
  const queries: Query[] = [];
  const problems: VezaError[] = [];
  for (const read of readEach(folder, names)) {
    if ("problem" in read) problems.push(read.problem);
    else queries.push(read);
  }
  const [first, second] = problems;
  if (first === undefined) return queries;
  if (second === undefined) throw first;
  throw first.with({
    message: `${problems.length} queries cannot be read.`,
    detail: problems.map(({ message }) => message).join("\n"),
  });
}

export function unknownQuery(folder: QueryFolder, name: string): VezaError {
  const known = folder.files.map((file) => file.name);
  const near = suggest(name, known, 1)[0] ?? known.find((candidate) => candidate.endsWith(`.${name}`));
  const none =
    known.length === 0 ? `Write one: ${join(folder.shownDir, "<area>", "<name>.sql")}` : "veza-db query list";
  return usageError(
    "query.unknown",
    `There is no query ${JSON.stringify(name)} in ${folder.shownDir}.`,
    near === undefined ? none : `Did you mean ${near}?`,
  );
}

function readQueryFile({ name, path, shownPath }: QueryFile): Query {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new VezaError({
      code: "query.file-unreadable",
      ending: "environment",
      message: `${shownPath} cannot be read.`,
      detail: messageOf(error),
      hint: `ls -l ${shellWord(shownPath)}`,
      cause: error,
    });
  }
  if (!isUtf8(bytes)) {
    throw usageError(
      "query.invalid-utf8",
      `${shownPath} is not valid UTF-8.`,
      `iconv -f LATIN1 -t UTF-8 ${shellWord(shownPath)}`,
    );
  }
  return readQueryText(name, shownPath, bytes.toString("utf8").replace(/^\uFEFF/, ""));
}

function listFiles(dir: string, shownDir: string): string[] {
  try {
    return readdirSync(dir, { recursive: true, encoding: "utf8" }).filter(
      (path) => /\.sql$/i.test(path) && !path.split(/[\\/]/).some((part) => part.startsWith(".")),
    );
  } catch (error) {
    const isMissing = isSystemError(error, "ENOENT", "ENOTDIR");
    throw new VezaError({
      code: isMissing ? "query.folder-missing" : "query.folder-unreadable",
      ending: isMissing ? "usage" : "environment",
      message: isMissing
        ? `There is no folder ${shownDir} with queries.`
        : `The folder ${shownDir} cannot be read.`,
      detail: isMissing ? undefined : messageOf(error),
      hint: "Name the folder with --dir <path>, or as queries.dir in veza-db.config.json; see veza-db query list --help",
      cause: error,
    });
  }
}

/** `users/profile.sql` is `users.profile`. */
function nameOf(path: string, shownDir: string): string {
  const parts = path.replace(/\.sql$/i, "").split(/[\\/]/);
  const odd = parts.find((part) => !/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(part));
  if (odd === undefined) return parts.join(".");
  throw usageError(
    "query.bad-name",
    `${join(shownDir, path)} is no name for a query: ${JSON.stringify(odd)} holds more than letters, digits, - and _.`,
    "Name it as <area>/<name>.sql; the query is then <area>.<name>.",
  );
}

function twoOfAName(name: string, files: readonly QueryFile[]): VezaError {
  const paths = files.filter((file) => file.name === name).map(({ shownPath }) => shownPath);
  return usageError(
    "query.two-of-a-name",
    `Two files are the query ${name}: ${paths.join(" and ")}.`,
    "Rename one of them.",
  );
}
