import { formatDuration } from "../../../kernel/duration.ts";
import { readLog } from "../../../migrate/log.ts";
import type { Attempt } from "../../../migrate/log.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { table, text, timeCell } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames } from "../../migrations.ts";

interface HistoryData {
  readonly attempts: readonly Attempt[];
  readonly server: string;
}

export const command = defineCommand({
  description: "Reads the log beside the history table; failed attempts are in it too. Newest first.",
  args: [{ name: "[id]", summary: "one migration" }],
  flags: { limit: flag.integer("--limit <n>", "how many attempts (50 unless told otherwise)", 1) },
  settingFlags: ["pgVersion"],
  examples: [
    { command: "veza-db migrate history", summary: "the last 50 attempts" },
    {
      command: "veza-db migrate history 2024-02-01-003 -o csv",
      summary: "all that happened to one migration",
    },
  ],
  exits: [3],
  async run(context) {
    await using db = await context.connect({ via: "direct" });
    const attempts = await readLog(db, historyNames(context), context.args[0], context.flags.limit ?? 50);
    const data: HistoryData = { attempts, server: describeTarget(db.target) };
    return { data };
  },
  view: ({ attempts, server }) =>
    attempts.length === 0
      ? [text(`No attempt is logged on ${server}.`)]
      : [
          table(
            [
              { name: "when", least: 17 },
              { name: "id", least: 16 },
              "action",
              "outcome",
              { name: "took", align: "right" },
              "by",
              { name: "from", isOptional: true },
              { name: "version", isOptional: true },
              "message",
            ],
            attempts.map((attempt) => [
              timeCell(attempt.at),
              attempt.id,
              attempt.action,
              { text: attempt.outcome, tone: attempt.outcome === "done" ? "good" : "bad" },
              formatDuration(attempt.durationMs),
              attempt.by,
              attempt.host,
              attempt.toolVersion,
              attempt.message,
            ]),
          ),
        ],
});
