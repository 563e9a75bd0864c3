/** Calls of `veza-db stats …` in this process, aimed at a database. */
import { call, record } from "../../migrate/support/veza.ts";
import type { Called } from "../../migrate/support/veza.ts";
import { inject } from "vitest";

export type Fields = Readonly<Record<string, unknown>>;

export interface StatsCall extends Called {
  /** `rows` of the result. */
  rows(): readonly Fields[];
  /** `notes` of the result, a line each. */
  notes(): string;
}

/** One call; `words` are what follows `veza-db stats`. */
export async function stats(
  url: string,
  words: string,
  env: Readonly<Record<string, string>> = {},
): Promise<StatsCall> {
  const called = await call(inject("run").folder, ["stats", ...words.split(" ")], {
    env: { DATABASE_URL: url, ...env },
  });
  return {
    ...called,
    rows: () => listOf(called.data()["rows"]),
    notes: () => textsOf(called.data()["notes"]).join("\n"),
  };
}

export function listOf(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value.map(record);
}

export function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Error(`not a list: ${JSON.stringify(value)}`);
  return value.map(String);
}
