/** Which values a counter may give. */
import type { CatalogObject } from "../../catalog/model.ts";
import { limits } from "../../schema/render/sequence.ts";

export interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
  /** True where it counts upwards. */
  readonly isUp: boolean;
}

export function boundsOf({ facts }: CatalogObject): Bounds {
  return {
    min: BigInt(facts["min value"] ?? "1"),
    max: BigInt(facts["max value"] ?? "9223372036854775807"),
    isUp: !(facts["increment"] ?? "1").startsWith("-"),
  };
}

/** True where a counter has fewer values to give than it had, or comes back to some that it has given. */
export function runsOut(before: CatalogObject, after: CatalogObject): boolean {
  const [had, has] = [boundsOf(before), boundsOf(after)];
  const isStopped = before.facts["cycle"] !== undefined && after.facts["cycle"] === undefined;
  return isStopped || had.isUp !== has.isUp || (has.isUp ? has.max < had.max : has.min > had.min);
}

/** True where values of the type lie beyond the end of the counter. */
export function endsWithin(sequence: CatalogObject, type: string): boolean {
  const [lowest, highest] = limits[type] ?? limits.bigint;
  const { min, max, isUp } = boundsOf(sequence);
  return isUp ? max < highest : min > lowest;
}

const many = 2_147_483_647n;

/** True where a table may have more rows than the counter has values. */
export function hasFew(sequence: CatalogObject): boolean {
  const { min, max, isUp } = boundsOf(sequence);
  const start = BigInt(sequence.facts["start"] ?? "1");
  const step = BigInt(sequence.facts["increment"] ?? "1");
  const count = (isUp ? max - start : min - start) / step + 1n;
  return sequence.facts["cycle"] === undefined && count < many;
}
