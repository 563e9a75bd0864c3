/**
 * `.veza/embedded.json`: what the last start left behind, so that the next command finds the server in a few
 * milliseconds. It holds no secret. It is a memory only: whether the server runs, its own postmaster.pid says.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError, messageOf, VezaError } from "../kernel/error.ts";
import type { BinarySource } from "./model.ts";

export interface Pointer {
  /** Ties a home outside the project to this project and no other. */
  readonly id: string;
  /** The state folder it was written in: tells a copied project from the one that owns the home. */
  readonly stateDir: string;
  /** Where data and binaries live; null when that is the state folder itself. */
  readonly home: string | null;
  readonly major: number;
  readonly port: number;
  readonly pid: number;
  readonly version: string;
  readonly binDir: string;
  readonly source: BinarySource;
}

export const pointerName = "embedded.json";

/** The pointer of a state folder; undefined where there is none yet. */
export async function readPointer(stateDir: string): Promise<Pointer | undefined> {
  const file = join(stateDir, pointerName);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw unusable(
      file,
      messageOf(error),
      isSystemError(error, "EACCES") ? "run the command as the user who started it" : undefined,
    );
  }
  return parsePointer(text, file);
}

/** Writes it whole under another name, then renames it into place. */
export async function writePointer(stateDir: string, pointer: Pointer): Promise<void> {
  const file = join(stateDir, pointerName);
  const draft = `${file}.${process.pid}.${randomBytes(3).toString("hex")}`;
  await writeFile(draft, `${JSON.stringify(pointer, null, 2)}\n`);
  await rename(draft, file);
}

export function parsePointer(text: string, file: string): Pointer {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw unusable(file, messageOf(error));
  }
  const fields = new Map(Object.entries(typeof found === "object" && found !== null ? found : {}));
  const pick = <T>(name: string, fits: (value: unknown) => value is T): T => {
    const value: unknown = fields.get(name);
    if (!fits(value)) throw unusable(file, `The field ${name} is missing or wrong.`);
    return value;
  };
  return {
    id: pick("id", isText),
    stateDir: pick("stateDir", isText),
    home: pick("home", (value) => value === null || isText(value)),
    major: pick("major", isCount),
    port: pick("port", isCount),
    pid: pick("pid", isCount),
    version: pick("version", isText),
    binDir: pick("binDir", isText),
    source: pick("source", isSource),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSource(value: unknown): value is BinarySource {
  return value === "system" || value === "npm" || value === "given";
}

function unusable(file: string, detail: string, hint?: string): VezaError {
  return new VezaError({
    code: "dev.state-unreadable",
    ending: "environment",
    message: `The note about the embedded server, ${file}, cannot be read.`,
    detail,
    hint: hint ?? "veza-db dev reset deletes the embedded server's data and starts anew",
    facts: { file },
  });
}
