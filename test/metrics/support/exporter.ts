/** A running `veza-db metrics`, in this process, on ports of its own. */
import { inject } from "vitest";
import { call } from "../../migrate/support/veza.ts";
import type { Called } from "../../migrate/support/veza.ts";

export interface RunningExporter extends AsyncDisposable {
  /** Of PostgreSQL, then of Redis, as far as they are served: `http://127.0.0.1:41234`. */
  readonly urls: readonly string[];
  /** What it has said on stderr so far. */
  said(): string;
  /** The text of a path, `/metrics` unless another is named. */
  page(path?: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Asks it to end, and gives what it ended with. */
  stop(): Promise<Called>;
}

export interface ExporterOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How many servers it listens with. */
  readonly servers?: number;
}

export async function startExporter(
  url: string | undefined,
  args: readonly string[] = [],
  { cwd = inject("run").folder, env = {}, servers = 1 }: ExporterOptions = {},
): Promise<RunningExporter> {
  const controller = new AbortController();
  let said = "";
  let found = (_urls: string[]): void => {};
  const listening = new Promise<string[]>((resolve) => (found = resolve));
  const running = call(
    cwd,
    ["metrics", "--listen", "127.0.0.1:0", "--redis-listen", "127.0.0.1:0", ...args],
    {
      env: { ...(url === undefined ? {} : { DATABASE_URL: url }), ...env },
      signal: controller.signal,
      onStderr: (text) => {
        said += text;
        const urls = [...said.matchAll(/ on (https?:\/\/\S+)\/metrics/g)].map((match) => match[1] ?? "");
        if (urls.length === servers) found(urls);
      },
    },
  );
  const stop = async (): Promise<Called> => {
    controller.abort("SIGTERM");
    return running;
  };
  const urls = await Promise.race([
    listening,
    running.then((ended) => {
      throw new Error(`it ended with ${ended.code}: ${ended.stderr}`);
    }),
  ]);
  return {
    urls,
    said: () => said,
    page: async (path = "/metrics", headers = {}) =>
      (await fetch(`${urls[0] ?? ""}${path}`, { headers })).text(),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
