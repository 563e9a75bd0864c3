/** The drill: a backup is restored into a database that is thrown away, and looked at there. */
import { VezaError } from "../../kernel/error.ts";
import type { Db } from "../../postgres/connect.ts";
import type { Target } from "../../postgres/target.ts";
import { liftLimits } from "../create/snapshot.ts";
import { checkDatabase } from "../restore/check-database.ts";
import { openAdmin } from "../restore/admin.ts";
import type { Open } from "../restore/admin.ts";
import { fillFromBackup, putBackProperties } from "../restore/fill.ts";
import { lookForRoles, neededRoles } from "../restore/roles.ts";
import { makeThrowaway, sweepThrowaways } from "../restore/throwaway.ts";
import type { Backup, Check } from "../model.ts";
import { ask } from "../read-database.ts";
import { checkAssertions } from "./assertions.ts";
import type { AssertionFile } from "./assertions.ts";
import { judge } from "./check-files.ts";

export interface DrillRequest {
  readonly backup: Backup;
  readonly server: Target;
  readonly open: Open;
  /** Makes roles without rights where they are missing: only on a server that is thrown away. */
  readonly copyRoles?: ((db: Db, roles: readonly string[]) => Promise<void>) | undefined;
  readonly programs: string | undefined;
  readonly jobs: number;
  readonly assertions: readonly AssertionFile[];
  readonly signal: AbortSignal;
  readonly working: (what: string) => void;
}

/** Restores, compares, asserts, and drops what it made. */
export async function drill(request: DrillRequest): Promise<Check[]> {
  const { backup, server, open, working } = request;
  const { manifest } = backup;
  await using admin = await openAdmin(server, open);
  await sweepThrowaways(admin);
  await requireExtensions(admin, manifest.extensions);
  const roles = neededRoles(manifest);
  if (request.copyRoles !== undefined)
    await request.copyRoles(admin, (await lookForRoles(admin, roles)).missing);
  const { missing, foreign } = await lookForRoles(admin, roles);
  const withRoles = missing.length + foreign.length === 0;
  await using throwaway = await makeThrowaway(admin, { like: manifest.properties });
  const target = { ...server, database: throwaway.name };
  working("Restoring into a throwaway database …");
  try {
    await fillFromBackup({
      ...request,
      target,
      withRoles,
      serverMajor: admin.facts.major,
      applicationName: "veza-db backup verify",
    });
  } catch (error) {
    if (!(error instanceof VezaError) || error.ending !== "failed") throw error;
    return [judge("restore", [[error.message, error.detail].join(" ").trim()], "")];
  }
  await putBackProperties(admin, throwaway.name, manifest.properties, withRoles);
  working("Comparing …");
  const checks = await compare(request, target, withRoles);
  const note = withRoles
    ? "the dump was restored"
    : `the dump was restored without owners and privileges: ${[...missing, ...foreign].slice(0, 5).join(", ")} cannot be used on this server`;
  return [judge("restore", [], note), ...checks, ...(await assert(request, target))];
}

async function compare(
  { backup: { manifest, place }, open }: DrillRequest,
  target: Target,
  withRoles: boolean,
): Promise<Check[]> {
  await using db = await open(target);
  await liftLimits(db);
  return await checkDatabase(db, {
    base: place.base,
    manifest,
    withRoles,
    withRows: !manifest.contents.schemaOnly,
    withSettings: withRoles,
  });
}

/** In a session of their own, which finds names as the database's users do. */
async function assert({ assertions, open }: DrillRequest, target: Target): Promise<Check[]> {
  if (assertions.length === 0) return [];
  await using db = await open(target);
  return await checkAssertions(db, assertions);
}

/** Refuses where the server lacks an extension: that is no fault of the backup. */
export async function requireExtensions(db: Db, needed: readonly { readonly name: string }[]): Promise<void> {
  const known = new Set((await ask<{ name: string }>(db, "available-extensions")).map(({ name }) => name));
  const missing = needed.map(({ name }) => name).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new VezaError({
    code: "restore.extension-missing",
    ending: "environment",
    message: `The server lacks extensions that the backup needs: ${missing.join(", ")}.`,
    hint: `Install them on ${db.target.host}, e.g. apt-get install postgresql-${db.facts.major}-${missing[0] ?? ""}`,
    state: "Nothing was changed.",
    facts: { extensions: missing },
  });
}
