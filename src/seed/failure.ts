import { usageError } from "../kernel/error.ts";
import type { VezaError } from "../kernel/error.ts";

/** The error of a seed file: which file, which field, what is wrong and what is allowed. */
export function fileError(
  { shownPath }: { readonly shownPath: string },
  field: string,
  problem: string,
  allowed?: string,
): VezaError {
  return usageError(
    "seed.bad-file",
    `${shownPath}: ${field}: ${problem}.`,
    "docs/seeds.md describes the format; schemas/seed.schema.json checks it in an editor.",
    allowed === undefined ? undefined : `Allowed are ${allowed}.`,
  ).with({ facts: { file: shownPath, field } });
}
