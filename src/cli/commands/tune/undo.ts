import { describeTarget } from "../../../postgres/target.ts";
import { clusterOf } from "../../../tune/apply.ts";
import { requirePermit } from "../../../tune/permit.ts";
import { readConfiguration } from "../../../tune/read.ts";
import { writeJournal } from "../../../tune/journal.ts";
import type { Journal } from "../../../tune/journal.ts";
import { readJournals } from "../../../tune/read-journals.ts";
import {
  chooseJournal,
  planUndo,
  refuseUndo,
  skipOver,
  undoSteps,
  whereForbidden,
} from "../../../tune/undo.ts";
import type { UndoStep } from "../../../tune/undo.ts";
import { lockWriting, requireSame } from "../../../tune/write.ts";
import { hint, table, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { tuneFolder } from "../../tune.ts";

interface UndoneSetting {
  readonly name: string;
  /** What postgresql.auto.conf says now; null: nothing. */
  readonly restored: string | null;
  readonly status: "restored" | "pending restart" | "there" | "kept";
}

interface UndoData {
  readonly id: string | null;
  readonly settings: readonly UndoneSetting[];
  readonly needsRestart: boolean;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Restores what stood in postgresql.auto.conf before a run of `tune apply`, the last one unless its id is given, and reloads.",
    "What somebody has changed since is kept, unless --force. A run that was killed in the middle is taken back the same way.",
  ].join("\n"),
  args: [{ name: "[id]", summary: "the journal of the run" }],
  flags: { force: flag.switch("--force", "restore also what was changed since") },
  examples: [
    { command: "veza-db tune undo", summary: "take the last run back" },
    { command: "veza-db tune undo 20260102T030405Z-1a2b3c4d --yes", summary: "take that run back, unasked" },
  ],
  exits: [3, 4, 5],
  isDeed: true,
  async run(context) {
    const folder = tuneFolder(context);
    const aimed = (...words: readonly string[]): string => again(context, ...words);
    await using db = await context.connect({ via: "direct" });
    const configuration = await readConfiguration(db);
    const server = describeTarget(db.target);
    const next = aimed("tune", "check");
    const cluster = clusterOf(db, configuration);
    const find = (id: string | undefined): Journal | undefined =>
      chooseJournal(readJournals(folder, cluster), id, context.flags.force);
    const journal = find(context.args[0]);
    if (journal === undefined) return { data: { id: null, settings: [], needsRestart: false, server, next } };
    const steps = planUndo(journal, configuration);
    await requirePermit(
      db,
      configuration,
      journal.settings.map(({ name }) => name),
      aimed,
      whereForbidden(steps, configuration, aimed("tune", "undo", journal.id)),
    );
    const due = steps.filter(
      ({ action }) => action === "restore" || (context.flags.force && action === "changed"),
    );
    const kept = steps.filter((step) => step.action === "changed" && !due.includes(step));
    for (const { name, now } of kept)
      context.warn(
        `${name} was changed since${now === null ? "" : ` to ${now}`} and is kept; ${aimed("tune", "undo", journal.id, "--force")} restores it.`,
      );
    refuseUndo(due, configuration);
    // What stands there already needs no leave; the journal is closed all the same.
    if (due.length > 0)
      await context.confirm({
        kind: "change",
        action: `Take ${count(due.length, "setting")} of ${journal.id} back`,
        place: server,
        database: configuration.server.database,
        plan: due.map(({ name, before }) => `${name} → ${before ?? "no line of its own"}`),
      });
    await using _lock = await lockWriting(db);
    // Another run may have written, or taken this one back, while the question was open.
    const fresh = await readConfiguration(db);
    find(journal.id);
    requireSame(configuration, fresh, journal.settings, aimed("tune", "undo", journal.id));
    const newer = skipOver(journal, kept, readJournals(folder, cluster));
    for (const one of newer) writeJournal(folder, one);
    const after = await undoSteps(db, journal, due, {
      folder,
      reconnect: () => context.connect({ via: "direct" }),
      signal: context.signal,
      tell: (line) => context.report.line(line),
    });
    const settings = steps.map((step) =>
      undone(step, due.includes(step), after.settings.get(step.name)?.pendingRestart === true),
    );
    return {
      data: {
        id: journal.id,
        settings,
        needsRestart: settings.some(({ status }) => status === "pending restart"),
        server,
        next,
      },
    };
  },
  view: ({ id, settings, needsRestart, server, next }: UndoData) =>
    id === null
      ? [text(`Nothing that was applied on ${server} is left to take back.`), hint(next)]
      : [
          text(`Took ${id} back on ${server}.`, "good"),
          table(
            [
              { name: "setting", rawName: "name" },
              { name: "postgresql.auto.conf", rawName: "restored" },
              "status",
            ],
            settings.map(({ name, restored, status }) => [
              name,
              { text: restored ?? "no line", raw: restored },
              status,
            ]),
          ),
          ...(needsRestart ? [text("Some wait until the server is started again.", "warning")] : []),
          hint(next),
        ],
});

function undone({ name, before, now, action }: UndoStep, isDue: boolean, isPending: boolean): UndoneSetting {
  if (!isDue && action === "changed") return { name, restored: now, status: "kept" };
  if (isPending) return { name, restored: before, status: "pending restart" };
  return { name, restored: before, status: isDue ? "restored" : "there" };
}
