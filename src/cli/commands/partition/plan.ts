import { openPolicies, stepBlocks, stepSql, tableArgument } from "../../partitions.ts";
import { beginLook } from "../../../partition/look.ts";
import { planTable } from "../../../partition/plan-steps.ts";
import type { Step } from "../../../partition/model.ts";
import { readTables } from "../../../partition/read-tables.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";

interface PlanData {
  readonly steps: readonly Step[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: "Shows every statement that maintain would send, with its lock. Changes nothing.",
  args: [tableArgument],
  settingFlags: ["partitionsDir"],
  examples: [
    { command: "veza-db partition plan", summary: "what maintain would do" },
    { command: "veza-db partition plan -o sql", summary: "the same as SQL, for a review" },
  ],
  exits: [3],
  forms: { sql: ({ steps }: PlanData) => stepSql(steps) },
  async run(context) {
    const policies = openPolicies(context, "range");
    await using db = await context.connect();
    await using _look = await beginLook(db);
    const { kept, session } = await readTables(db, policies);
    const steps: Step[] = [];
    for (const one of kept) {
      const planned = await planTable(db, one, session);
      for (const { partition, message } of planned.plan.problems) context.warn(`${partition} ${message}`);
      steps.push(...planned.steps.map(({ sql, lock, why }) => ({ sql, lock, why })));
    }
    return {
      data: {
        steps,
        created: [],
        detached: [],
        dropped: [],
        server: describeTarget(db.target),
        next: again(context, "partition", steps.length === 0 ? "status" : "maintain"),
      },
    };
  },
  view: ({ steps, server, next }) => [
    ...(steps.length === 0
      ? [text(`Nothing is due on ${server}.`, "good")]
      : [
          text(`${count(steps.length, "step")} would be done on ${server}; nothing was changed.`),
          ...stepBlocks(steps),
        ]),
    hint(next),
  ],
});
