/** The tool on a project of its own, called in this process: no start-up to wait for. */
import { PassThrough } from "node:stream";
import { main } from "../../../src/cli/main.ts";
import { cleanEnvironment, temporaryProject, type TemporaryProject } from "../../support/cli.ts";

export interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What a person at a terminal types; without it there is no terminal. */
  readonly typed?: string;
  /** Told what comes on stdout, piece by piece. */
  readonly onStdout?: (text: string) => void;
  /** Told what comes on stderr, piece by piece. */
  readonly onStderr?: (text: string) => void;
}

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** `data` of the one document on stdout. */
  data(): Readonly<Record<string, unknown>>;
  /** The whole document on stdout. */
  json(): Readonly<Record<string, unknown>>;
  /** `error` of the one document on stderr. */
  error(): Readonly<Record<string, unknown>>;
}

export interface Project extends TemporaryProject {
  /** Calls the tool in the project's folder. */
  veza(args: string | readonly string[], options?: CallOptions): Promise<Called>;
  /** The environment that such a call has. */
  readonly env: Readonly<Record<string, string>>;
}

/** A project with these migrations, its calls aimed at this database. */
export async function migrationProject(
  url: string | undefined,
  migrations: Readonly<Record<string, string | Uint8Array>>,
): Promise<Project> {
  const files = Object.entries(migrations).map(([name, text]) => [`migrations/${name}`, text] as const);
  const project = await temporaryProject(Object.fromEntries(files));
  const env = url === undefined ? {} : { DATABASE_URL: url };
  return {
    ...project,
    env,
    veza: (args, options = {}) =>
      call(project.folder, typeof args === "string" ? args.split(" ") : args, {
        ...options,
        env: { ...env, ...options.env },
      }),
  };
}

/** One call, from argv to exit code. */
export async function call(cwd: string, argv: readonly string[], options: CallOptions = {}): Promise<Called> {
  const said = { stdout: "", stderr: "" };
  const tidies: (() => void)[] = [];
  const isTTY = options.typed !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(options.typed ?? "");
  try {
    const code = await main({
      argv,
      env: { TERM: "dumb", ...cleanEnvironment(options.env) },
      cwd,
      stdin,
      stdout: {
        write: (text) => {
          said.stdout += text;
          options.onStdout?.(text);
        },
        isTTY: false,
      },
      stderr: {
        write: (text) => {
          said.stderr += text;
          options.onStderr?.(text);
        },
        isTTY,
      },
      signal: options.signal ?? new AbortController().signal,
      onEnd: (tidy) => tidies.push(tidy),
    });
    const json = (): Readonly<Record<string, unknown>> => document(said.stdout, said.stderr);
    return {
      ...said,
      code,
      json,
      data: () => record(json()["data"]),
      error: () => record(document(said.stderr, said.stdout)["error"]),
    };
  } finally {
    for (const tidy of tidies) tidy();
  }
}

function document(text: string, other: string): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(text));
  } catch (error) {
    throw new Error(`not one JSON document:\n${text}\nthe other stream:\n${other}`, { cause: error });
  }
}

/** A value that must be a JSON object. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Asks until the answer is what is waited for; there is no other waiting in these tests. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  isIt: (answer: T) => boolean,
  what: string,
): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (performance.now() > deadline)
      throw new Error(`waited in vain for ${what}; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
