import { readHistory } from "../../../migrate/history.ts";
import { baseline } from "../../../migrate/settle.ts";
import type { Settled } from "../../../migrate/settle.ts";
import { compareIds } from "../../../migrate/migration-id.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { historyNames, openFolder, refuseReadOnly, requireKnownId, runOptions } from "../../migrations.ts";

interface BaselineData {
  readonly recorded: readonly Settled[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Records every migration up to <id> as applied without running it, for a database that has their schema already.",
  args: [{ name: "<id>", summary: "the last migration whose work the database holds" }],
  settingFlags: ["migrationsDir", "lockWait", "wait"],
  examples: [
    { command: "veza-db migrate baseline 2024-02-01-003", summary: "then veza-db migrate goes on after it" },
    { command: "veza-db migrate baseline 2024-02-01-003 --yes", summary: "without a terminal" },
  ],
  exits: [3, 4, 5],
  isDeed: true,
  async run(context) {
    const folder = openFolder(context);
    const id = requireKnownId(context.args[0], folder) ?? "";
    await using db = await context.connect({ via: "direct" });
    refuseReadOnly((await readHistory(db, historyNames(context))).session, db.target);
    const files = folder.files.filter((file) => compareIds(file.id, id) <= 0);
    await context.confirm({
      kind: "change",
      action: `Record ${count(files.length, "migration")} as applied without running them`,
      place: describeTarget(db.target),
      database: db.target.database,
      plan: files.map(({ file }) => file),
    });
    const data: BaselineData = {
      recorded: await baseline(db, folder, id, runOptions(context, "migrate", "baseline", id)),
      database: db.target.database,
      server: describeTarget(db.target),
      next: again(context, "migrate"),
    };
    return { data };
  },
  view: ({ recorded, server, next }) => [
    text(`Recorded ${count(recorded.length, "migration")} as applied to ${server}; nothing was run.`, "good"),
    hint(next),
  ],
});
