import type { Db } from "../../postgres/connect.ts";
import type { DatabaseProperties, Manifest } from "../model.ts";
import { ask } from "../read-database.ts";

/** Every role that a restore of owners and privileges names. */
export function neededRoles({ roles, properties }: Pick<Manifest, "roles" | "properties">): string[] {
  const { owner, privileges, settings } = properties;
  const named = [
    ...roles,
    owner,
    ...(privileges ?? []).flatMap(({ grantee }) => grantee ?? []),
    ...settings.flatMap(({ role }) => role ?? []),
  ];
  return [...new Set(named)].filter((name) => !name.startsWith("pg_")).toSorted();
}

export interface RoleReport {
  readonly missing: readonly string[];
  /** They are there, but the session may not make anything theirs. */
  readonly foreign: readonly string[];
}

export async function lookForRoles(admin: Db, needed: readonly string[]): Promise<RoleReport> {
  const known = new Map(
    (await ask<{ name: string; isMember: boolean }>(admin, "known-roles")).map(({ name, isMember }) => [
      name,
      isMember,
    ]),
  );
  return {
    missing: needed.filter((name) => !known.has(name)),
    foreign: needed.filter((name) => known.get(name) === false),
  };
}

/** The properties without what names a role that is not there. */
export function withoutRoles(properties: DatabaseProperties): DatabaseProperties {
  return { ...properties, settings: properties.settings.filter(({ role }) => role === null) };
}
