import { readHistory } from "../../../migrate/history.ts";
import { usageError } from "../../../kernel/error.ts";
import { makeFolder } from "../../../kernel/write-whole.ts";
import { baseline, refuseRows } from "../../../migrate/settle.ts";
import type { Settled } from "../../../migrate/settle.ts";
import { compareIds } from "../../../migrate/migration-id.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { refuseDifferent, writeFirst } from "../../baseline.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder, refuseReadOnly, requireKnownId, runOptions } from "../../migrations.ts";

interface BaselineData {
  readonly recorded: readonly Settled[];
  /** The first migration, where --write made it. */
  readonly written: string | null;
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Records every migration up to <id> as applied without running it, for a database that has their schema already: they are run",
    "in a scratch database first, and where its schema differs nothing is recorded. --write makes the first migration of the schema.",
  ].join("\n"),
  args: [{ name: "[id]", summary: "the last migration whose work the database holds" }],
  flags: {
    write: flag.text("--write <name>", "write the schema as the first migration, and adopt it"),
    force: flag.switch("--force", "record without comparing the schemas"),
    shadowUrl: flag.text(
      "--shadow-url <dsn>",
      "a server where the migrations may be run in a temporary database",
    ),
  },
  settingFlags: ["migrationsDir", "lockWait", "wait"],
  examples: [
    { command: "veza-db migrate baseline 2024-02-01-003", summary: "then veza-db migrate goes on after it" },
    { command: "veza-db migrate baseline 2024-02-01-003 --yes", summary: "without a terminal" },
    {
      command: "veza-db migrate baseline --write initial-schema",
      summary: "where there is no migration yet",
    },
  ],
  exits: [3, 4, 5],
  isDeed: true,
  async run(context) {
    const { write, force } = context.flags;
    const [wish] = context.args;
    if ((wish === undefined) === (write === undefined))
      throw usageError(
        "migrate.baseline-what",
        wish === undefined
          ? "Nothing says which migrations the database holds."
          : "An id and --write name two things.",
        "veza-db migrate baseline <id>, or veza-db migrate baseline --write <name>",
      );
    if (write !== undefined) makeFolder(context.settings.values.migrationsDir);
    let folder = openFolder(context);
    if (wish !== undefined) requireKnownId(wish, folder);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, historyNames(context));
    refuseReadOnly(history.session, db.target);
    // Under --force it is looked at once the lock is held.
    if (write !== undefined || !force) refuseRows(history);
    const files = folder.files.filter((file) => wish !== undefined && compareIds(file.id, wish) <= 0);
    if (wish !== undefined && !force) await refuseDifferent(context, db, files, context.flags.shadowUrl);
    const first =
      write === undefined ? undefined : await writeFirst(db, folder, write, historyNames(context));
    await context.confirm({
      kind: "change",
      action:
        first === undefined
          ? `Record ${count(files.length, "migration")} as applied without running them`
          : "Write the schema as the first migration, and record it as applied",
      place: describeTarget(db.target),
      database: db.target.database,
      plan: first === undefined ? files.map(({ file }) => file) : [first.shown],
    });
    const made = first?.write();
    const id = made?.id ?? wish ?? "";
    if (first !== undefined) folder = openFolder(context);
    const data: BaselineData = {
      recorded: await baseline(db, folder, id, runOptions(context, "migrate", "baseline", id)),
      written: made?.shown ?? null,
      database: db.target.database,
      server: describeTarget(db.target),
      next: again(context, "migrate"),
    };
    return { data };
  },
  view: ({ recorded, written, server, next }) => [
    ...(written === null ? [] : [text(`Wrote the schema to ${written}.`, "good")]),
    text(`Recorded ${count(recorded.length, "migration")} as applied to ${server}; nothing was run.`, "good"),
    hint(next),
  ],
});
