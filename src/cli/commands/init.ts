import { shellWord } from "../../kernel/shell-word.ts";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { layProject } from "../../init/apply.ts";
import { ciServices } from "../../init/model.ts";
import type { InitResult } from "../../init/model.ts";
import { planProject } from "../../init/plan.ts";
import { readFolder, readTemplates } from "../../init/read.ts";
import { localDate } from "../../kernel/date.ts";
import { nextId } from "../../migrate/migration-id.ts";
import { resolveSettings } from "../../settings/resolve.ts";
import { settingsFileName } from "../../settings/sources.ts";
import { hint, text } from "../../ui/view.ts";
import type { Block } from "../../ui/view.ts";
import { count } from "../../ui/words.ts";
import { defineCommand } from "../command.ts";
import { flag } from "../flags.ts";

interface InitData extends InitResult {
  readonly folder: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Writes a settings file, the folders migrations, seeds, queries and partitions, a first migration, .env.example, a CI",
    "example, and the lines that .gitignore needs. A file that is there is never written over, so that running it twice",
    "does no harm.",
  ].join("\n"),
  args: [{ name: "[folder]", summary: "where the project goes; the current folder unless named" }],
  flags: {
    ci: flag.choice(
      "--ci <service>",
      `whose CI example to write: ${ciServices.join(", ")}`,
      ciServices,
      "github",
    ),
  },
  examples: [
    { command: "veza-db init", summary: "in the current folder" },
    { command: "veza-db init shop-database --ci none", summary: "in a new folder, without a CI example" },
  ],
  exits: [3],
  isDeed: true,
  async run({ args: [named = "."], flags, cwd }) {
    const folder = resolve(cwd, named);
    const found = readFolder(folder, await migrationsDirOf(folder), flags.ci);
    const plan = planProject(found, readTemplates(flags.ci), flags.ci, nextId([], localDate(new Date())));
    const shown = relative(cwd, folder);
    const data: InitData = {
      folder,
      ...layProject(folder, plan),
      next: `${shown === "" ? "" : `cd ${shellWord(shown)} && `}veza-db migrate --embedded`,
    };
    return { data };
  },
  view: initView,
});

/** Where a settings file is there already, its word on the migrations holds. */
async function migrationsDirOf(folder: string): Promise<string> {
  if (!existsSync(join(folder, settingsFileName))) return "migrations";
  const { values } = await resolveSettings({ flags: {}, env: {}, cwd: folder });
  return relative(folder, values.migrationsDir) || ".";
}

function initView({ folder, created, changed, kept, next }: InitData): Block[] {
  const done = created.length + changed.length;
  return [
    ...created.map((path) => text(`created  ${path}`, "good")),
    ...changed.map((path) => text(`changed  ${path}`, "good")),
    ...kept.map((path) => text(`kept     ${path}`, "muted")),
    text(""),
    done === 0
      ? text(`Everything is there already in ${folder}.`, "good")
      : text(`${count(created.length, "file")} created, ${changed.length} changed in ${folder}.`, "good"),
    hint(next),
  ];
}
