import { stepBlocks, stepSql, tableNamed, workOf } from "../../partitions.ts";
import { usageError, VezaError } from "../../../kernel/error.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import { beginLook } from "../../../partition/look.ts";
import type { ConvertStep } from "../../../partition/convert/plan.ts";
import { findTable } from "../../../partition/convert/read-table.ts";
import { runConversion } from "../../../partition/convert/run.ts";
import {
  beginConversion,
  readConversion,
  requireConversion,
  setPaused,
} from "../../../partition/convert/state.ts";
import { noConversion, takeBack } from "../../../partition/convert/take-back.ts";
import { planUndo, prepareUndo } from "../../../partition/convert/undo.ts";
import { readWayBack } from "../../../partition/convert/way-back.ts";
import { quoteName } from "../../../partition/like.ts";
import type { Relation } from "../../../partition/model.ts";
import { writtenName } from "../../../partition/table-name.ts";
import { openSession } from "../../../partition/read-tables.ts";
import { lockTable, requireOwner, requireWritableSession } from "../../../partition/work.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

interface UndoData {
  readonly table: string;
  readonly steps: readonly ConvertStep[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly outcome: "planned" | "done" | "aborted" | "stopped";
  /** What the partitioned table is called afterwards. */
  readonly kept: string;
  readonly copied: number;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Its rows are copied to a plain table while triggers write every change to both; then that table takes its place, with views,",
    "keys, triggers, sequences and privileges. The partitioned table stays under another name; drop it when you are sure.",
  ].join("\n"),
  args: [
    { name: "<table>", summary: "a partitioned table, with its schema where it is not on the search path" },
  ],
  flags: {
    dryRun: flag.switch("-n, --dry-run", "show the whole plan and change nothing"),
    resume: flag.switch("--resume", "go on with one that was stopped or killed"),
    abort: flag.switch("--abort", "give it up: the table stays partitioned"),
  },
  settingFlags: ["partitionLockTimeout", "partitionLockWait"],
  examples: [
    { command: "veza-db partition undo events --dry-run", summary: "every statement with its lock" },
    { command: "veza-db partition undo events --yes", summary: "do it" },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  forms: { sql: ({ steps }: UndoData) => stepSql(steps) },
  async run(context) {
    const { dryRun, resume, abort } = context.flags;
    if ([dryRun, resume, abort].filter(Boolean).length > 1)
      throw usageError(
        "cli.wrong-call",
        "--dry-run, --resume and --abort are three different things.",
        "Leave all but one of them out.",
      );
    const wanted = tableNamed(context, "veza-db partition undo app.events");
    await using db = await context.connect({ via: "direct" });
    await using _look = await beginLook(db);
    const session = await openSession(db);
    const work = workOf(context, "undo");
    const table = await findTable(db, wanted.schema, wanted.name);
    const before = await readConversion(db, work.ownSchema, table);
    const isGoingOn = before !== undefined && before.outcome === null;
    const data = (
      outcome: UndoData["outcome"],
      steps: readonly ConvertStep[],
      kept: string,
      copied = 0,
    ): UndoData => ({
      table: `${table.schema}.${table.name}`,
      steps,
      created: outcome === "done" ? [table.name] : [],
      detached: [],
      dropped: [],
      outcome,
      kept,
      copied,
      server: describeTarget(db.target),
      next:
        outcome === "planned"
          ? `veza-db partition undo ${writtenName(table)}`
          : outcome === "done"
            ? `DROP TABLE ${quoteName({ schema: table.schema, name: kept })}; when you are sure`
            : `veza-db partition undo ${writtenName(table)} --dry-run`,
    });
    requireOwner(db, table);
    if (!dryRun) requireWritableSession(db, session);
    if (resume || abort) {
      if (!isGoingOn || before.kind !== "undo")
        throw noConversion(table, `to ${resume ? "go on with" : "abort"}`);
      if (abort) await setPaused(db, work.ownSchema, before, true);
      await using _lock = await lockTable(db, table, work);
      if (abort) {
        await takeBack(db, await requireConversion(db, work.ownSchema, table), work, "aborted");
        return { data: data("aborted", [], before.spec.moved) };
      }
      await setPaused(db, work.ownSchema, before, false);
      const after = await runConversion(db, table, work);
      return { data: data("done", planUndo(after.spec), after.spec.moved, after.copied) };
    }
    if (isGoingOn) throw goesOn(table, before.phase);
    const spec = await prepareUndo(db, wanted.schema, wanted.name, work.ownSchema);
    const steps = planUndo(spec);
    const wayBack = await readWayBack(db, table, work.ownSchema);
    if (wayBack?.isOpen === false)
      context.warn(
        `the way back by veza-db partition convert ${writtenName(table)} --rollback is closed (${wayBack.reason ?? ""}); this makes one plain table of it as it is now`,
      );
    if (dryRun) return { data: data("planned", steps, spec.moved) };
    await context.confirm({
      kind: "change",
      action: `Make one plain table of ${table.schema}.${table.name}`,
      place: describeTarget(db.target),
      database: session.database,
      plan: steps.map(({ phase, why, lock }) => `${phase}: ${why} (${lock})`),
    });
    await using _lock = await lockTable(db, table, work);
    await beginConversion(db, work.ownSchema, spec, "staging");
    const after = await runConversion(db, table, work);
    return { data: data(after.outcome === "done" ? "done" : "stopped", steps, spec.moved, after.copied) };
  },
  view: ({ table, steps, outcome, kept, copied, server, next }) => {
    if (outcome === "planned")
      return [
        text(
          `${table} would be one plain table after ${count(steps.length, "phase")} on ${server}; nothing was changed.`,
        ),
        ...steps.flatMap((step) => [
          ...stepBlocks([{ ...step, why: `${step.phase}: ${step.why}` }]),
          text(`about ${formatDuration(step.estimateMs)}; undone by: ${step.undo}`, "muted"),
        ]),
        hint(next),
      ];
    if (outcome === "aborted") return [text(`${table} stays partitioned.`, "good"), hint(next)];
    if (outcome === "stopped")
      return [text(`${table} stays partitioned; somebody stopped it.`, "warning"), hint(next)];
    return [
      text(
        `${table} is one plain table; ${count(copied, "row")} copied. The partitioned one stays as ${kept}.`,
        "good",
      ),
      hint(next),
    ];
  },
});

function goesOn(table: Relation, phase: string): VezaError {
  const name = writtenName(table);
  return new VezaError({
    code: "partition.conversion-exists",
    ending: "refused",
    message: `Something is going on with ${name} already; it stands before its phase ${phase}.`,
    hint: `veza-db partition convert ${name} --status`,
    state: "Nothing was changed.",
  });
}
