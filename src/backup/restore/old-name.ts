/** The name that a database gets when another takes its place, and the names it may have got before. Pure. */

const mostBytes = 63;
const suffix = /__old_\d{8}T\d{6}Z$/;

/** `app__old_20261123T081500Z`, cut so that PostgreSQL does not cut it. */
export function oldName(database: string, now: Date): string {
  const time = `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
  return `${stemOf(database)}__old_${time}`;
}

/** Whether a name is one that {@link oldName} gave for the database. */
export function isOldName(name: string, database: string): boolean {
  return suffix.test(name) && name.replace(suffix, "") === stemOf(database);
}

function stemOf(database: string): string {
  const room = mostBytes - "__old_20261123T081500Z".length;
  let stem = database;
  while (Buffer.byteLength(stem) > room) stem = [...stem].slice(0, -1).join("");
  return stem;
}
