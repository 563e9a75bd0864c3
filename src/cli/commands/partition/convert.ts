import { stepBlocks, stepSql, tableNamed, workOf } from "../../partitions.ts";
import { usageError } from "../../../kernel/error.ts";
import { VezaError } from "../../../kernel/error.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import { intervals } from "../../../partition/model.ts";
import { isZone } from "../../../partition/calendar.ts";
import type { Conversion, Phase } from "../../../partition/convert/model.ts";
import { conversionWarnings, planConversion } from "../../../partition/convert/plan.ts";
import type { ConvertStep } from "../../../partition/convert/plan.ts";
import { prepareConversion } from "../../../partition/convert/prepare.ts";
import { findTable } from "../../../partition/convert/read-table.ts";
import { runConversion } from "../../../partition/convert/run.ts";
import {
  beginConversion,
  readConversion,
  requireConversion,
  setPaused,
} from "../../../partition/convert/state.ts";
import { isPast, noConversion, takeBack } from "../../../partition/convert/take-back.ts";
import { openSession } from "../../../partition/read-tables.ts";
import type { Session } from "../../../partition/read-tables.ts";
import { lockTable, requireOwner, requireWritableSession } from "../../../partition/work.ts";
import type { Work } from "../../../partition/work.ts";
import type { Db } from "../../../postgres/connect.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, pairs, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { defineCommand } from "../../command.ts";
import type { Context } from "../../command.ts";
import { flag } from "../../flags.ts";

interface State {
  readonly phase: Phase;
  readonly status: "running or stopped" | "paused" | "done" | "aborted" | "rolled back";
  readonly copied: number;
  readonly rowsEstimate: number;
  readonly startedAt: string;
  readonly updatedAt: string;
}

interface ConvertData {
  readonly table: string;
  readonly steps: readonly ConvertStep[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly conversion: State | null;
  readonly isDryRun: boolean;
  readonly server: string;
  readonly next: string;
}

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
    const session = await openSession(db);
    const work = workOf(context, "convert");
    const table = await findTable(db, wanted.schema, wanted.name);
    const before = await readConversion(db, work.ownSchema, table.schema, table.name);
    if (action === "status") return { data: data(db, table, [], before, context) };
    if (action !== "start" || !context.flags.dryRun) requireWritableSession(db, session);
    requireOwner(db, table);
    if (action === "start") {
      if (before !== undefined && before.outcome === null) throw exists(table.name, before);
      const spec = await prepareConversion(db, {
        ...wanted,
        column: column ?? "",
        interval: context.flags.every,
        timezone,
        premake: context.flags.premake ?? 6,
        selfFk: context.flags.selfFk === "none" ? undefined : context.flags.selfFk,
        now: session.now,
      });
      const steps = planConversion(spec);
      for (const warning of conversionWarnings(spec)) context.warn(warning);
      if (context.flags.dryRun) return { data: data(db, table, steps, undefined, context) };
      const total = steps.reduce((sum, { estimateMs }) => sum + estimateMs, 0);
      await ask(
        context,
        db,
        session,
        `Convert ${table.schema}.${table.name} (about ${formatDuration(total)})`,
        steps.map(({ phase, why, lock }) => `${phase}: ${why} (${lock})`),
      );
      await using _lock = await lockTable(db, table, work);
      const again = await readConversion(db, work.ownSchema, table.schema, table.name);
      if (again !== undefined && again.outcome === null) throw exists(table.name, again);
      await beginConversion(db, work.ownSchema, spec, "index");
      return { data: data(db, table, steps, await runConversion(db, table, work), context) };
    }
    const conversion = requireFitting(before, action, table.name);
    if (action === "pause") {
      await setPaused(db, work.ownSchema, conversion, true);
      return { data: data(db, table, [], await requireConversion(db, work.ownSchema, table), context) };
    }
    if (action === "resume") {
      await using _lock = await lockTable(db, table, work);
      await setPaused(db, work.ownSchema, conversion, false);
      return {
        data: data(db, table, planConversion(conversion.spec), await runConversion(db, table, work), context),
      };
    }
    const deed = action === "abort" ? "Give up the conversion of" : "Roll back the conversion of";
    await ask(context, db, session, `${deed} ${table.schema}.${table.name}`, [
      `it stands before its phase ${conversion.phase}`,
    ]);
    return { data: data(db, table, [], await takeItBack(db, table, action, work), context) };
  },
  view: ({ table, steps, conversion, isDryRun, created, server, next }) => {
    if (isDryRun)
      return [
        text(
          `${table} would be converted in ${count(steps.length, "phase")} on ${server}; nothing was changed.`,
        ),
        ...steps.flatMap((step) => [
          ...stepBlocks([{ ...step, why: `${step.phase}: ${step.why}` }]),
          text(`about ${formatDuration(step.estimateMs)}; undone by: ${step.undo}`, "muted"),
        ]),
        hint(next),
      ];
    if (conversion === null) return [text(`${table} is not being converted, and never was.`), hint(next)];
    if (conversion.status === "done" && created.length > 0)
      return [
        text(
          `${table} is partitioned: ${count(created.length, "partition")}, ${count(conversion.copied, "row")} copied.`,
          "good",
        ),
        hint(next),
      ];
    return [
      text(`${table}: ${conversion.status}`),
      pairs([
        ["phase", conversion.phase],
        ["rows copied", `${conversion.copied} of about ${conversion.rowsEstimate}`],
        ["since", conversion.startedAt],
        ["last seen", conversion.updatedAt],
      ]),
      hint(next),
    ];
  },
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
function requireFitting(before: Conversion | undefined, action: Action, name: string): Conversion {
  const isGoingOn = before !== undefined && before.outcome === null && before.kind !== "undo";
  const isDone = before?.outcome === "done" && before.kind === "convert";
  if (before === undefined || !(isGoingOn || (action === "rollback" && isDone)))
    throw noConversion(name, `to ${action}`);
  if (action === "abort" && isPast(before.phase, "swap"))
    throw noConversion(name, "to abort: its slices are in place; --rollback takes it back");
  return before;
}

async function takeItBack(
  db: Db,
  table: { schema: string; name: string },
  action: Action,
  work: Work,
): Promise<Conversion> {
  const first = await requireConversion(db, work.ownSchema, table);
  // Whoever runs it stops at the next batch and lets go of the lock.
  if (first.outcome === null) await setPaused(db, work.ownSchema, first, true);
  await using _lock = await lockTable(db, table, work);
  const conversion = requireFitting(await requireConversion(db, work.ownSchema, table), action, table.name);
  await takeBack(db, conversion, work, action === "abort" ? "aborted" : "rolled back");
  return await requireConversion(db, work.ownSchema, table);
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

function data(
  db: Db,
  { schema, name }: { schema: string; name: string },
  steps: readonly ConvertStep[],
  conversion: Conversion | undefined,
  context: Call,
): ConvertData {
  const isDone = conversion?.outcome === "done";
  const call = `veza-db partition convert ${name}`;
  const next = context.flags.dryRun
    ? `${call} --by ${context.flags.by ?? "…"} --every ${context.flags.every}`
    : conversion === undefined
      ? `${call} --by created_at --dry-run`
      : isDone
        ? `Write partitions/${name}.json, e.g. {"table": "${name}", "column": "${conversion.spec.column}", "interval": "${conversion.spec.interval}"}, then: veza-db partition maintain`
        : conversion.outcome === null
          ? `${call} --resume`
          : `${call} --status`;
  return {
    table: `${schema}.${name}`,
    steps,
    created: isDone ? conversion.spec.slices.map((slice) => slice.name) : [],
    detached: isDone ? [conversion.spec.source] : [],
    dropped: [],
    conversion: conversion === undefined ? null : stateOf(conversion),
    isDryRun: context.flags.dryRun,
    server: describeTarget(db.target),
    next,
  };
}

function stateOf({ phase, outcome, isPaused, copied, spec, startedAt, updatedAt }: Conversion): State {
  return {
    phase,
    status: outcome ?? (isPaused ? "paused" : "running or stopped"),
    copied,
    rowsEstimate: Math.max(0, spec.parts.rows),
    startedAt: startedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function exists(name: string, { phase }: Conversion): VezaError {
  return new VezaError({
    code: "partition.conversion-exists",
    ending: "refused",
    message: `${name} is being converted already; it stands before its phase ${phase}.`,
    hint: `veza-db partition convert ${name} --resume, or --abort`,
    state: "Nothing was changed.",
  });
}
