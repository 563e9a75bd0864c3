/** Fills an empty database from a dump, by PostgreSQL's own programs. */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { VezaError } from "../../kernel/error.ts";
import { databaseArgument } from "../../postgres/libpq-environment.ts";
import type { Target } from "../../postgres/target.ts";
import { runProgram } from "../../programs/run.ts";
import { streamScript } from "../../sql/stream.ts";
import { firstLines } from "../archive.ts";
import type { Client } from "../clients.ts";
import { programEnvironment } from "../program-environment.ts";

export interface LoadRequest {
  /** The database to fill, and the role that fills it. */
  readonly target: Target;
  readonly applicationName: string;
  /** Of the server that is restored to. */
  readonly serverMajor: number;
  readonly jobs: number;
  readonly withOwner: boolean;
  readonly withPrivileges: boolean;
  /** What may help when the program fails for a reason that is not known here. */
  readonly hint: string;
  readonly signal: AbortSignal;
}

export interface ArchiveRequest extends LoadRequest {
  readonly restore: Client;
  readonly path: string;
  /** More arguments, e.g. a list of entries. */
  readonly more?: readonly string[];
  /** All or nothing, in one transaction; for a database that is in use. */
  readonly isSingleTransaction?: boolean;
}

/** Restores an archive: directory, custom or tar. */
export async function loadArchive(request: ArchiveRequest): Promise<void> {
  const {
    restore,
    path,
    target,
    applicationName,
    jobs,
    serverMajor,
    withOwner,
    withPrivileges,
    more = [],
    hint,
    signal,
  } = request;
  const isSingle = request.isSingleTransaction === true;
  const isForgiven = !isSingle && setsUnknown(restore, serverMajor);
  const { exitCode, stderr } = await runProgram(restore.path, {
    args: [
      `--dbname=${databaseArgument(target.database)}`,
      ...(isForgiven ? [] : ["--exit-on-error"]),
      "--no-password",
      ...(isSingle ? ["--single-transaction"] : jobs === 1 ? [] : [`--jobs=${jobs}`]),
      ...(withOwner ? [] : ["--no-owner"]),
      ...(withPrivileges ? [] : ["--no-privileges"]),
      ...more,
      path,
    ],
    env: { ...environment(target, applicationName, !isSingle), LC_ALL: "C" },
    signal,
  });
  const said = isForgiven ? withoutForgiven(stderr) : stderr;
  if (exitCode !== 0 && (!isForgiven || said !== "")) throw loadFailed("pg_restore", said, hint);
}

/** From 17 on pg_restore and the scripts of pg_dump lift a limit that older servers do not know. */
const timeoutSince = 17;

/** Whether the program sets something that the server does not know. It cannot be told not to. */
export function setsUnknown({ major }: Pick<Client, "major">, serverMajor: number): boolean {
  return major >= timeoutSince && serverMajor < timeoutSince;
}

/** What pg_restore complains of besides that one setting; nothing where that was all. Pure. */
export function withoutForgiven(stderr: string): string {
  const rest = stderr
    .replaceAll(
      /^pg_restore: error: could not execute query: (?:(?!^pg_restore: )[^])*?^Command was: SET transaction_timeout = 0;\s*/gm,
      "",
    )
    .replace(/^pg_restore: warning: errors ignored on restore: \d+\s*/m, "");
  return rest.trim();
}

export interface ScriptRequest extends LoadRequest {
  readonly psql: Client;
  readonly path: string;
}

export interface LoadedScript {
  /** Statements about owners and privileges that were left out. */
  readonly leftOut: number;
}

/** Feeds a plain dump to psql, piece by piece, each looked at before psql sees it. */
export async function loadScript(request: ScriptRequest): Promise<LoadedScript> {
  const { psql, path, target, applicationName, hint, signal } = request;
  const failing = new AbortController();
  const found = { leftOut: 0 };
  let refused: unknown;
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (knowsRestrict(psql)) yield Buffer.from(`\\restrict ${randomBytes(24).toString("hex")}\n`);
      for await (const piece of streamScript(await readScript(path))) {
        if (piece.kind === "rows") yield piece.bytes;
        else if (request.serverMajor < timeoutSince && unknownSetting.test(piece.sql)) continue;
        else if (isLeftOut(piece.sql, request)) found.leftOut++;
        else yield Buffer.from(`${piece.sql};\n`, "latin1");
      }
    } catch (error) {
      refused = error;
      failing.abort(error);
      throw error;
    }
  }
  try {
    const { exitCode, stderr } = await runProgram(psql.path, {
      args: [
        "--no-psqlrc",
        "--no-password",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--file=-",
        "--output=/dev/null",
      ],
      env: environment(target, applicationName, true),
      input: pieces(),
      signal: AbortSignal.any([signal, failing.signal]),
    });
    if (exitCode !== 0) throw loadFailed("psql", stderr, hint);
  } catch (error) {
    throw refused ?? error;
  }
  return found;
}

/** Looks through a whole script, and changes nothing. Throws what {@link streamScript} throws. */
export async function scanScript(path: string): Promise<{ readonly statements: number }> {
  let statements = 0;
  for await (const { kind } of streamScript(await readScript(path))) if (kind !== "rows") statements++;
  return { statements };
}

/** A script's text, unpacked where it begins as gzip does. */
export async function readScript(path: string): Promise<AsyncIterable<Uint8Array>> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  if (!(await isGzip(path))) return file;
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  file.once("error", (error) => unpacked.destroy(error));
  return file.pipe(unpacked);
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const owners = /^(?:alter\s[^]*\sowner\s+to\s|set\s+(?:session\s+)?(?:authorization|role)\b)/i;
const unknownSetting = /^set\s+transaction_timeout\s*=\s*0$/i;
const privileges = /^(?:grant|revoke|alter\s+default\s+privileges)\b/i;

function isLeftOut(sql: string, { withOwner, withPrivileges }: LoadRequest): boolean {
  // Of a routine's text nothing is meant.
  if (sql.length > 10_000) return false;
  return (!withOwner && owners.test(sql)) || (!withPrivileges && privileges.test(sql));
}

/** Since when psql knows \restrict, after which it runs no commands of its own. */
const restrictSince: Readonly<Record<number, number>> = { 14: 19, 15: 14, 16: 10, 17: 6 };

function knowsRestrict({ major, minor }: Client): boolean {
  return major >= 18 || minor >= (restrictSince[major] ?? Number.POSITIVE_INFINITY);
}

/**
 * What is filled has no reader yet, so nobody waits for the disk at each commit: the commit that gives it its name is
 * waited for, and everything before it with it.
 */
function environment(target: Target, applicationName: string, isUnread: boolean): Record<string, string> {
  return programEnvironment(target, applicationName, isUnread ? ["synchronous_commit=off"] : []);
}

function loadFailed(program: string, stderr: string, hint: string): VezaError {
  const common = {
    message: `${program} could not restore the dump.`,
    detail: stderr.trim() === "" ? undefined : firstLines(stderr),
    facts: { program },
  };
  const [, extension] = /extension "([^"]+)" is not available/.exec(stderr) ?? [];
  if (extension !== undefined) {
    return new VezaError({
      ...common,
      code: "restore.extension-missing",
      ending: "environment",
      hint: `Install the extension ${extension} on the server.`,
    });
  }
  if (/no space left on device/i.test(stderr)) {
    return new VezaError({
      ...common,
      code: "restore.disk-full",
      ending: "environment",
      hint: "Make room where the server keeps its data.",
    });
  }
  return new VezaError({
    ...common,
    code: "restore.load-failed",
    ending: "failed",
    hint,
  });
}
