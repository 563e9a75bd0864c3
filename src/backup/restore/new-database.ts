/** Restores into a database that has no name yet, proves it there, and only then gives it its name. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import type { Target } from "../../postgres/target.ts";
import { countRows } from "../count-rows.ts";
import type { Backup, Check, DatabaseProperties } from "../model.ts";
import { readCluster, readProperties, readTables } from "../read-database.ts";
import { liftLimits } from "../create/snapshot.ts";
import { checkDatabase } from "./check-database.ts";
import type { Open } from "./admin.ts";
import { failureHint, fillFromBackup, putBackProperties } from "./fill.ts";
import { loadArchive, loadScript } from "./load.ts";
import type { ForeignDump } from "./source.ts";
import { gatherStatistics } from "./gather-statistics.ts";
import { makeStranger } from "./stranger.ts";
import { giveName } from "./swap.ts";
import { makeThrowaway } from "./throwaway.ts";

export interface NewDatabaseRequest {
  readonly backup: Backup | undefined;
  /** Where there is no backup of ours. */
  readonly foreign: ForeignDump | undefined;
  readonly server: Target;
  readonly database: string;
  /** The name that the present one gets; undefined where there is none. */
  readonly old: string | undefined;
  readonly live: DatabaseProperties | undefined;
  /** Where the new one is to lie; the server's own default unless it is named. */
  readonly tablespace: string | undefined;
  readonly withRoles: boolean;
  readonly withRows: boolean;
  /** Only these tables' rows, and the arguments that make it so. */
  readonly onlyTables: readonly { readonly schema: string; readonly name: string }[] | undefined;
  readonly more: readonly string[];
  readonly programs: string | undefined;
  readonly jobs: number;
  readonly open: Open;
  readonly signal: AbortSignal;
  readonly working: (what: string) => void;
}

const applicationName = "veza-db restore";

/** Gives the checks that were passed. Whatever fails before the last step leaves the server as it was. */
export async function restoreIntoNew(admin: Db, request: NewDatabaseRequest): Promise<readonly Check[]> {
  const { backup, foreign, server, database, old, live, open, signal, working } = request;
  const untouched =
    old === undefined
      ? `There is no database "${database}" yet.`
      : `The database "${database}" is as it was.`;
  try {
    await using throwaway = await makeThrowaway(admin, {
      like: backup?.manifest.properties ?? live,
      tablespace: request.tablespace,
    });
    const target = { ...server, database: throwaway.name };
    working("Restoring …");
    if (backup !== undefined)
      await fillFromBackup({ ...request, backup, target, applicationName, serverMajor: admin.facts.major });
    else if (foreign !== undefined) await fillFromForeign(admin, foreign, target, request);
    working("Comparing …");
    const checks = await proveDatabase(target, request);
    const failed = checks.filter(({ ok }) => !ok);
    if (failed.length > 0) throw checksFailed(failed);
    // As they are by now: somebody may have changed them while the dump was restored.
    const present = live === undefined ? undefined : await readProperties(admin, database);
    const properties = present ?? live ?? backup?.manifest.properties;
    if (properties !== undefined)
      await putBackProperties(admin, throwaway.name, properties, request.withRoles || live !== undefined);
    signal.throwIfAborted();
    working("Giving it its name …");
    await giveName(admin, {
      from: throwaway.name,
      to: database,
      old,
      open: () => open({ ...server, database: admin.target.database }),
    });
    throwaway.keep();
    return checks;
  } catch (error) {
    throw error instanceof VezaError && error.state === undefined ? error.with({ state: untouched }) : error;
  }
}

async function fillFromForeign(
  admin: Db,
  { path, kind, client, fromMajor }: ForeignDump,
  target: Target,
  { jobs, live, open, signal }: NewDatabaseRequest,
): Promise<void> {
  const { isSuperuser } = await readCluster(admin);
  const stranger = await makeStranger(admin, target, isSuperuser);
  const load = {
    target: stranger.target,
    applicationName,
    jobs,
    path,
    serverMajor: admin.facts.major,
    withOwner: false,
    withPrivileges: false,
    hint:
      failureHint(fromMajor, admin.facts.major) ??
      "Make another dump: pg_dump --format=custom --file=<path> <database>",
    signal,
  };
  try {
    if (kind === "script") await loadScript({ ...load, psql: client });
    // A tar can only be read from its beginning to its end.
    else await loadArchive({ ...load, restore: client, jobs: kind === "tar" ? 1 : jobs });
  } finally {
    if (admin.isAlive) {
      await using db = await open(target);
      await stranger.settle(db, live?.owner ?? admin.target.user);
    }
  }
}

/** The checks, and meanwhile statistics for the planner, which no dump holds. */
async function proveDatabase(target: Target, request: NewDatabaseRequest): Promise<Check[]> {
  const [checks, gathered] = await Promise.allSettled([
    compare(target, request),
    gatherStatistics(target, request),
  ]);
  if (checks.status === "rejected") throw checks.reason;
  if (gathered.status === "rejected") throw gathered.reason;
  return checks.value;
}

async function compare(target: Target, request: NewDatabaseRequest): Promise<Check[]> {
  const { backup, open, withRoles, withRows, onlyTables } = request;
  await using db = await open(target);
  await liftLimits(db);
  if (backup === undefined) return [await countForeign(db)];
  return await checkDatabase(db, {
    base: backup.place.base,
    manifest: backup.manifest,
    withRoles,
    withRows,
    withSettings: false, // put back at the end, from whichever is meant
    ...(onlyTables === undefined ? {} : { onlyTables }),
  });
}

/** Nothing says how much there should be; what came is told. */
async function countForeign(db: Db): Promise<Check> {
  const counted = await countRows(db, await readTables(db));
  const rows = counted.reduce((sum, table) => sum + table.rows, 0);
  return {
    check: "rows",
    ok: true,
    message: `${rows} rows of ${counted.length} tables; nothing says how many there should be`,
  };
}

function checksFailed(failed: readonly Check[]): VezaError {
  return new VezaError({
    code: "restore.checks-failed",
    ending: "failed",
    message: "The restored database is not what was backed up.",
    detail: failed.map(({ check, message }) => `${check}: ${message}`).join("\n"),
    hint: "veza-db backup verify --level restore tries another backup by its id.",
    facts: { checks: failed },
  });
}
