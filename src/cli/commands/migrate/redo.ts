import { usageError } from "../../../kernel/error.ts";
import { readHistory, readHistoryRows } from "../../../migrate/history.ts";
import { redo } from "../../../migrate/redo.ts";
import { planTakeBack, prepareTakeBack } from "../../../migrate/take-back.ts";
import type { Applied } from "../../../migrate/run-options.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { keepDump } from "../../keep-dump.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder, refuseReadOnly, runOptions, runSettings } from "../../migrations.ts";

interface RedoData {
  readonly reverted: readonly Applied[];
  readonly applied: readonly Applied[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: "For the migration that is being written: its .down.sql runs, then the file as it is now.",
  flags: {
    steps: flag.integer("--steps <n>", "how many to do again (1 unless told otherwise)", 1),
    confirm: flag.text("--confirm <database>", "the database's name, in place of typing it"),
  },
  settingFlags: runSettings,
  examples: [
    { command: "veza-db migrate redo --embedded", summary: "the last one, after an edit" },
    { command: "veza-db migrate redo --steps 2 --confirm app_dev", summary: "the last two" },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  async run(context) {
    const { steps } = context.flags;
    const folder = openFolder(context);
    const names = historyNames(context);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, names);
    refuseReadOnly(history.session, db.target);
    const rows = planTakeBack(history.exists ? await readHistoryRows(db, names) : [], { steps });
    const [first] = rows;
    if (first === undefined)
      throw usageError("migrate.nothing-applied", "Nothing is applied yet.", again(context, "migrate"));
    const missing = rows.find(({ id }) => !folder.files.some((file) => file.id === id));
    if (missing !== undefined) {
      throw usageError(
        "migrate.unknown-id",
        `The file of ${missing.id} is not there, so it could not be applied again.`,
        `veza-db migrate repair ${missing.id} --restore-file`,
      );
    }
    await prepareTakeBack(db, folder, names, rows);
    await context.confirm({
      kind: "destroy",
      action: `Take back and apply again ${count(rows.length, "migration")}`,
      place: describeTarget(db.target),
      database: history.session.database,
      plan: rows.map(({ id, name }) => `${id} ${name}`),
      confirmed: context.flags.confirm,
    });
    const ids = rows.map(({ id }) => id);
    const data: RedoData = {
      ...(await redo(db, folder, ids, runOptions(context, "migrate"))),
      database: history.session.database,
      server: describeTarget(db.target),
      next: again(context, "migrate", "status"),
    };
    await keepDump(context, db, data.applied.length > 0);
    return { data };
  },
  view: ({ applied, server, next }) => [
    text(`Did ${count(applied.length, "migration")} again on ${server}.`, "good"),
    hint(next),
  ],
});
