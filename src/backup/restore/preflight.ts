/** What must hold on the server before anything of a restore is made. */
import { VezaError } from "../../kernel/error.ts";
import { advisoryKeys, takeAdvisoryLock } from "../../locks/advisory.ts";
import { stoppedWaiting } from "../../migrate/lock.ts";
import type { Db } from "../../postgres/connect.ts";
import type { Backup, DatabaseProperties } from "../model.ts";
import { ask, readProperties } from "../read-database.ts";
import { requireExtensions } from "../verify/drill.ts";
import { lookForRoles } from "./roles.ts";
import { sweepStrangers } from "./stranger.ts";
import { sweepThrowaways } from "./throwaway.ts";

export interface Situation {
  /** Of the database that has the name now; undefined where there is none. */
  readonly live: DatabaseProperties | undefined;
  readonly slots: number;
  readonly swept: readonly string[];
}

const unchanged = "Nothing was changed.";

/** Keeps other restores of the same database away, sweeps up after dead ones, and looks what is there. */
export async function lookAround(admin: Db, database: string, signal: AbortSignal): Promise<Situation> {
  await takeAdvisoryLock(admin, advisoryKeys("restore-target", database), {
    waitMs: 0,
    signal,
    onWait: () => {},
    held: (holder) =>
      new VezaError({
        code: "restore.running",
        ending: "refused",
        message: `Another restore of "${database}" is under way.`,
        detail: `It is held by ${holder}.`,
        hint: "Wait until it is done.",
        state: unchanged,
      }),
    stopped: stoppedWaiting,
  });
  const swept = await sweepThrowaways(admin);
  await sweepStrangers(admin);
  const live = await readProperties(admin, database);
  const [found] = await ask<{ slots: number }>(admin, "in-the-way", [database]);
  return { live, slots: found?.slots ?? 0, swept };
}

/** What would make the swap fail at the end is said at the beginning. */
export async function requireReplaceable(admin: Db, database: string): Promise<void> {
  const [found] = await ask<{ prepared: number; locks: number }>(admin, "in-the-way", [database]);
  if (found === undefined || found.prepared + found.locks === 0) return;
  throw new VezaError({
    code: "restore.busy",
    ending: "refused",
    message: `The database "${database}" cannot be replaced now.`,
    detail:
      found.prepared > 0
        ? `${found.prepared} prepared transactions wait in it for their end.`
        : "A migration or a backup is under way in it.",
    hint: found.prepared > 0 ? "veza-db stats transactions" : "Wait until it is done.",
    state: unchanged,
  });
}

export async function isTablespaceThere(admin: Db, name: string): Promise<boolean> {
  return (await knownTablespaces(admin)).has(name);
}

async function knownTablespaces(admin: Db): Promise<ReadonlySet<string>> {
  return new Set((await ask<{ name: string }>(admin, "known-tablespaces")).map(({ name }) => name));
}

/** Roles, tablespaces and extensions that the backup names; `roles` are those that the restore will name. */
export async function requireSurroundings(
  admin: Db,
  { manifest, place }: Backup,
  roles: readonly string[],
): Promise<void> {
  await requireExtensions(admin, manifest.extensions);
  const known = await knownTablespaces(admin);
  const tablespaces = manifest.tablespaces.filter((name) => !known.has(name));
  if (tablespaces.length > 0) {
    throw new VezaError({
      code: "restore.tablespace-missing",
      ending: "environment",
      message: `The server lacks tablespaces that the backup names: ${tablespaces.join(", ")}.`,
      hint: `CREATE TABLESPACE ${tablespaces[0] ?? ""} LOCATION '…'; they stand in ${place.base}/${manifest.rolesFile}`,
      state: unchanged,
    });
  }
  const { missing, foreign } = await lookForRoles(admin, roles);
  if (missing.length + foreign.length === 0) return;
  throw new VezaError({
    code: "restore.role-missing",
    ending: "environment",
    message:
      missing.length > 0
        ? `The server lacks roles that the backup names: ${missing.join(", ")}.`
        : `The role ${admin.target.user} may not make anything belong to: ${foreign.join(", ")}.`,
    hint:
      missing.length > 0
        ? `Make them (psql -f ${place.base}/${manifest.rolesFile} makes all of the cluster), or restore with --without-roles.`
        : "Restore as a superuser, or with --without-roles.",
    state: unchanged,
    facts: { missing, foreign },
  });
}
