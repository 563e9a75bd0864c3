import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { runningServer } from "../dev/server.ts";
import type { EmbeddedOptions } from "../dev/model.ts";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { namesIn } from "../kernel/names-in.ts";
import { readMigrationFolder } from "../migrate/read-files.ts";
import type { EmbeddedState, MigrationsState, OutcomeFact, Trouble } from "./model.ts";

/** Reads the folder as migrate does, so that both say the same of it. */
export function readMigrations(dir: string, projectDir: string): MigrationsState {
  try {
    const { shownDir, files, clashes, warnings } = readMigrationFolder(dir, projectDir);
    return {
      kind: "read",
      shownDir,
      count: files.length,
      clashes: clashes.map(({ files: names }) => names.join(", ")),
      warnings,
    };
  } catch (error) {
    return { kind: "failed", trouble: troubleOf(error) };
  }
}

/** Whether the embedded server runs; starts nothing. */
export async function readEmbedded(options: EmbeddedOptions): Promise<EmbeddedState> {
  try {
    const server = await runningServer(options);
    if (server === undefined) return { kind: "stopped" };
    return { kind: "running", version: server.version, pid: server.pid, url: server.url };
  } catch (error) {
    return { kind: "failed", trouble: troubleOf(error) };
  }
}

/** The last outcomes that commands have left behind. */
export function readOutcomes(stateDir: string): OutcomeFact[] {
  const folder = join(stateDir, "last");
  return namesIn(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readOutcome(join(folder, name)));
}

function readOutcome(file: string): OutcomeFact {
  const fields = new Map(Object.entries(readObject(file)));
  const [command, finishedAt, exitCode, error] = ["command", "finishedAt", "exitCode", "error"].map((name) =>
    fields.get(name),
  );
  const time = typeof finishedAt === "string" ? new Date(finishedAt) : undefined;
  return {
    file,
    command: typeof command === "string" ? command : basename(file, ".json"),
    finishedAt: time === undefined || Number.isNaN(time.getTime()) ? undefined : time,
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
    error:
      typeof error === "object" && error !== null && "message" in error ? String(error.message) : undefined,
  };
}

function readObject(file: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    return {}; // judged as unreadable by its missing fields
  }
}

/** An error as a finding repeats it; what is not a known error is a bug and goes on its way. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof VezaError)
    return { code: error.code, message: error.message, detail: error.detail, hint: error.hint };
  if (isSystemError(error, "EACCES", "EPERM", "EIO", "ELOOP"))
    return { code: "doctor.unreadable", message: messageOf(error) };
  throw error;
}
