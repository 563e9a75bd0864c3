import { readFileSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { VezaError, isSystemError, messageOf, usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import { fileError } from "./failure.ts";
import type { SeedFile } from "./model.ts";
import { derivedFile, problemsOf, tableFile } from "./read-format.ts";
import type { Problem } from "./read-format.ts";

export interface SeedFolder {
  readonly dir: string;
  readonly shownDir: string;
  readonly files: readonly SeedFile[];
}

/** Reads every `.json` of the folder. Throws `usage` errors that name file and field, all of a file's at once. */
export function readSeedFolder(dir: string, projectDir: string): SeedFolder {
  const inside = relative(projectDir, dir);
  const shownDir = inside === "" || inside.startsWith("..") ? dir : inside;
  const files = listFiles(dir, shownDir).map((fileName) => readSeedFile(dir, shownDir, fileName));
  files.forEach((file, index) => {
    const twin = files.slice(0, index).find(({ table }) => table === file.table);
    if (twin !== undefined)
      throw fileError(
        file,
        "table",
        `${file.table} is filled by ${basename(twin.shownPath)} too`,
        "one file a table",
      );
  });
  return { dir, shownDir, files };
}

function listFiles(dir: string, shownDir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith(".json") && !name.startsWith("."))
      .toSorted();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) {
      throw usageError(
        "seed.folder-missing",
        `The seeds folder ${shownDir} ${isSystemError(error, "ENOTDIR") ? "is not a folder" : "does not exist"}.`,
        "Name the folder with --dir <path>, or set seeds.dir in veza-db.config.json.",
        `Looked for ${dir}.`,
      );
    }
    throw unreadable(error, shownDir, `ls -ld ${dir}`);
  }
}

function readSeedFile(dir: string, shownDir: string, fileName: string): SeedFile {
  const shownPath = join(shownDir, fileName);
  const content = parse(readText(join(dir, fileName), shownPath), shownPath);
  const withNul = pathToNul(content);
  if (withNul !== undefined) {
    throw fileError(
      { shownPath },
      withNul.join(".") || "the file",
      "it has the character U+0000, which no text in PostgreSQL can hold",
    );
  }
  const isDerived = typeof content === "object" && content !== null && "sql" in content;
  if (isDerived) {
    const parsed = derivedFile.safeParse(content);
    if (!parsed.success) throw badFile(shownPath, problemsOf(parsed.error), Object.keys(derivedFile.shape));
    const { table, of, sql: sqlName, kept = false } = parsed.data;
    if (sqlName !== basename(sqlName) || !sqlName.endsWith(".sql")) {
      throw fileError(
        { shownPath },
        "sql",
        `${JSON.stringify(sqlName)} is no file beside this one`,
        "the bare name of a .sql file in the same folder",
      );
    }
    const sqlPath = join(shownDir, sqlName);
    const sql = readText(join(dir, sqlName), sqlPath, { shownPath, field: "sql" });
    return { kind: "derived", shownPath, table, of, sql, sqlPath, isKept: kept };
  }
  const parsed = tableFile.safeParse(content);
  if (!parsed.success) throw badFile(shownPath, problemsOf(parsed.error), Object.keys(tableFile.shape));
  const { table, rows, scales = true, pairs, columns, withoutTriggers = [], monthsBy } = parsed.data;
  return { kind: "table", shownPath, table, rows, scales, pairs, columns, withoutTriggers, monthsBy };
}

function readText(
  path: string,
  shownPath: string,
  namedBy?: { readonly shownPath: string; readonly field: string },
): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (namedBy !== undefined && isSystemError(error, "ENOENT")) {
      throw fileError(namedBy, namedBy.field, `the file ${shownPath} does not exist`);
    }
    throw unreadable(error, shownPath, `ls -l ${shownPath}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fileError({ shownPath }, "the file", "it is not UTF-8");
  }
}

function parse(text: string, shownPath: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fileError({ shownPath }, "the file", `it is not JSON: ${messageOf(error)}`);
  }
}

/** The way to the first text or name that has a NUL. */
function pathToNul(content: unknown): string[] | undefined {
  if (typeof content === "string") return content.includes("\0") ? [] : undefined;
  if (typeof content !== "object" || content === null) return undefined;
  for (const [name, inner] of Object.entries(content)) {
    if (name.includes("\0")) return [JSON.stringify(name).slice(1, -1)];
    const path = pathToNul(inner);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

function badFile(shownPath: string, problems: readonly Problem[], fields: readonly string[]): VezaError {
  const told = problems.map(({ path, message }) => {
    const field = path.map(String).join(".");
    const unknown = path.length === 0 ? /^Unrecognized key: "(.+)"$/.exec(message)?.[1] : undefined;
    if (unknown === undefined) return { field: field === "" ? "the file" : field, message };
    const near = suggest(unknown, fields, 1)[0];
    return {
      field: unknown,
      message: `unknown field${near === undefined ? "" : ` (did you mean ${near}?)`}; allowed are ${fields.join(", ")}`,
    };
  });
  const [first = { field: "the file", message: "it is not a seed file" }] = told;
  const error = fileError({ shownPath }, first.field, first.message);
  const facts = { ...error.facts, problems: told.map(({ field, message }) => `${field}: ${message}`) };
  return error.with({ detail: told.length > 1 ? facts.problems.join("\n") : undefined, facts });
}

function unreadable(error: unknown, shownPath: string, hint: string): VezaError {
  return new VezaError({
    code: "seed.unreadable",
    ending: "environment",
    message: `${shownPath} cannot be read.`,
    detail: messageOf(error),
    hint,
    cause: error,
  });
}
