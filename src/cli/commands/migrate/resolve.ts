import { usageError } from "../../../kernel/error.ts";
import { readHistory } from "../../../migrate/history.ts";
import { recordAsApplied, recordAsPending } from "../../../migrate/settle.ts";
import type { Settled } from "../../../migrate/settle.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder, refuseReadOnly, requireKnownId, runOptions } from "../../migrations.ts";

interface ResolveData {
  readonly resolved: readonly Settled[];
  readonly as: "applied" | "pending";
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "After a half-applied migration was finished or undone by hand: says so in the history. Nothing is run.",
  args: [{ name: "<id>", summary: "the migration" }],
  flags: {
    applied: flag.switch("--applied", "all of it is in the database"),
    pending: flag.switch("--pending", "none of it is in the database"),
  },
  settingFlags: ["migrationsDir", "lockWait", "wait"],
  examples: [
    { command: "veza-db migrate resolve 2024-07-01-011 --applied", summary: "finished by hand" },
    {
      command: "veza-db migrate resolve 2024-07-01-011 --pending",
      summary: "undone by hand; migrate runs it from the start",
    },
  ],
  exits: [3, 4, 5],
  isDeed: true,
  async run(context) {
    const { applied, pending } = context.flags;
    const id = context.args[0] ?? "";
    if (applied === pending) {
      throw usageError(
        "cli.wrong-call",
        "Say one of --applied and --pending.",
        `veza-db migrate resolve ${id} --applied`,
      );
    }
    const folder = openFolder(context);
    if (applied) requireKnownId(id, folder);
    await using db = await context.connect({ via: "direct" });
    refuseReadOnly((await readHistory(db, historyNames(context))).session, db.target);
    await context.confirm({
      kind: "change",
      action: `Record ${id} as ${applied ? "applied" : "pending"} without running anything`,
      place: describeTarget(db.target),
      database: db.target.database,
      plan: [],
    });
    const options = runOptions(context, "migrate", "resolve", id);
    const resolved = applied
      ? await recordAsApplied(db, folder, id, "resolve", options)
      : await recordAsPending(db, id, options);
    const data: ResolveData = {
      resolved,
      as: applied ? "applied" : "pending",
      database: db.target.database,
      server: describeTarget(db.target),
      next: again(context, "migrate", "status"),
    };
    return { data };
  },
  view: ({ resolved, as, server, next }) => [
    text(`${resolved.map(({ id }) => id).join(", ")} is recorded as ${as} on ${server}.`, "good"),
    hint(next),
  ],
});
