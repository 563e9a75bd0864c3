import { groupDigits } from "../kernel/digits.ts";
/** Numbers as people read them at a glance; programs get the raw ones. */

const sizeUnits = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `812 B`, `3.4 MB`, `120 GB`: units of 1024, named as PostgreSQL names them. */
export function formatBytes(bytes: number): string {
  let amount = Math.abs(bytes);
  let unit = 0;
  while (amount >= 1024 && unit < sizeUnits.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${bytes < 0 ? "-" : ""}${threeDigits(amount, unit === 0)} ${sizeUnits[unit] ?? ""}`;
}

/** `12,345`, and from a million on `1.23 M`. */
export function formatCount(count: number): string {
  const size = Math.abs(count);
  if (size < 1e6) return groupDigits(Number.isInteger(count) ? count : Number(count.toFixed(1)));
  const [divisor, unit] = size < 1e9 ? [1e6, "M"] : size < 1e12 ? [1e9, "G"] : [1e12, "T"];
  return `${(count / divisor).toFixed(2)} ${unit}`;
}

/** A part of a whole, from 0 to 1: `99.3 %`, `<0.1 %`. Never rounds up to 100 what is not whole. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  const shown =
    percent > 99.9 && percent < 100 ? Math.floor(percent * 100) / 100 : Number(percent.toFixed(1));
  return `${shown} %`;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar so many characters wide, its empty part shaded, for a part of a whole, from 0 to 1. */
export function bar(ratio: number, width = 10): string {
  const steps = Math.round(Math.min(1, Math.max(0, ratio)) * width * 8);
  return `${"█".repeat(Math.floor(steps / 8))}${eighths[steps % 8] ?? ""}`.padEnd(width, "░");
}

function threeDigits(amount: number, isWhole: boolean): string {
  if (isWhole || amount >= 100) return String(Math.round(amount));
  return amount.toFixed(amount < 10 ? 2 : 1);
}
