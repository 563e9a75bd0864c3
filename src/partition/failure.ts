import { usageError } from "../kernel/error.ts";
import type { VezaError } from "../kernel/error.ts";

/** The error of a policy: which file, which field, what is wrong and what is allowed. */
export function policyError(file: string, field: string, problem: string, allowed?: string): VezaError {
  return usageError(
    "partition.bad-policy",
    `${file}: ${field}: ${problem}.`,
    "docs/partitions.md describes the format; schemas/partition.schema.json checks it in an editor.",
    allowed === undefined ? undefined : `Allowed: ${allowed}.`,
  ).with({ facts: { file, field } });
}
