/** Calls the tool inside this process, with streams and an environment of the test's own. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { inject } from "vitest";
import { main } from "../../../src/cli/main.ts";

export interface CallOptions {
  readonly cwd?: string;
  /** The whole environment; nothing of ours is in it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Which streams are terminals. */
  readonly terminal?: "none" | "stdout" | "stderr" | "all";
  /** What is typed. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

export interface CallResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function call(argv: readonly string[], options: CallOptions = {}): Promise<CallResult> {
  const { terminal = "none" } = options;
  const said = { stdout: "", stderr: "" };
  const tidies: (() => void)[] = [];
  const stream = (
    name: "stdout" | "stderr",
  ): { write(text: string): void; isTTY: boolean; columns: number } => ({
    write: (text) => void (said[name] += text),
    isTTY: terminal === name || terminal === "all",
    columns: 80,
  });
  const stdin = Object.assign(Readable.from(options.input === undefined ? [] : [options.input]), {
    isTTY: terminal === "all",
  });
  try {
    const code = await main({
      argv,
      env: { HOME: join(inject("run").folder, "home"), ...options.env },
      cwd: options.cwd ?? emptyFolder(),
      stdin,
      stdout: stream("stdout"),
      stderr: stream("stderr"),
      signal: options.signal ?? new AbortController().signal,
      onEnd: (tidy) => tidies.push(tidy),
    });
    return { code, ...said };
  } finally {
    for (const tidy of tidies) tidy();
  }
}

/** A folder with nothing in it, gone with the run. */
export function emptyFolder(): string {
  return mkdtempSync(join(inject("run").folder, "call-"));
}

/** The one JSON document that a text is; a property that is not there is undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not one JSON document: ${text}`, { cause: error });
  }
}

/** What stands at a path of a JSON value: `at(document, "error", "code")`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.entries(inner).find(([name]) => name === String(key))?.[1];
  }, value);
}
