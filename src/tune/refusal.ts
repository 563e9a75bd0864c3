import { VezaError } from "../kernel/error.ts";

/** Throws `tune.refused` with every reason, the first as its message; without reasons nothing happens. */
export function refuse(refusals: readonly string[], hint: string): void {
  const [first, ...others] = refusals;
  if (first === undefined) return;
  throw new VezaError({
    code: "tune.refused",
    ending: "refused",
    message: first,
    detail: others.length > 0 ? others.join("\n") : undefined,
    hint,
    state: "Nothing was changed.",
    facts: { refusals },
  });
}
