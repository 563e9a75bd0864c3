import type { Unit } from "../sections/model.ts";

/** Round numbers from the least to the most or just above; of sizes, round in their own unit. */
export function ticksOf(least: number, most: number, unit: Unit): readonly number[] {
  const isSize = unit === "bytes" || unit === "bytesRate";
  const base = isSize
    ? 1024 ** Math.max(0, Math.floor(Math.log(Math.max(1, most)) / Math.log(1024)))
    : unit === "days" && most < 2
      ? 1 / 24
      : 1;
  const span = Math.max((most - least) / base, unit === "count" ? 4 : 1e-9);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power * base;
  const count = Math.max(1, Math.ceil((span * base) / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => Number((least + index * step).toPrecision(12)));
}

/** Powers of ten around values above 0. */
export function powersOf(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [1, 10];
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return Array.from({ length: high - low + 1 }, (_, index) => Number((10 ** (low + index)).toPrecision(12)));
}
