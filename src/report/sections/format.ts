import { formatDuration } from "../../kernel/duration.ts";
import { formatBytes, formatCount, formatPercent } from "../../ui/units.ts";
import type { Unit } from "./model.ts";

/** A value as people read it; `n/a` for what is not known. Times stay UTC here: the page itself shows the reader's zone. */
export function formatValue(value: string | number | null, unit: Unit): string {
  if (value === null) return unit === "text" || unit === "code" ? "" : "n/a";
  if (typeof value === "string") return unit === "time" ? formatTime(value) : value;
  switch (unit) {
    case "bytes":
      return formatBytes(value);
    case "bytesRate":
      return `${formatBytes(value)}/s`;
    case "ms":
      return formatMs(value);
    case "part":
      return formatPercent(value);
    case "rate":
      return `${formatRate(value)}/s`;
    case "days":
      return formatDays(value);
    case "count":
    case "text":
    case "code":
    case "time":
      return formatCount(value);
  }
}

/** `0.42 ms`, `12 ms`, `3 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms > 0 && ms < 10) return `${Number(ms.toPrecision(2))} ms`;
  return formatDuration(ms);
}

/** `12 days`; what is less than two, in hours. */
function formatDays(days: number): string {
  if (days === 0) return "0";
  return days < 2 ? `${formatRate(days * 24)} h` : `${formatRate(days)} days`;
}

function formatRate(rate: number): string {
  return rate !== 0 && Math.abs(rate) < 10 ? String(Number(rate.toPrecision(2))) : formatCount(rate);
}

/** `2026-11-23 10:04 UTC` */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
