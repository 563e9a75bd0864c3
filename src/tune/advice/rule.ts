import type { Facts, Wishes } from "../model.ts";

/** What a rule may look at. Sizes are bytes, times milliseconds. */
export interface Situation {
  readonly facts: Facts;
  readonly wishes: Wishes;
  readonly major: number;
  readonly ram: number;
  readonly cpus: number;
  readonly isFlash: boolean;
  /** What a setting will be: what an earlier rule, or the caller, decided; else what it is now. NaN for a word. */
  readonly amount: (name: string) => number;
  /** The same as pg_settings has it. */
  readonly value: (name: string) => string;
}

export type Verdict =
  | { readonly kind: "set"; readonly value: number | string; readonly reason: string }
  | { readonly kind: "leave"; readonly reason: string };

/** One setting, the rule for it and where the rule comes from. Pure. */
export interface Rule {
  readonly name: string;
  readonly source: string;
  advise(situation: Situation): Verdict;
}

export function set(value: number | string, reason: string): Verdict {
  return { kind: "set", value, reason };
}

export function leave(reason: string): Verdict {
  return { kind: "leave", reason };
}

/** The entry of a setting in PostgreSQL's documentation: by name, since its chapters have other numbers in each version. */
export function docsOn(name: string): string {
  return `PostgreSQL documentation on ${name}`;
}

/** `1 processor`, `8 processors`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export const kB = 1024;
export const MB = 1024 ** 2;
export const GB = 1024 ** 3;

/** Whole megabytes, so that people can read what they get; less of them in smaller steps, so that little is lost. */
export function rounded(bytes: number): number {
  const step = bytes < MB ? kB * 16 : bytes < 16 * MB ? kB * 256 : MB;
  return Math.max(64 * kB, Math.floor(bytes / step) * step);
}

export function clamp(amount: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, amount));
}
