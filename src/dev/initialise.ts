/** Makes a data directory. It gets its name when it is whole, so that a half-made one is never taken for data. */
import { randomBytes } from "node:crypto";
import { appendFile, chown, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError, VezaError } from "../kernel/error.ts";
import { runProgram, type ProgramResult } from "../programs/run.ts";
import { databaseName, superuser, type Account, type Binaries } from "./model.ts";
import { lastLines } from "./package.ts";

export interface DataPlace {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly signal: AbortSignal | undefined;
}

/** `absent`, or `whole`; anything else is an error that says how to start anew. */
export async function inspectData(dataDir: string, major: number): Promise<"absent" | "whole"> {
  let names: string[];
  try {
    names = await readdir(dataDir);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "absent";
    throw isSystemError(error, "ENOTDIR") ? brokenData(dataDir, "It is a file.") : error;
  }
  if (names.length === 0) {
    await rmdir(dataDir);
    return "absent";
  }
  const version = (await readFile(join(dataDir, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (version === "") throw brokenData(dataDir, "It has no PG_VERSION.");
  if (version !== String(major))
    throw brokenData(dataDir, `It is that of PostgreSQL ${version}; PostgreSQL ${major} cannot use it.`);
  const control = await readFile(join(dataDir, "global", "pg_control")).catch(() => undefined);
  if (control === undefined || control.length === 0)
    throw brokenData(dataDir, "It has no global/pg_control.");
  return "whole";
}

export async function initialiseData(place: DataPlace): Promise<void> {
  const { account, binaries, dataDir, signal } = place;
  await removeDrafts(dataDir);
  const draft = `${dataDir}.new-${process.pid}-${randomBytes(3).toString("hex")}`;
  await mkdir(draft, { mode: 0o700 });
  try {
    if (account !== undefined) await chown(draft, account.uid, account.gid);
    await initdb(place, draft);
    await configure(draft);
    await createDatabase(place, draft);
    signal?.throwIfAborted();
    await rename(draft, dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true, maxRetries: 10 });
    if (isSystemError(error, "EACCES")) throw initFailed(binaries, String(error));
    throw error;
  }
}

/** What earlier runs left that were killed on the way. */
async function removeDrafts(dataDir: string): Promise<void> {
  const [folder, stem] = [dirname(dataDir), `${basename(dataDir)}.`];
  const drafts = (await readdir(folder)).filter(
    (name) => name.startsWith(`${stem}new-`) || name.startsWith(`${stem}old-`),
  );
  for (const name of drafts) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 });
}

/**
 * The same order of strings on every machine: by code point, with the character classes of Unicode. From 17 on
 * PostgreSQL brings that itself; before, it is the system's C.UTF-8, or plain C where the system has none.
 */
async function initdb({ account, binaries, signal }: DataPlace, draft: string): Promise<void> {
  const fixed = ["--encoding=UTF8", "--lc-messages=C", "--auth=trust", "--no-instructions"];
  const builtin = binaries.major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
  const run = (locale: string): Promise<ProgramResult> =>
    runProgram(join(binaries.binDir, "initdb"), {
      args: ["-D", draft, "-U", superuser, `--locale=${locale}`, ...fixed, ...builtin],
      cwd: dirname(draft),
      env: { LC_ALL: "C", TZ: "UTC" },
      timeoutMs: 300_000,
      account,
      signal,
    });
  let result = await run("C.UTF-8");
  if (result.exitCode !== 0 && /invalid locale/i.test(result.stderr)) {
    for (const name of await readdir(draft)) await rm(join(draft, name), { recursive: true });
    result = await run("C");
  }
  if (result.exitCode !== 0) throw initFailed(binaries, result.stderr);
}

/**
 * Who may connect: everybody who reaches 127.0.0.1, without a password. A password would have to lie in a file and
 * stand in the url that `dev url` prints and every application logs, and the tool's promise is that none ever does;
 * the ways to recognise the own user without one (peer, ident) do not exist on a TCP port. The price: another user
 * of the same machine could connect, as superuser of a database for development. Nothing listens on a network, and
 * there is no socket.
 */
const clientAuthentication = `# Written by veza-db. Connections from this machine alone, by TCP.
host all         all 127.0.0.1/32 trust
host replication all 127.0.0.1/32 trust
`;

const configuration = `
# Written by veza-db. The port is given on the command line at each start.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 128MB
logging_collector = off
log_timezone = 'UTC'
timezone = 'UTC'
track_io_timing = on
`;

const preload = "shared_preload_libraries = 'pg_stat_statements'\n";

async function configure(draft: string): Promise<void> {
  await appendFile(join(draft, "postgresql.conf"), configuration + preload);
  await writeFile(join(draft, "pg_hba.conf"), clientAuthentication);
}

/** Creates the default database by a single-user backend: no port, no client, no server to stop again. */
async function createDatabase(place: DataPlace, draft: string): Promise<void> {
  const { account, binaries, signal } = place;
  const run = (): Promise<ProgramResult> =>
    runProgram(join(binaries.binDir, "postgres"), {
      args: ["--single", "-D", draft, "postgres"],
      cwd: dirname(draft),
      input: `CREATE DATABASE ${databaseName};\n`,
      timeoutMs: 120_000,
      account,
      signal,
    });
  let result = await run();
  if (result.exitCode !== 0 && result.stderr.includes('could not access file "pg_stat_statements"')) {
    // Some packagers keep contrib apart. Without it everything but its statistics works.
    const file = join(draft, "postgresql.conf");
    await writeFile(file, (await readFile(file, "utf8")).replace(preload, ""));
    result = await run();
  }
  // A single-user backend ends with 0 even when its statement failed.
  if (result.exitCode !== 0 || /\b(ERROR|FATAL|PANIC):/.test(result.stderr))
    throw initFailed(binaries, result.stderr);
}

function initFailed(binaries: Binaries, stderr: string): VezaError {
  return new VezaError({
    code: "dev.initialisation-failed",
    ending: "environment",
    message: `A data directory of PostgreSQL ${binaries.version} cannot be made.`,
    detail: lastLines(stderr, 12),
    state: "Nothing is left of the attempt.",
    facts: { binDir: binaries.binDir },
  });
}

function brokenData(dataDir: string, detail: string): VezaError {
  return new VezaError({
    code: "dev.data-unusable",
    ending: "environment",
    message: `The embedded server's data directory ${dataDir} cannot be used.`,
    detail,
    hint: "veza-db dev reset deletes the data and starts anew",
    state: "Nothing was changed.",
    facts: { dataDir },
  });
}
