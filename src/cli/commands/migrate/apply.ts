import { formatDuration } from "../../../kernel/duration.ts";
import { VezaError } from "../../../kernel/error.ts";
import { readHistory } from "../../../migrate/history.ts";
import type { PlannedStep } from "../../../migrate/describe-plan.ts";
import type { MigrationFile, MigrationFolder } from "../../../migrate/model.ts";
import { blockingProblems, planMigrations, withSteps } from "../../../migrate/plan.ts";
import type { PlanWishes } from "../../../migrate/plan.ts";
import type { Applied } from "../../../migrate/run-options.ts";
import type { Db } from "../../../postgres/connect.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import type { Context, Result } from "../../command.ts";
import { flag } from "../../flags.ts";
import {
  historyNames,
  openFolder,
  refuseReadOnly,
  requireKnownId,
  requireOneEnd,
  runOptions,
  runSettings,
} from "../../migrations.ts";
import { keepDump } from "../../keep-dump.ts";
import { planView } from "../../plan-view.ts";

interface ApplyData {
  readonly applied: readonly Applied[];
  readonly pending: readonly { readonly id: string; readonly name: string; readonly file: string }[];
  readonly database: string;
  readonly server: string;
  readonly isDryRun: boolean;
  readonly known: number;
  readonly next: string;
  /** What a dry run would do. */
  readonly steps?: readonly PlannedStep[];
}

const flags = {
  dryRun: flag.switch("-n, --dry-run", "show what would run and change nothing, not even the history table"),
  to: flag.text("--to <id>", "stop after this migration"),
  steps: flag.integer("--steps <n>", "apply so many and stop", 1),
  backupFirst: flag.switch("--backup-first", "back the database up before the first migration runs"),
  outOfOrder: flag.switch("--out-of-order", "apply files too that sort before one which is applied"),
};

export const command = defineCommand({
  description:
    "Each migration runs in one transaction together with its row in the history table, in the order of the ids.",
  flags,
  settingFlags: runSettings,
  examples: [
    { command: "veza-db migrate --embedded", summary: "on the tool's own PostgreSQL" },
    { command: "veza-db migrate --dry-run", summary: "see the statements first" },
    { command: "veza-db migrate --to 2024-02-01-003 --json", summary: "go no further, and tell a program" },
  ],
  exits: [3, 4, 5, 130],
  recordAs: "migrate",
  isDeed: true,
  async run(context) {
    const folder = openFolder(context);
    requireOneEnd(context.flags);
    const wishes: PlanWishes = {
      to: requireKnownId(context.flags.to, folder),
      allowLate: context.flags.outOfOrder,
    };
    await using db = await context.connect({ via: "direct" });
    try {
      return await applyTo(db, folder, wishes, context);
    } catch (error) {
      // What a run has done before it failed stands in its error; a refusal has done nothing.
      if (!(error instanceof VezaError) || "applied" in error.facts) throw error;
      throw error.with({ facts: { ...error.facts, applied: [], state: "unchanged" } });
    }
  },
  view: ({ applied, pending, server, known, next, steps }) => {
    if (steps !== undefined) return planView(steps, server, next);
    const isOne = pending.length === 1;
    const left =
      pending.length === 0
        ? ""
        : ` ${count(pending.length, "migration")} ${isOne ? "is" : "are"} left pending.`;
    if (known === 0)
      return [text(`There are no migration files yet; nothing was applied to ${server}.`), hint(next)];
    if (applied.length === 0) return [text(`Nothing is pending on ${server}.${left}`, "good"), hint(next)];
    const total = applied.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return [
      text(
        `Applied ${count(applied.length, "migration")} to ${server} in ${formatDuration(total)}.${left}`,
        "good",
      ),
      hint(next),
    ];
  },
});

async function applyTo(
  db: Db,
  folder: MigrationFolder,
  wished: PlanWishes,
  context: Context<typeof flags>,
): Promise<Result<ApplyData>> {
  const names = historyNames(context);
  const history = await readHistory(db, names);
  const wishes = withSteps(folder, history.rows, wished, context.flags.steps);
  const plan = planMigrations(folder.files, folder.clashes, history.rows, wishes);
  if (blockingProblems(plan, wishes).length > 0) {
    const { refuseProblems } = await import("../../../migrate/refuse-problems.ts");
    throw await refuseProblems(db, names, folder, plan, wishes);
  }
  const data = (applied: readonly Applied[], pending: readonly MigrationFile[]): ApplyData => ({
    applied: applied.map(({ durationMs, ...rest }) => ({ ...rest, durationMs: Math.round(durationMs) })),
    pending: pending.map(({ id, name, file }) => ({ id, name, file })),
    database: history.session.database,
    server: describeTarget(db.target),
    isDryRun: context.flags.dryRun,
    known: folder.files.length,
    next:
      folder.files.length === 0
        ? "veza-db migrate new <name>"
        : again(context, "migrate", ...(context.flags.dryRun ? [] : ["status"])),
  });
  const waiting = plan.pending.map(({ file }) => file);
  if (plan.pending.length === 0) return { data: data([], plan.beyond), isUnrecorded: context.flags.dryRun };
  if (context.flags.dryRun) {
    const { describePlan } = await import("../../../migrate/describe-plan.ts");
    return {
      data: { ...data([], [...waiting, ...plan.beyond]), steps: describePlan(plan) },
      isUnrecorded: true,
    };
  }
  refuseReadOnly(history.session, db.target);
  await context.confirm({
    kind: "change",
    action: `Apply ${count(plan.pending.length, "migration")}`,
    place: describeTarget(db.target),
    database: history.session.database,
    plan: plan.pending.map(({ file }) => file.file),
    runsUnattended: true,
  });
  if (context.flags.backupFirst) {
    const { backupFirst } = await import("../../backup-first.ts");
    await backupFirst(context, history.session.database);
  }
  const { applyPending } = await import("../../../migrate/run.ts");
  const applied = await applyPending(db, folder, wishes, runOptions(context, "migrate"));
  await keepDump(context, db, applied.length > 0);
  return { data: data(applied, plan.beyond) };
}
