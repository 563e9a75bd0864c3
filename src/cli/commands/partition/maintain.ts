import { openPolicies, partitionSettings, stepBlocks, tableArgument, workOf } from "../../partitions.ts";
import { beginLook } from "../../../partition/look.ts";
import { finishDetached, maintainTable } from "../../../partition/apply.ts";
import type { Step } from "../../../partition/model.ts";
import { planTable } from "../../../partition/plan-steps.ts";
import { readTables } from "../../../partition/read-tables.ts";
import { requireOwner, requireWritableSession } from "../../../partition/work.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

interface MaintainData {
  readonly steps: readonly Step[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly tables: number;
  readonly isDone: boolean;
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Creates what is due, closes gaps, empties default partitions and detaches what is past its policy's retain. Never drops.",
    "Safe to run twice at once and from cron: a second run finds nothing to do.",
  ].join("\n"),
  args: [tableArgument],
  flags: {
    check: flag.switch("--check", "change nothing; exit 1 when something is due"),
    dryRun: flag.switch("-n, --dry-run", "show what would be done and change nothing"),
  },
  settingFlags: partitionSettings,
  examples: [
    { command: "veza-db partition maintain", summary: "once a day, from cron" },
    { command: "veza-db partition maintain --check", summary: "exit 1 when something is due" },
  ],
  exits: [1, 3, 4, 5, 130],
  recordAs: "partition maintain",
  isDeed: true,
  async run(context) {
    const policies = openPolicies(context, "range");
    await using db = await context.connect({ via: "direct" });
    await using _look = await beginLook(db);
    const { kept, session } = await readTables(db, policies);
    const isLooking = context.flags.check || context.flags.dryRun;
    const due = [];
    const planned: Step[] = [];
    for (const one of kept) {
      const { plan, steps } = await planTable(db, one, session);
      for (const { partition, message } of plan.problems) context.warn(`${partition} ${message}`);
      if (steps.length > 0) due.push(one);
      planned.push(...steps.map(({ sql, lock, why }) => ({ sql, lock, why })));
    }
    const data = (done: Pick<MaintainData, "steps" | "created" | "detached">): MaintainData => ({
      ...done,
      dropped: [],
      tables: kept.length,
      isDone: !isLooking,
      database: session.database,
      server: describeTarget(db.target),
      next: again(context, "partition", isLooking && planned.length > 0 ? "maintain" : "status"),
    });
    const isWritable = !session.isStandby && !session.isReadOnly;
    if (!isLooking && isWritable) await finishDetached(db, kept, context.settings.values.historySchema);
    if (isLooking || due.length === 0) {
      return {
        data: data({ steps: planned, created: [], detached: [] }),
        exitCode: context.flags.check && planned.length > 0 ? 1 : 0,
        isUnrecorded: isLooking,
      };
    }
    requireWritableSession(db, session);
    for (const { table } of due) requireOwner(db, table);
    await context.confirm({
      kind: "change",
      action: `Do ${count(planned.length, "step")}`,
      place: describeTarget(db.target),
      database: session.database,
      plan: planned.map(({ why, lock }) => `${why} (${lock})`),
      runsUnattended: true,
    });
    const all = { steps: [] as Step[], created: [] as string[], detached: [] as string[] };
    for (const one of due) {
      const done = await maintainTable(db, one, workOf(context, "maintain"));
      all.steps.push(...done.steps.map(({ sql, lock, why }) => ({ sql, lock, why })));
      all.created.push(...done.created);
      all.detached.push(...done.detached);
    }
    return { data: data(all) };
  },
  view: ({ steps, created, detached, tables, isDone, server, next }) => {
    if (steps.length === 0)
      return [
        text(`Nothing is due on ${server}: ${count(tables, "table")} as the policies say.`, "good"),
        hint(next),
      ];
    if (!isDone)
      return [
        text(`${count(steps.length, "step")} due on ${server}; nothing was changed.`),
        ...stepBlocks(steps),
        hint(next),
      ];
    return [text(`Created ${created.length}, detached ${detached.length} on ${server}.`, "good"), hint(next)];
  },
});
