/** The name that a database gets when another takes its place, and the names it may have got before. Pure. */

import { fitName } from "../../sql/fit-name.ts";

const suffix = /__old_\d{8}T\d{6}Z$/;

/** `app__old_20261123T081500Z`, cut so that PostgreSQL does not cut it. */
export function oldName(database: string, now: Date): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  return fitName(database, `__old_${time}`);
}

/** Whether a name is one that {@link oldName} gave for the database. */
export function isOldName(name: string, database: string): boolean {
  const [ending] = suffix.exec(name) ?? [];
  return ending !== undefined && name === fitName(database, ending);
}
