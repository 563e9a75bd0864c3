/** Fills a throwaway database from one of our backups, puts its properties back and makes it ready to be used. */
import { join } from "node:path";
import type { Db } from "../../postgres/connect.ts";
import { queryFailure } from "../../postgres/failure.ts";
import type { Target } from "../../postgres/target.ts";
import { findClient } from "../clients.ts";
import type { Backup } from "../model.ts";
import { loadArchive, loadScript } from "./load.ts";
import { propertyStatements } from "./properties.ts";
import { withoutRoles } from "./roles.ts";

export interface FillRequest {
  readonly backup: Backup;
  /** The throwaway database. */
  readonly target: Target;
  readonly applicationName: string;
  readonly serverMajor: number;
  readonly programs: string | undefined;
  readonly jobs: number;
  /** Owners and privileges too. */
  readonly withRoles: boolean;
  /** More arguments for pg_restore. */
  readonly more?: readonly string[];
  readonly signal: AbortSignal;
}

export async function fillFromBackup({
  backup,
  programs,
  withRoles,
  more,
  ...request
}: FillRequest): Promise<void> {
  const { manifest, place } = backup;
  const path = join(place.base, manifest.dump);
  const hint =
    failureHint(manifest.server.major, request.serverMajor) ?? "veza-db backup verify --level read";
  const load = { ...request, path, withOwner: withRoles, withPrivileges: withRoles, hint };
  const find = { folder: programs, because: `the dump was made by pg_dump ${manifest.programs.pgDump}` };
  if (manifest.format === "plain") {
    // A newer psql feeds an older server as well, and an older one a newer server.
    const psql = await findClient({ ...find, name: "psql", atLeast: 14 });
    await loadScript({ ...load, psql });
    return;
  }
  const restore = await findClient({ ...find, name: "pg_restore", atLeast: manifest.programs.pgDumpMajor });
  await loadArchive({ ...load, restore, ...(more === undefined ? {} : { more }) });
}

/** What helps where a dump of a newer server is not understood. */
export function failureHint(fromMajor: number | undefined, serverMajor: number): string | undefined {
  return fromMajor === undefined || fromMajor <= serverMajor
    ? undefined
    : `It was dumped from PostgreSQL ${fromMajor}, and this server runs ${serverMajor}: name a server of ${fromMajor} or newer with --url <dsn>.`;
}

/** Settings, comment, limits; with roles also owner and privileges. */
export async function putBackProperties(
  admin: Db,
  database: string,
  properties: Backup["manifest"]["properties"],
  withRoles: boolean,
): Promise<void> {
  const given = withRoles ? properties : withoutRoles(properties);
  for (const statement of propertyStatements(database, given, {
    withOwner: withRoles,
    withPrivileges: withRoles,
  })) {
    try {
      await admin.send(statement);
    } catch (error) {
      throw queryFailure(error, "putting back what belongs to the database");
    }
  }
}
