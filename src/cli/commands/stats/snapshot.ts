import { join, resolve } from "node:path";
import { cancellable } from "../../../postgres/cancel.ts";
import { takeSnapshot } from "../../../stats/snapshot/take.ts";
import { text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { writeResult } from "../../outcome.ts";
import { closing } from "./shared/blocks.ts";

export const command = defineCommand({
  description:
    "Writes what the server has counted to a file, to be compared with a later one. Nothing is reset on the server.",
  flags: { to: flag.text("--to <path>", "write here instead of .veza/snapshots/<time>.json") },
  examples: [
    { command: "veza-db stats snapshot", summary: "before a change" },
    { command: "veza-db stats snapshot --to monday.json", summary: "to a place of your own" },
  ],
  exits: [3, 5, 130],
  isDeed: true,
  async run(context) {
    await using db = await context.connect();
    const snapshot = await cancellable(db, context.signal, async () => takeSnapshot(db));
    const { to } = context.flags;
    const name = `${snapshot.takenAt.slice(0, 19).replace(/[-:]/g, "")}Z.json`;
    const path =
      to === undefined ? join(context.settings.values.stateDir, "snapshots", name) : resolve(context.cwd, to);
    writeResult(path, `${JSON.stringify(snapshot)}\n`);
    return {
      data: {
        path,
        takenAt: snapshot.takenAt,
        database: snapshot.database,
        server: snapshot.server,
        statements: snapshot.statements?.entries.length ?? null,
        tables: snapshot.tables.length,
        notes: snapshot.notes,
        next: [again(context, "stats", "slow-queries", "--since", to === undefined ? name : to)],
      },
    };
  },
  view: (data) => [
    text(
      `${data.path}: ${data.statements === null ? "no statements" : count(data.statements, "statement")} and ${count(data.tables, "table")}.`,
      "good",
    ),
    ...closing(data),
  ],
});
