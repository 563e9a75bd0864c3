/** Runs the built tool as a user would, in an environment that holds nothing of ours. */
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { removeProject } from "./run-folder.ts";

export interface CliOptions {
  readonly cwd?: string;
  /** Over a nearly empty environment: PATH, a HOME of the run, TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** After so long the tool is killed and the test fails with what it said. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface CliResult {
  /** 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document that stdout must be. */
  json(): unknown;
  /** The one JSON document that stderr must be after a failure under --json. */
  errorJson(): unknown;
}

export const cliFile = fileURLToPath(new URL("../../bin/veza-db.js", import.meta.url));

export function cleanEnvironment(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    HOME: join(inject("run").folder, "home"),
    ...env,
  };
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runNode([cliFile, ...args], options);
}

/** Runs any Node program the same way. */
export function runNode(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { cwd, env, input, signal, timeoutMs = 50_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: cwd ?? inject("run").folder,
      env: cleanEnvironment(env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(input ?? "");
    signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(
        new Error(`still running after ${timeoutMs} ms: ${args.join(" ")}\n${said.stdout}\n${said.stderr}`),
      );
    }, timeoutMs);
    child.once("error", (error) => {
      clearTimeout(late);
      reject(error);
    });
    child.once("close", (code, endedBy) => {
      clearTimeout(late);
      resolve({
        ...said,
        code: code ?? 128 + signalNumber(endedBy),
        json: () => parseJson(said.stdout, said),
        errorJson: () => parseJson(said.stderr, said),
      });
    });
  });
}

export interface TemporaryProject extends AsyncDisposable {
  readonly folder: string;
  path(name: string): string;
  read(name: string): Promise<string>;
  write(name: string, text: string | Uint8Array): Promise<void>;
}

/** A folder with the given files; with the embedded server that a test may have started there, gone after the test. */
export async function temporaryProject(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<TemporaryProject> {
  const folder = await mkdtemp(join(inject("run").folder, "project-"));
  await chmod(folder, 0o755); // as a folder that a person makes, not as mkdtemp makes it
  const path = (name: string): string => join(folder, name);
  const write = async (name: string, text: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(path(name)), { recursive: true });
    await writeFile(path(name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    folder,
    path,
    write,
    read: (name) => readFile(path(name), "utf8"),
    [Symbol.asyncDispose]: () => removeProject(folder),
  };
}

function parseJson(text: string, said: { readonly stdout: string; readonly stderr: string }): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not one JSON document\nstdout: ${said.stdout}\nstderr: ${said.stderr}`, {
      cause: error,
    });
  }
}

function signalNumber(name: NodeJS.Signals | null): number {
  return name === null ? 0 : constants.signals[name];
}
