import { describeTarget } from "../../../postgres/target.ts";
import { clusterOf } from "../../../tune/apply.ts";
import { checkApplied } from "../../../tune/check.ts";
import type { Checked } from "../../../tune/check.ts";
import { readConfiguration } from "../../../tune/read.ts";
import { readJournals } from "../../../tune/read-journals.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { named, outcomeTable } from "../../tune-outcomes.ts";
import { tuneFolder } from "../../tune.ts";

interface CheckData {
  readonly ok: boolean;
  readonly settings: readonly Checked[];
  /** Runs that were stopped in the middle. */
  readonly unfinished: readonly string[];
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Compares the server with what `tune apply` wrote, by the journals of this project: exit 1 when a setting was changed since, is",
    "overridden, or a run was stopped in the middle. What only waits for a restart has not strayed.",
  ].join("\n"),
  examples: [
    { command: "veza-db tune check", summary: "exit 1 when the server strays from what was applied" },
    { command: "veza-db tune check --json", summary: "for a program" },
  ],
  exits: [1, 3],
  async run(context) {
    await using db = await context.connect({ via: "direct" });
    const configuration = await readConfiguration(db);
    const journals = readJournals(tuneFolder(context), clusterOf(db, configuration));
    const settings = checkApplied(journals, configuration);
    const unfinished = journals.filter(({ state }) => state === "applying").map(({ id }) => id);
    const pending = named(settings, "pending restart");
    if (pending !== "") context.warn(`Waiting for a restart: ${pending}.`);
    if (configuration.lines === null && settings.length > 0)
      context.warn("The role may not read the configuration files: only what is in force was compared.");
    const ok =
      unfinished.length === 0 &&
      settings.every(({ status }) => status === "applied" || status === "pending restart");
    const [broken] = unfinished;
    return {
      data: {
        ok,
        settings,
        unfinished,
        server: describeTarget(db.target),
        next: again(context, "tune", ...(broken === undefined ? (ok ? [] : ["apply"]) : ["undo", broken])),
      },
      exitCode: ok ? 0 : 1,
    };
  },
  view: ({ ok, settings, unfinished, server, next }: CheckData) => [
    ...(settings.length === 0 && unfinished.length === 0
      ? [text(`Nothing was applied on ${server} from this project.`)]
      : [
          ok
            ? text(`${server} has what was applied: ${count(settings.length, "setting")}.`, "good")
            : text(`${server} strays from what was applied.`, "bad"),
          ...(settings.length === 0 ? [] : [outcomeTable(settings)]),
          ...unfinished.map((id) => text(`The run ${id} was stopped in the middle.`, "bad")),
        ]),
    hint(next),
  ],
});
