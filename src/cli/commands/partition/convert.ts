import { nextOf, stateOf, viewConversion } from "../../convert-view.ts";
import type { ConvertData } from "../../convert-view.ts";
import { stepSql, tableNamed, workOf } from "../../partitions.ts";
import { usageError } from "../../../kernel/error.ts";
import { VezaError } from "../../../kernel/error.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import { beginLook } from "../../../partition/look.ts";
import { intervals } from "../../../partition/model.ts";
import { isZone } from "../../../partition/calendar.ts";
import type { Conversion } from "../../../partition/convert/model.ts";
import { conversionWarnings, planConversion } from "../../../partition/convert/plan.ts";
import type { ConvertStep } from "../../../partition/convert/plan.ts";
import { prepareConversion } from "../../../partition/convert/prepare.ts";
import { findTable } from "../../../partition/convert/read-table.ts";
import type { FoundTable } from "../../../partition/convert/read-table.ts";
import { runConversion } from "../../../partition/convert/run.ts";
import {
  beginConversion,
  readWantedConversion,
  requireConversion,
  requireWantedConversion,
  setPaused,
} from "../../../partition/convert/state.ts";
import { finishTakeBack, isPast, noConversion, takeBack } from "../../../partition/convert/take-back.ts";
import { readWayBack } from "../../../partition/convert/way-back.ts";
import type { Relation } from "../../../partition/model.ts";
import { writtenName } from "../../../partition/table-name.ts";
import { openSession } from "../../../partition/read-tables.ts";
import type { Session } from "../../../partition/read-tables.ts";
import { lockTable, requireOwner, requireWritableSession } from "../../../partition/work.ts";
import type { Work } from "../../../partition/work.ts";
import type { Db } from "../../../postgres/connect.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";

const flags = {
  by: flag.text("--by <column>", "the column of times to cut by; timestamptz or date, NOT NULL"),
  every: flag.choice("--every <interval>", "how long a partition is", intervals, "month"),
  premake: flag.integer("--premake <n>", "partitions to make beyond the current one (6)", 1),
  timezone: flag.text("--timezone <zone>", "the zone whose midnights the bounds are (UTC)"),
  selfFk: flag.choice(
    "--self-fk <choice>",
    "what becomes of a foreign key to the table itself. trigger: triggers check what is written and act when a row goes; they look into every partition. drop: nothing is checked any more. none: refuse",
    ["none", "trigger", "drop"],
    "none",
  ),
  dryRun: flag.switch("-n, --dry-run", "show the whole plan and change nothing"),
  status: flag.switch("--status", "say how far it has come"),
  pause: flag.switch("--pause", "stop a conversion that runs, at its next batch or phase"),
  resume: flag.switch("--resume", "go on with one that was paused, stopped or killed"),
  abort: flag.switch("--abort", "give one up before its swap: the table is as it was"),
  rollback: flag.switch(
    "--rollback",
    "take one back, after its swap too; nothing that was written since is lost",
  ),
};

type Call = Context<typeof flags>;

export const command = defineCommand({
  description: [
    "The table first becomes the one partition of a new table, in milliseconds; then its rows are cut into slices, while",
    "triggers write every change to both; then the slices take its place, in milliseconds. The old table stays, kept equal,",
    "until it is rolled back to or retain drops it. Where it stands is kept in the database: it can be killed anywhere.",
  ].join("\n"),
  args: [{ name: "<table>", summary: "a plain table, with its schema where it is not on the search path" }],
  flags,
  settingFlags: ["partitionLockTimeout", "partitionLockWait"],
  examples: [
    {
      command: "veza-db partition convert events --by created_at --every month --dry-run",
      summary: "every statement with its lock, estimate and way back",
    },
    { command: "veza-db partition convert events --by created_at --yes", summary: "do it" },
    { command: "veza-db partition convert events --resume", summary: "after a pause or a kill" },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  forms: { sql: ({ steps }: ConvertData) => stepSql(steps) },
  async run(context) {
    const action = actionOf(context.flags);
    const wanted = tableNamed(context, "veza-db partition convert app.events --by created_at");
    const column = context.flags.by;
    if (action === "start" && column === undefined)
      throw usageError(
        "partition.no-column",
        "--by names the column to cut by; it is missing.",
        `veza-db partition convert ${wanted.name} --by created_at --dry-run`,
      );
    const timezone = context.flags.timezone ?? "UTC";
    if (!isZone(timezone))
      throw usageError(
        "cli.bad-value",
        `--timezone takes the name of a time zone, not ${JSON.stringify(timezone)}.`,
        "e.g. --timezone Europe/Paris",
      );
    await using db = await context.connect({ via: "direct" });
    await using _look = await beginLook(db);
    const session = await openSession(db);
    const work = workOf(context, "convert");
    const table = await findTable(db, wanted.schema, wanted.name);
    const before = await readWantedConversion(db, work.ownSchema, table);
    if (action === "status") return { data: await data(db, table, [], before, context) };
    if (action !== "start" || !context.flags.dryRun) requireWritableSession(db, session);
    requireOwner(db, table);
    if (action === "start") {
      if (before !== undefined && before.outcome === null) throw exists(before);
      const spec = await prepareConversion(db, {
        ...wanted,
        column: column ?? "",
        interval: context.flags.every,
        timezone,
        premake: context.flags.premake ?? 6,
        selfFk: context.flags.selfFk === "none" ? undefined : context.flags.selfFk,
        now: session.now,
        ownSchema: work.ownSchema,
      });
      const steps = planConversion(spec);
      for (const warning of conversionWarnings(spec)) context.warn(warning);
      if (context.flags.dryRun) return { data: await data(db, table, steps, undefined, context) };
      const total = steps.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
      await ask(
        context,
        db,
        session,
        `Convert ${table.schema}.${table.name} (about ${formatDuration(total)})`,
        steps.map(({ phase, why, lock }) => `${phase}: ${why} (${lock})`),
      );
      await using _lock = await lockTable(db, table, work);
      const again = await readWantedConversion(db, work.ownSchema, table);
      if (again !== undefined && again.outcome === null) throw exists(again);
      await beginConversion(db, work.ownSchema, spec, "index");
      return { data: await data(db, table, steps, await runConversion(db, table, work), context) };
    }
    const conversion = requireFitting(before, action, table);
    if (action === "pause") {
      await setPaused(db, work.ownSchema, conversion, true);
      return { data: await data(db, table, [], await requireConversion(db, work.ownSchema, table), context) };
    }
    if (action === "resume") {
      await using _lock = await lockTable(db, table, work);
      await setPaused(db, work.ownSchema, conversion, false);
      return {
        data: await data(
          db,
          table,
          planConversion(conversion.spec),
          await runConversion(db, table, work),
          context,
        ),
      };
    }
    const deed = action === "abort" ? "Give up the conversion of" : "Roll back the conversion of";
    await ask(context, db, session, `${deed} ${table.schema}.${table.name}`, [
      `it stands before its phase ${conversion.phase}`,
    ]);
    return { data: await data(db, table, [], await takeItBack(db, table, action, work), context) };
  },
  view: viewConversion,
});

const actions = ["status", "pause", "resume", "abort", "rollback"] as const;
type Action = (typeof actions)[number] | "start";

function actionOf(given: Call["flags"]): Action {
  const wanted = actions.filter((name) => given[name]);
  const [action, second] = wanted;
  if (second !== undefined || (action !== undefined && given.dryRun))
    throw usageError(
      "cli.wrong-call",
      `--${action ?? ""} and --${second ?? "dry-run"} are two different things.`,
      "Leave one of them out.",
    );
  return action ?? "start";
}

/** What can be paused and resumed goes on; what can be rolled back may be done, as long as the old table stands. */
function requireFitting(before: Conversion | undefined, action: Action, table: Relation): Conversion {
  const isGoingOn = before !== undefined && before.outcome === null && before.kind !== "undo";
  const isDone =
    before?.kind === "convert" && (before.outcome === "done" || before.outcome === "rolled back");
  if (before === undefined || !(isGoingOn || (action === "rollback" && isDone)))
    throw noConversion(table, `to ${action}`);
  if (action === "rollback" && before.kind === "drain")
    throw noConversion(table, "to rollback while its default partition is emptied").with({
      hint: `veza-db partition maintain, which goes on with that; or veza-db partition convert ${writtenName(table)} --abort, which gives it up`,
    });
  if (action === "abort" && isPast(before.phase, "swap"))
    throw noConversion(table, "to abort: its slices are in place; --rollback takes it back");
  return before;
}

async function takeItBack(
  db: Db,
  table: { schema: string; name: string },
  action: Action,
  work: Work,
): Promise<Conversion> {
  const first = await requireWantedConversion(db, work.ownSchema, table);
  // Whoever runs it stops at the next batch and lets go of the lock.
  if (first.outcome === null) await setPaused(db, work.ownSchema, first, true);
  await using _lock = await lockTable(db, table, work);
  const conversion = requireFitting(await requireWantedConversion(db, work.ownSchema, table), action, table);
  // Done already; what a kill has left of it is finished.
  if (conversion.outcome === "rolled back") await finishTakeBack(db, conversion, work);
  else await takeBack(db, conversion, work, action === "abort" ? "aborted" : "rolled back");
  return await requireWantedConversion(db, work.ownSchema, table);
}

async function ask(
  context: Call,
  db: Db,
  { database }: Session,
  action: string,
  plan: readonly string[],
): Promise<void> {
  await context.confirm({ kind: "change", action, place: describeTarget(db.target), database, plan });
}

async function data(
  db: Db,
  table: FoundTable,
  steps: readonly ConvertStep[],
  conversion: Conversion | undefined,
  context: Call,
): Promise<ConvertData> {
  const isDone = conversion?.outcome === "done";
  const { dryRun, by, every } = context.flags;
  const wayBack = isDone ? await readWayBack(db, table, context.settings.values.historySchema) : undefined;
  return {
    table: `${table.schema}.${table.name}`,
    steps,
    created: isDone ? conversion.spec.slices.map((slice) => slice.name) : [],
    detached: isDone ? [conversion.spec.source] : [],
    dropped: [],
    conversion: conversion === undefined ? null : stateOf(conversion, wayBack),
    isDryRun: dryRun,
    server: describeTarget(db.target),
    next: nextOf(table, conversion, dryRun ? { by: by ?? "…", every } : undefined),
  };
}

function exists({ spec, phase }: Conversion): VezaError {
  return new VezaError({
    code: "partition.conversion-exists",
    ending: "refused",
    message: `${spec.schema}.${spec.name} is being converted already; it stands before its phase ${phase}.`,
    hint: `veza-db partition convert ${writtenName(spec)} --resume, or --abort`,
    state: "Nothing was changed.",
  });
}
