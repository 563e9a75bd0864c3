/** A server of a test's own, whose settings may be written, which may be restarted, and the project that tunes it. */
import { execFileSync } from "node:child_process";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import postgres from "postgres";
import { ensureServer, stopServer } from "../../../src/dev/server.ts";
import { runCli, temporaryProject } from "../../support/cli.ts";
import type { CliOptions, CliResult, TemporaryProject } from "../../support/cli.ts";
import { binariesDir, wishedMajor } from "../../support/servers.ts";

export interface TunedServer extends AsyncDisposable {
  readonly url: string;
  readonly major: number;
  readonly dataDir: string;
  readonly project: TemporaryProject;
  query<T extends object>(text: string): Promise<readonly T[]>;
  /** Without the comment ahead. */
  autoConf(): Promise<string>;
  /** A setting as a new session sees it. */
  show(name: string): Promise<string>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Runs the tool in the project, against this server unless another url is given. */
  tune(words: readonly string[], options?: CliOptions & { readonly url?: string }): Promise<CliResult>;
}

/** What the tool is told of the machine: small enough for a test. */
export const machine = ["--ram", "1GB", "--cpu", "2"];

export async function startTunedServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<TunedServer> {
  const project = await temporaryProject();
  const options = {
    stateDir: project.path(".veza"),
    pgVersion: wishedMajor(),
    binariesDir,
    settings: { fsync: "off", ...settings },
    report: () => {},
  };
  const { url, major, dataDir } = await ensureServer(options);
  const stop = async (): Promise<void> => {
    await stopServer(options);
  };
  const start = async (): Promise<void> => {
    const again = await ensureServer(options);
    if (again.url !== url) throw new Error("the server came back at another place");
  };
  const query = async <T extends object>(text: string): Promise<readonly T[]> => {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    try {
      return [...(await sql.unsafe<T[]>(text))];
    } finally {
      await sql.end({ timeout: 5 });
    }
  };
  return {
    url,
    major,
    dataDir,
    project,
    query,
    autoConf: async () =>
      (await readFile(`${dataDir}/postgresql.auto.conf`, "utf8")).replaceAll(/^#.*\n/gm, ""),
    show: async (name) => {
      const [row] = await query<Record<string, string>>(`SHOW ${name}`);
      return row?.[name] ?? "";
    },
    restart: async () => {
      await stop();
      await start();
    },
    stop,
    start,
    tune: (words, cli = {}) =>
      runCli(["tune", ...words, "--url", cli.url ?? url], { cwd: project.folder, ...cli }),
    [Symbol.asyncDispose]: async () => {
      await project[Symbol.asyncDispose]();
    },
  };
}

/** A standby that follows the server, from a copy of its data. */
export async function startStandbyOf(primary: TunedServer): Promise<TunedServer> {
  const standby = await startTunedServer();
  await standby.stop();
  await primary.stop();
  await rm(standby.dataDir, { recursive: true });
  // With its owner, which is not ours where the tests run as root.
  execFileSync("cp", ["-a", primary.dataDir, standby.dataDir]);
  await primary.start();
  const { hostname, port } = new URL(primary.url);
  await appendFile(
    `${standby.dataDir}/postgresql.conf`,
    `\nprimary_conninfo = 'host=${hostname} port=${port} user=postgres'\nwal_retrieve_retry_interval = '100ms'\n`,
  );
  await writeFile(`${standby.dataDir}/standby.signal`, "");
  await standby.start();
  return standby;
}

interface Told {
  readonly data: {
    /** null: there was nothing to write. */
    readonly id: string | null;
    readonly settings: readonly {
      readonly name: string;
      readonly status: string;
      readonly by: readonly string[];
    }[];
  };
}

/** What `tune apply`, `check` and `undo` say with --json. */
export function told(text: string): Told["data"] {
  const { data }: Told = JSON.parse(text);
  return data;
}
