import { compareText } from "../kernel/compare.ts";

/** The id of a migration: a date and a number, `2024-01-15-002`. Ordered by date, then by number. */
const idShape = /^(\d{4})-(\d{2})-(\d{2})-(\d{3,})$/;
const fileShape = /^(\d{4}-\d{2}-\d{2}-\d{3,})-(.+)$/;

/** True for a date that the calendar has, followed by three digits or more. */
export function isMigrationId(text: string): boolean {
  const match = idShape.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1, 4).map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day ?? 0));
  return date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

/** The id and the name in `2024-01-15-002-add-user-profiles`, or undefined. */
export function splitFileStem(stem: string): { readonly id: string; readonly name: string } | undefined {
  const [, id, name] = fileShape.exec(stem) ?? [];
  return id !== undefined && name !== undefined && isMigrationId(id) ? { id, name } : undefined;
}

/** Sorts ids by date, then by number as a number. */
export function compareIds(a: string, b: string): number {
  const byDate = compareText(a.slice(0, 10), b.slice(0, 10));
  return byDate === 0 ? Number(a.slice(11)) - Number(b.slice(11)) : byDate;
}

/** The id that a new migration takes: today, or the last one's date where that lies ahead, and the next number. */
export function nextId(ids: readonly string[], today: string): string {
  const lastDate =
    ids
      .map((id) => id.slice(0, 10))
      .toSorted()
      .at(-1) ?? today;
  const highest = Math.max(0, ...ids.map((id) => Number(id.slice(11))));
  return `${lastDate > today ? lastDate : today}-${String(highest + 1).padStart(3, "0")}`;
}
