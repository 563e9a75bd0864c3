import { autovacuumRules } from "./autovacuum.ts";
import { connectionRules } from "./connections.ts";
import { ioRules } from "./io.ts";
import { memoryRules } from "./memory.ts";
import { parallelRules } from "./parallel.ts";
import { plannerRules } from "./planner.ts";
import type { Rule } from "./rule.ts";
import { walRules } from "./wal.ts";

/** Every rule, in the order in which one rests on another. */
export const rules: readonly Rule[] = [
  ...connectionRules,
  ...memoryRules,
  ...walRules,
  ...plannerRules,
  ...parallelRules,
  ...ioRules,
  ...autovacuumRules,
];
