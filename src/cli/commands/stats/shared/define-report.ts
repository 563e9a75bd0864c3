import { VezaError } from "../../../../kernel/error.ts";
import { cancellable } from "../../../../postgres/cancel.ts";
import type { Db } from "../../../../postgres/connect.ts";
import type { SettingName } from "../../../../settings/table.ts";
import type { Report } from "../../../../stats/model.ts";
import { rates } from "../../../../stats/rates.ts";
import type { Counting } from "../../../../stats/rates.ts";
import type { Block } from "../../../../ui/view.ts";
import { again } from "../../../again.ts";
import { defineCommand } from "../../../command.ts";
import type { Command, Context, Example, PossibleExit } from "../../../command.ts";
import { flag } from "../../../flags.ts";
import type { Flag, FlagTable } from "../../../flags.ts";
import { watch } from "./watch.ts";

const commonFlags = {
  limit: withDefault(flag.integer("--limit <n>", "show at most so many rows", 1), 20),
  full: flag.switch("--full", "show query texts and definitions whole"),
  watch: flag.duration(
    "--watch <duration>",
    "show it again and again, with what changed per second, until Ctrl-C",
  ),
  times: flag.integer("--times <n>", "end --watch after so many times", 1),
};

type CommonFlags = typeof commonFlags;

/** A flag that is never undefined. */
export function withDefault<T extends number | string>(given: Flag<T | undefined>, value: T): Flag<T> {
  return { ...given, fallback: value, shownDefault: String(value) };
}

/** A report as the walk hands it to the view. */
export type Shown<R> = R & { readonly isFull: boolean };

export interface ReportSpec<Flags extends FlagTable, Row extends object, R extends Report<Row>> {
  readonly description: string;
  readonly flags?: Flags;
  readonly settingFlags?: readonly SettingName[];
  readonly examples: readonly [Example, Example, ...Example[]];
  readonly exits?: readonly PossibleExit[];
  /** Reads it once; `before` is what the last frame of --watch has read. */
  readonly read: (context: Context<CommonFlags & Flags>, db: Db, before: R | undefined) => Promise<R>;
  /** What grows from frame to frame. */
  readonly counting?: Counting<Row>;
  /** False where a report counts anew in each frame. */
  readonly isCumulative?: (report: R) => boolean;
  readonly view: (report: Shown<R>) => readonly Block[];
}

/** A command that reads one report from the server: the flags that all share, --watch, and hints aimed at the same database. */
export function defineReport<const Flags extends FlagTable, Row extends object, R extends Report<Row>>(
  spec: ReportSpec<Flags, Row, R>,
): Command {
  return defineCommand({
    description: `${spec.description} Reads only.`,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a spread of an absent table adds nothing
    flags: { ...commonFlags, ...spec.flags } as CommonFlags & Flags,
    ...(spec.settingFlags === undefined ? {} : { settingFlags: spec.settingFlags }),
    examples: spec.examples,
    exits: spec.exits ?? [3, 5, 130],
    async run(context: Context<CommonFlags & Flags>) {
      const common: Context<CommonFlags> = context;
      await using db = await context.connect();
      const readOnce = async (before: R | undefined): Promise<Shown<R>> => {
        const report = await cancellable(db, context.signal, async () => spec.read(context, db, before));
        if (context.signal.aborted) throw interrupted();
        const next = report.next.map((step) => (step.startsWith("stats ") ? again(context, step) : step));
        return { ...report, next, isFull: common.flags.full };
      };
      const { watch: intervalMs, times } = common.flags;
      if (intervalMs === undefined) return { data: await readOnce(undefined) };
      return await watch(common, { intervalMs, times, view: spec.view }, async (before) => {
        const report = await readOnce(before);
        return spec.isCumulative?.(report) === false
          ? report
          : rates(spec.counting, before, report, intervalMs);
      });
    },
    view: spec.view,
  });
}

function interrupted(): VezaError {
  return new VezaError({ code: "cli.interrupted", ending: "interrupted", message: "Stopped." });
}
