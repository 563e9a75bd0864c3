/** A detached partition as a file that was read back whole. */
import { createHash } from "node:crypto";
import { createReadStream, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { VezaError, isSystemError, messageOf } from "../kernel/error.ts";
import { makeFolder } from "../kernel/write-whole.ts";
import type { Db } from "../postgres/connect.ts";
import { databaseArgument, libpqEnvironment } from "../postgres/libpq-environment.ts";
import { runProgram } from "../programs/run.ts";
import { fillIdentifiers, loadSql } from "../sql/load.ts";
import { quoteName } from "./like.ts";
import type { Detached } from "./retain-plan.ts";

/** PostgreSQL's own programs, not older than the server. */
export interface Clients {
  readonly pgDump: string;
  readonly pgRestore: string;
}

export interface Archived {
  readonly partition: string;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Dumps a partition to a file, counts its rows in the very snapshot of the dump, reads the dump back whole and counts again.
 * The file bears its name only when all of that agrees.
 */
export async function archivePartition(
  db: Db,
  one: Detached,
  file: string,
  clients: Clients,
  signal: AbortSignal,
): Promise<Archived> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    makeFolder(dirname(file));
  } catch (error) {
    throw cannotWrite(file, error);
  }
  try {
    const rows = await dump(db, one, draft, clients, signal);
    const found = await readBack(draft, clients, signal);
    if (found !== rows) throw unequal(one, rows, found);
    const archived = { rows, bytes: statSync(draft).size, sha256: await digest(draft) };
    renameSync(draft, file);
    return { partition: `${one.schema}.${one.name}`, file, ...archived };
  } catch (error) {
    if (isSystemError(error, "ENOSPC", "EACCES", "EROFS", "EDQUOT")) throw cannotWrite(file, error);
    throw error;
  } finally {
    for (const path of [draft, `${draft}.sql`]) rmSync(path, { force: true });
  }
}

async function dump(
  db: Db,
  one: Detached,
  draft: string,
  { pgDump }: Clients,
  signal: AbortSignal,
): Promise<number> {
  await db.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    const [exported] = await db.query(loadSql(import.meta.url, "./sql/export-snapshot.sql"));
    const [counted] = await db.query<{ rows: number }>(
      fillIdentifiers(loadSql(import.meta.url, "./sql/count-rows.sql"), { table: quoteName(one) }),
    );
    await run(
      pgDump,
      [
        "--format=custom",
        `--snapshot=${String(exported?.["snapshot"])}`,
        `--table=${quoteName(one)}`,
        "--lock-wait-timeout=10s",
        `--file=${draft}`,
        `--dbname=${databaseArgument(db.target.database)}`,
      ],
      libpqEnvironment(db.target, "veza-db partition retain"),
      signal,
    );
    return counted?.rows ?? 0;
  } finally {
    if (db.isAlive) await db.send("COMMIT");
  }
}

/** The rows of a dump: it is turned back into SQL, every block of it, and the lines of its COPY are counted. */
async function readBack(draft: string, { pgRestore }: Clients, signal: AbortSignal): Promise<number> {
  const text = `${draft}.sql`;
  await run(pgRestore, ["--data-only", `--file=${text}`, draft], {}, signal);
  let [rows, isCopy, rest] = [0, false, ""];
  for await (const piece of createReadStream(text, "utf8")) {
    const lines = `${rest}${String(piece)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!isCopy) isCopy = line.startsWith("COPY ");
      else if (line === "\\.") isCopy = false;
      else rows++;
    }
  }
  return rows;
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, stderr } = await runProgram(program, { args, env, signal });
  if (exitCode === 0) return;
  throw new VezaError({
    code: "partition.archive-failed",
    ending: "failed",
    message: `${program} failed (exit ${exitCode}).`,
    detail: stderr.trim(),
    hint: "Mend what it says and run veza-db partition retain again.",
    state: "Nothing of this partition was dropped.",
  });
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function unequal({ schema, name }: Detached, rows: number, found: number): VezaError {
  return new VezaError({
    code: "partition.archive-unequal",
    ending: "failed",
    message: `${schema}.${name} has ${rows} rows, its dump ${found}.`,
    hint: "veza-db partition retain",
    state: "The dump was thrown away; nothing was dropped.",
  });
}

function cannotWrite(file: string, cause: unknown): VezaError {
  return new VezaError({
    code: "partition.archive-unwritable",
    ending: "environment",
    message: `${file} cannot be written.`,
    detail: messageOf(cause),
    hint: `ls -ld ${dirname(file)}`,
    state: "Nothing was dropped.",
    cause,
  });
}
