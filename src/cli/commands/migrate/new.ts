import { existsSync } from "node:fs";
import { relative } from "node:path";
import { writeNewMigration } from "../../../migrate/new-file.ts";
import { readMigrationFolder } from "../../../migrate/read-files.ts";
import { hint, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

interface NewData {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly downPath?: string;
}

export const command = defineCommand({
  description: "The id is today's date and the number after the highest in the folder.",
  args: [{ name: "<name>", summary: 'what it does, e.g. add-user-profiles or "add user profiles"' }],
  flags: { down: flag.switch("--down", "write the .down.sql beside it too") },
  settingFlags: ["migrationsDir"],
  examples: [
    { command: "veza-db migrate new add-user-profiles", summary: "one file" },
    {
      command: 'veza-db migrate new "drop old sessions" --down',
      summary: "with the file that takes it back",
    },
  ],
  exits: [3],
  async run({ args: [name = ""], flags, settings, cwd }) {
    const dir = settings.values.migrationsDir;
    const ids = existsSync(dir)
      ? readMigrationFolder(dir, settings.projectDir).files.map(({ id }) => id)
      : [];
    const made = writeNewMigration(dir, ids, name, flags.down);
    const shown = (path: string): string => relative(cwd, path) || path;
    const data: NewData = {
      id: made.id,
      name: made.name,
      path: shown(made.path),
      ...(made.downPath === undefined ? {} : { downPath: shown(made.downPath) }),
    };
    return { data };
  },
  view: ({ path, downPath }) => [
    text(path),
    ...(downPath === undefined ? [] : [text(downPath)]),
    hint(`write SQL into it, then: veza-db migrate --dry-run`),
  ],
});
