import type { Db, Parameter } from "../postgres/connect.ts";
import { queryFailure, serverErrorOf } from "../postgres/failure.ts";
import { loadSql } from "../sql/load.ts";
import type { Facts, FileLine, Load, Override, Platform, ServerState, SettingFact } from "./model.ts";
import { readMachine } from "./read-machine.ts";
import type { GivenMachine } from "./read-machine.ts";

/** Everything that advice rests on. Reads only. */
export async function readFacts(
  db: Db,
  given: GivenMachine,
  peakSeen: (systemIdentifier: string | null) => number,
): Promise<Facts & { readonly seenRam: number | null }> {
  try {
    const { seenRam, ...machine } = await readMachine(db, given);
    const configuration = await readConfiguration(db);
    const load = await readLoad(
      db,
      configuration.server.major,
      peakSeen(configuration.server.systemIdentifier),
    );
    return { ...configuration, machine, load, seenRam };
  } catch (error) {
    throw queryFailure(error, "reading what tuning rests on");
  }
}

export type Configuration = Omit<Facts, "machine" | "load">;

/** The server and its settings: what can be written, and how it stands. */
export async function readConfiguration(db: Db): Promise<Configuration> {
  try {
    const [server, identifier, lines, settings, overrides] = await Promise.all([
      readServer(db),
      allowed<{ identifier: string }>(db, loadSql(import.meta.url, "./sql/identifier.sql")),
      // Ahead of the settings: to read the files marks what waits for a restart, also before they are loaded. Whoever
      // reads between another run's writing and its reload then knows that its new values are on their way.
      allowed<FileLine>(db, loadSql(import.meta.url, "./sql/file-lines.sql")),
      db.query<SettingFact>(loadSql(import.meta.url, "./sql/settings.sql")),
      db.query<Override>(loadSql(import.meta.url, "./sql/overrides.sql")),
    ]);
    return {
      server: { ...server, systemIdentifier: identifier?.[0]?.identifier ?? null },
      settings: new Map(settings.map((setting) => [setting.name, setting])),
      lines: lines ?? null,
      overrides,
    };
  } catch (error) {
    throw queryFailure(error, "reading the server's settings");
  }
}

interface ServerRow extends Omit<ServerState, "platform" | "systemIdentifier"> {
  readonly providerRoles: readonly string[] | null;
}

async function readServer(db: Db): Promise<ServerState> {
  const [row] = await db.query<ServerRow>(loadSql(import.meta.url, "./sql/server.sql"));
  if (row === undefined) throw new Error("the server says nothing of itself");
  const { providerRoles, ...server } = row;
  return { ...server, systemIdentifier: null, platform: platformOf(server.isSuperuser, providerRoles ?? []) };
}

/** Providers keep the superuser for themselves; a dump of theirs, restored, may bring the roles along. */
function platformOf(isSuperuser: boolean, roles: readonly string[]): Platform {
  if (isSuperuser) return "self";
  if (roles.includes("rds_superuser")) return "rds";
  if (roles.includes("cloudsqlsuperuser")) return "cloudsql";
  return roles.includes("azure_pg_admin") ? "azure" : "self";
}

interface Counted {
  readonly sinceMs: number | null;
}

async function readLoad(db: Db, major: number, peakSeen: number): Promise<Load> {
  const checkpointsSql =
    major < 17
      ? loadSql(import.meta.url, "./sql/checkpoints-before-17.sql")
      : loadSql(import.meta.url, "./sql/checkpoints.sql");
  const [databases, checkpoints, wal, sizes, tables] = await Promise.all([
    one<
      Counted & {
        temporaryFiles: number;
        temporaryBytes: number;
        blocksHit: number;
        blocksRead: number;
        connectionsNow: number;
        sessionMs: number;
      }
    >(db, loadSql(import.meta.url, "./sql/load.sql")),
    one<Counted & { timed: number; requested: number }>(db, checkpointsSql),
    one<Counted & { bytes: number; fullPageImages: number }>(db, loadSql(import.meta.url, "./sql/wal.sql")),
    one<Pick<Load, "databaseBytes">>(db, loadSql(import.meta.url, "./sql/sizes.sql")),
    one<
      Pick<
        Load,
        | "largestTableRows"
        | "largestIndexBytes"
        | "tablesBehindVacuum"
        | "deadRowsBehindVacuum"
        | "busyVacuumWorkers"
      >
    >(db, loadSql(import.meta.url, "./sql/tables.sql")),
  ]);
  const { sessionMs, ...counted } = databases;
  const { sinceMs } = counted;
  return {
    ...counted,
    ...sizes,
    ...tables,
    connectionsAverage: sinceMs === null || sinceMs <= 0 ? null : sessionMs / sinceMs,
    connectionsPeak: Math.max(counted.connectionsNow, peakSeen),
    checkpointsTimed: checkpoints.timed,
    checkpointsRequested: checkpoints.requested,
    checkpointsSinceMs: checkpoints.sinceMs,
    walBytes: wal.bytes,
    walFullPageImages: wal.fullPageImages,
    walSinceMs: wal.sinceMs,
  };
}

async function one<T extends object>(db: Db, sql: string): Promise<T> {
  const [row] = await db.query<T>(sql);
  if (row === undefined) throw new Error("a view of statistics has no row");
  return row;
}

/** The rows, or undefined where the role lacks the privilege. */
async function allowed<T extends object>(
  db: Db,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<readonly T[] | undefined> {
  try {
    return await db.query<T>(sql, parameters);
  } catch (error) {
    if (serverErrorOf(error)?.sqlstate === "42501") return undefined;
    throw error;
  }
}
