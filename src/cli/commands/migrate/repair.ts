import { relative } from "node:path";
import { usageError } from "../../../kernel/error.ts";
import { diffLines } from "../../../kernel/diff.ts";
import { readHistory, readStoredTexts } from "../../../migrate/history.ts";
import { readMigrationText } from "../../../migrate/read-files.ts";
import { recordAsApplied, restoreFile } from "../../../migrate/settle.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder, refuseReadOnly, requireKnownId, runOptions } from "../../migrations.ts";

interface RepairData {
  readonly accepted: readonly string[];
  readonly restored: readonly string[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Makes files and history agree again, for one migration at a time and by name. Nothing is run.",
  args: [{ name: "<id>", summary: "the migration" }],
  flags: { restoreFile: flag.switch("--restore-file", "write the missing file out again from the history") },
  settingFlags: ["migrationsDir", "lockWait", "wait"],
  examples: [
    {
      command: "veza-db migrate repair 2024-02-01-003",
      summary: "the file as it is now is what was applied",
    },
    { command: "veza-db migrate repair 2024-02-01-003 --restore-file", summary: "bring the file back" },
  ],
  exits: [3, 4, 5],
  isDeed: true,
  async run(context) {
    const id = context.args[0] ?? "";
    const folder = openFolder(context);
    const names = historyNames(context);
    const options = runOptions(context, "migrate", "repair", id);
    await using db = await context.connect({ via: "direct" });
    const data = (accepted: readonly string[], restored: readonly string[]): RepairData => ({
      accepted,
      restored,
      database: db.target.database,
      server: describeTarget(db.target),
      next: again(context, "migrate", "status"),
    });
    const history = await readHistory(db, names);
    if (context.flags.restoreFile) {
      return { data: data([], [relative(context.cwd, await restoreFile(db, folder, id, options))]) };
    }
    requireKnownId(id, folder);
    refuseReadOnly(history.session, db.target);
    if (!history.rows.some((row) => row.id === id)) {
      throw usageError(
        "migrate.unknown-id",
        `${id} is not applied, so there is nothing to repair.`,
        again(context, "migrate", "status"),
      );
    }
    const files = folder.files.filter((file) => file.id === id);
    const [stored] = await readStoredTexts(db, names, [id]);
    const diff = files.map((file) => diffLines(stored?.sqlContent ?? "", readMigrationText(file))).join("\n");
    await context.confirm({
      kind: "change",
      action: `Accept ${files.map(({ file }) => file).join(", ")} as it is now`,
      place: describeTarget(db.target),
      database: db.target.database,
      plan: diff.split("\n"),
    });
    const settled = await recordAsApplied(db, folder, id, "repair", options);
    return {
      data: data(
        settled.map((migration) => migration.id),
        [],
      ),
    };
  },
  view: ({ accepted, restored, next }) => [
    ...accepted.map((id) => text(`The history holds ${id} as its file is now.`, "good")),
    ...restored.map((path) => text(`Wrote ${path} out again from the history.`, "good")),
    hint(next),
  ],
});
