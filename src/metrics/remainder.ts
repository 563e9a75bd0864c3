import type { Value } from "../kernel/exposition.ts";
import type { Memory } from "./model.ts";

/**
 * The sum of what has no series of its own, as a counter that never falls: when a table or a statement leaves the sum,
 * because it was dropped or got a series of its own, what it had counted stays in. A counter that falls is taken for one
 * that began anew, and all of it for what happened since.
 */
export function keepRising({ remainders }: Pick<Memory, "remainders">, key: string, sum: Value): number {
  const now = Number(sum);
  const before = remainders.get(key) ?? { last: now, lifted: 0 };
  const lifted = before.lifted + Math.max(0, before.last - now);
  remainders.set(key, { last: now, lifted });
  return now + lifted;
}
