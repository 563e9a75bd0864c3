import { dayMs } from "../kernel/duration.ts";
import type { Kind } from "./column.ts";
import type { Scalar } from "./model.ts";

/** A value as PostgreSQL reads it, before anything is escaped; undefined for NULL. */
export function valueText(kind: Kind, value: Scalar): string | undefined {
  if (value === null) return undefined;
  return kind === "time" && typeof value === "number" ? timeText(value) : String(value);
}

const days = new Map<number, string>();
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/** `2026-11-23 04:17:41.123+00`. Dates are kept: asking the calendar for each of millions of times would be slow. */
export function timeText(time: number): string {
  const day = Math.floor(time / dayMs);
  let date = days.get(day);
  if (date === undefined) {
    date = `${new Date(day * dayMs).toISOString().slice(0, 10)} `;
    days.set(day, date);
  }
  const ms = time - day * dayMs;
  const seconds = Math.floor(ms / 1000);
  const rest = ms - seconds * 1000;
  const minutes = Math.floor(seconds / 60);
  const hour = twoDigits[Math.floor(minutes / 60)] ?? "";
  const minute = twoDigits[minutes % 60] ?? "";
  const second = twoDigits[seconds % 60] ?? "";
  const fraction = rest < 10 ? `00${rest}` : rest < 100 ? `0${rest}` : `${rest}`;
  return `${date}${hour}:${minute}:${second}.${fraction}+00`;
}
