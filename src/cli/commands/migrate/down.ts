import { formatDuration } from "../../../kernel/duration.ts";
import { readHistory, readHistoryRows } from "../../../migrate/history.ts";
import { planTakeBack, prepareTakeBack, takeBack } from "../../../migrate/take-back.ts";
import type { Applied } from "../../../migrate/run-options.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { keepDump } from "../../keep-dump.ts";
import { flag } from "../../flags.ts";
import {
  historyNames,
  openFolder,
  refuseReadOnly,
  requireOneEnd,
  runOptions,
  runSettings,
} from "../../migrations.ts";

interface DownData {
  readonly reverted: readonly Applied[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Runs the .down.sql of each, in one transaction with the history; where the file is gone, the text stored when it was applied.",
  flags: {
    steps: flag.integer("--steps <n>", "how many to take back (1 unless told otherwise)", 1),
    to: flag.text("--to <id>", "take back everything applied after this one, which stays"),
    confirm: flag.text("--confirm <database>", "the database's name, in place of typing it"),
  },
  settingFlags: runSettings,
  examples: [
    { command: "veza-db migrate down --embedded", summary: "take the last one back" },
    {
      command: "veza-db migrate down --to 2024-02-01-003 --confirm app",
      summary: "everything after that one",
    },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  async run(context) {
    const { steps, to } = context.flags;
    requireOneEnd(context.flags);
    const folder = openFolder(context);
    const names = historyNames(context);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, names);
    refuseReadOnly(history.session, db.target);
    const wishes = { steps, to };
    const rows = planTakeBack(history.exists ? await readHistoryRows(db, names) : [], wishes);
    const data = (reverted: readonly Applied[]): DownData => ({
      reverted: reverted.map((gone) => ({ ...gone, durationMs: Math.round(gone.durationMs) })),
      database: history.session.database,
      server: describeTarget(db.target),
      next: again(context, "migrate", "status"),
    });
    if (rows.length === 0) return { data: data([]) };
    const planned = await prepareTakeBack(db, folder, names, rows);
    await context.confirm({
      kind: "destroy",
      action: `Take back ${count(rows.length, "migration")}`,
      place: describeTarget(db.target),
      database: history.session.database,
      plan: planned.map(({ file }) => file.file),
      confirmed: context.flags.confirm,
    });
    const reverted = await takeBack(
      db,
      folder,
      wishes,
      rows.map(({ id }) => id),
      runOptions(context, "migrate", "down"),
    );
    await keepDump(context, db, reverted.length > 0);
    return { data: data(reverted) };
  },
  view: ({ reverted, server, next }) => {
    if (reverted.length === 0) return [text(`There is nothing to take back on ${server}.`), hint(next)];
    const total = reverted.reduce((sum, { durationMs }) => sum + durationMs, 0);
    return [
      text(
        `Took ${count(reverted.length, "migration")} back on ${server} in ${formatDuration(total)}.`,
        "good",
      ),
      hint(next),
    ];
  },
});
