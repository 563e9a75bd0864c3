import type { Journal } from "./journal.ts";
import type { Outcome } from "./model.ts";
import type { Configuration } from "./read.ts";
import { standingOf } from "./standing.ts";

export interface Checked extends Outcome {
  /** The journal that holds it. */
  readonly id: string;
}

/** How everything stands that was applied and not undone; the newest journal of a setting counts. Pure. */
export function checkApplied(journals: readonly Journal[], configuration: Configuration): Checked[] {
  const wanted = new Map<string, { readonly id: string; readonly wanted: string }>();
  for (const { id, state, settings } of journals)
    if (state === "applied")
      for (const { name, wanted: value } of settings) wanted.set(name, { id, wanted: value });
  return [...wanted]
    .map(([name, entry]) => ({ id: entry.id, ...standingOf({ name, wanted: entry.wanted }, configuration) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
