import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isSystemError, messageOf, usageError } from "../kernel/error.ts";

export const settingsFileName = "veza-db.config.json";

export interface SettingsFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Finds and reads the settings file: the one named, else the nearest one from `cwd` upwards. */
export function readSettingsFile(cwd: string, named: string | undefined): SettingsFile | undefined {
  const path = named === undefined ? findUpwards(cwd, settingsFileName) : resolve(cwd, named);
  if (path === undefined) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) {
      throw usageError("settings.file-missing", `The settings file ${path} does not exist.`, "veza-db init");
    }
    throw usageError(
      "settings.file-unreadable",
      `The settings file ${path} cannot be read.`,
      `Mend the file, or name another with --config <path>.`,
      placeOf(error),
    );
  }
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw usageError(
      "settings.file-invalid",
      `The settings file ${path} does not hold a JSON object.`,
      "veza-db init",
    );
  }
  return { path, content: { ...content } };
}

/** What is wrong with the JSON, without the piece of the file that the engine quotes: it may hold a password. */
function placeOf(error: unknown): string {
  if (!(error instanceof SyntaxError)) return messageOf(error);
  return error.message.replace(/, (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, " is not valid JSON here");
}

export interface EnvFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the .env file: the one named (which must exist), else `.env` of the project where there is one. */
export async function readEnvFile(
  projectDir: string,
  cwd: string,
  named: string | undefined,
): Promise<EnvFile | undefined> {
  const path = named === undefined ? join(projectDir, ".env") : resolve(cwd, named);
  if (named === undefined && !existsSync(path)) return undefined;
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    throw usageError(
      "settings.env-file-unreadable",
      `The environment file ${path} cannot be read.`,
      "Name another one with --env-file <path>.",
      messageOf(error),
    );
  }
  // `parse` alone changes nothing and prints nothing, unlike dotenv's `config`.
  const { default: dotenv } = await import("dotenv");
  return { path, variables: dotenv.parse(content) };
}

function findUpwards(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
