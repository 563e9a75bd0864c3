import { cancellable } from "../../../postgres/cancel.ts";
import { renderJunit } from "../../../stats/check/junit.ts";
import type { CheckReport, Status } from "../../../stats/check/model.ts";
import { renderNagios, renderNagiosFailure } from "../../../stats/check/nagios.ts";
import { runChecks } from "../../../stats/check/run.ts";
import { text } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import type { Result } from "../../command.ts";
import { flag } from "../../flags.ts";
import { closing } from "./shared/blocks.ts";
import { checkColumns, statusTones } from "./shared/check-columns.ts";
import { reportTable } from "./shared/columns.ts";
import { thresholdsOf } from "./shared/thresholds.ts";

interface CheckData extends CheckReport {
  readonly next: readonly string[];
}

/** The exit codes of monitoring plugins, not those of the other commands. */
const exits = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const satisfies Record<Status, number>;

export const command = defineCommand({
  description:
    "Ends with 0 when all is well, 1 for a warning, 2 when something is critical and 3 when it cannot tell, as monitoring\n" +
    "plugins do. The bounds are settings (checks.*). Reads only.",
  flags: {
    window: flag.duration("--window <duration>", "look on for so long, to judge the hits of the buffers too"),
  },
  examples: [
    { command: "veza-db stats check -o nagios", summary: "as a plugin of Nagios, Icinga or Zabbix" },
    { command: "veza-db stats check -o junit --file check.xml", summary: "as a report for CI" },
  ],
  exits: [1, 3, 130],
  exitConvention: {
    failure: 3,
    meanings: {
      0: "ok",
      1: "warning: the worst check is above its first bound",
      2: "critical: a check is above its second bound",
      3: "unknown: a check cannot tell, the server does not answer, or the call is wrong",
    },
    forms: { nagios: renderNagiosFailure },
  },
  forms: {
    nagios: (data: CheckData) => renderNagios(data),
    junit: (data: CheckData) => renderJunit(data),
  },
  async run(context): Promise<Result<CheckData>> {
    await using db = await context.connect();
    const report = await cancellable(db, context.signal, async () =>
      runChecks(db, {
        thresholds: thresholdsOf(context.settings.values),
        windowMs: context.flags.window,
        signal: context.signal,
      }),
    );
    const [worst] = report.checks;
    const next = worst?.next === null || worst === undefined ? [] : [again(context, worst.next)];
    return { data: { ...report, next }, exitCode: exits[report.status] };
  },
  view: (data) => [
    text(
      `${data.status}: ${data.checks.length} checks on PostgreSQL ${data.server.version}.`,
      statusTones[data.status],
    ),
    text(""),
    reportTable(checkColumns, data.checks),
    ...closing(data),
  ],
});
