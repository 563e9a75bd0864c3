import { shellWord } from "../../kernel/shell-word.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { usageError } from "../../kernel/error.ts";
import { hint, table, text } from "../../ui/view.ts";
import { defineCommand } from "../command.ts";
import { refuseContradictions, restoreFlags } from "../restore-call.ts";
import type { RestoreData } from "../restore-call.ts";
import { dropOld } from "../restore-drop-old.ts";
import { restoreIntoItself } from "../restore-in-place.ts";
import { restoreBeside } from "../restore-into-new.ts";
import { findSource } from "../restore-source.ts";

export const command = defineCommand({
  description: [
    "Checks every hash, restores into a new database, compares it with the backup, puts owner, privileges and settings back, and",
    "only then swaps it for the present one, in one transaction. The old one stays, under a dated name. Until the swap, and after",
    "any failure or kill before it, the database is as it was.",
  ].join("\n"),
  args: [{ name: "[backup]", summary: "an id, a path or latest; with --trust a dump of somebody else's" }],
  flags: restoreFlags,
  settingFlags: ["backupDir", "backupJobs", "lockWait", "pgVersion"],
  examples: [
    { command: "veza-db restore latest --confirm app", summary: "replaces the database app" },
    { command: "veza-db restore latest --into app_yesterday --yes", summary: "beside it" },
    {
      command: "veza-db restore latest --table users --into rescue --yes",
      summary: "one table's rows, to copy from",
    },
    {
      command: "veza-db restore --drop-old --confirm app",
      summary: "when nobody needs the old one any more",
    },
    {
      command: "veza-db restore dump.sql.gz --trust --into app_old --yes",
      summary: "what another tool has made",
    },
  ],
  exits: [3, 4, 5, 130],
  recordAs: "restore",
  async run(context) {
    const startedAt = performance.now();
    const { flags: given, args } = context;
    const server = await context.target({ via: "direct" });
    if (given.dropOld) return { data: await dropOld(context, server, startedAt), isUnrecorded: given.dryRun };
    const [name] = args;
    if (name === undefined) {
      throw usageError(
        "cli.missing-argument",
        "The argument <backup> is missing.",
        "veza-db backup list, or latest",
      );
    }
    refuseContradictions(given);
    const source = await findSource(context, name, server.database);
    const data = given.inPlace
      ? await restoreIntoItself(context, source.backup, startedAt)
      : await restoreBeside(context, server, source, startedAt);
    return { data, isUnrecorded: given.dryRun };
  },
  view: ({ id, database, previousDatabase, durationMs, checks, dropped, dryRun }: RestoreData) => {
    if (dropped.length > 0) return [text(`Dropped ${dropped.join(", ")}.`, "good")];
    if (id === null && checks.length === 0 && !dryRun)
      return [text(`Nothing was put aside for ${database}.`)];
    if (dryRun) return [text(`Everything is ready to restore ${database}; nothing was done.`, "good")];
    return [
      table(
        ["check", "found"],
        checks.map((check) => [check.check, check.message]),
      ),
      text(""),
      text(
        `Restored ${database}${id === null ? "" : ` from ${id}`} in ${formatDuration(durationMs)}.`,
        "good",
      ),
      ...(previousDatabase === null
        ? []
        : [
            text(`The old one is kept as ${previousDatabase}.`),
            hint(
              `veza-db restore --drop-old --confirm ${shellWord(database)}, when nobody needs it any more`,
            ),
          ]),
    ];
  },
});
