import { describePlan } from "../../../migrate/describe-plan.ts";
import { readHistory } from "../../../migrate/history.ts";
import { blockingProblems, planMigrations, withSteps } from "../../../migrate/plan.ts";
import { refuseProblems } from "../../../migrate/refuse-problems.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder, requireKnownId, requireOneEnd } from "../../migrations.ts";
import { planSql, planView } from "../../plan-view.ts";

export const command = defineCommand({
  description: "Reads files and history and shows every statement that migrate would send. Writes nothing.",
  flags: {
    to: flag.text("--to <id>", "plan no further than this migration"),
    steps: flag.integer("--steps <n>", "plan so many and no more", 1),
    outOfOrder: flag.switch("--out-of-order", "plan files too that sort before one which is applied"),
  },
  settingFlags: ["migrationsDir", "pgVersion"],
  examples: [
    { command: "veza-db migrate plan", summary: "what migrate would do" },
    { command: "veza-db migrate plan -o sql", summary: "the same as SQL, for a review" },
  ],
  exits: [3, 4],
  forms: { sql: (data: { readonly steps: ReturnType<typeof describePlan> }) => planSql(data.steps) },
  async run(context) {
    const folder = openFolder(context);
    requireOneEnd(context.flags);
    const wished = { to: requireKnownId(context.flags.to, folder), allowLate: context.flags.outOfOrder };
    const names = historyNames(context);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, names);
    const wishes = withSteps(folder, history.rows, wished, context.flags.steps);
    const plan = planMigrations(folder.files, folder.clashes, history.rows, wishes);
    if (blockingProblems(plan, wishes).length > 0)
      throw await refuseProblems(db, names, folder, plan, wishes);
    return {
      data: {
        steps: describePlan(plan),
        database: history.session.database,
        server: describeTarget(db.target),
        next: again(context, "migrate"),
      },
    };
  },
  view: ({ steps, server, next }) => planView(steps, server, next),
});
