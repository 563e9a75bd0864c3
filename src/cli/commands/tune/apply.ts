import { VezaError } from "../../../kernel/error.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { applyChanges, clusterOf } from "../../../tune/apply.ts";
import type { Change, Outcome } from "../../../tune/model.ts";
import { requirePermit } from "../../../tune/permit.ts";
import { readConfiguration } from "../../../tune/read.ts";
import { refuse } from "../../../tune/refusal.ts";
import { readJournals } from "../../../tune/read-journals.ts";
import { findRefusals } from "../../../tune/validate.ts";
import { lockWriting, requireSame } from "../../../tune/write.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { named, outcomeTable } from "../../tune-outcomes.ts";
import { advise, tuneFlags, tuneFolder } from "../../tune.ts";

interface ApplyData {
  /** The journal's; null when there was nothing to change. */
  readonly id: string | null;
  readonly settings: readonly Outcome[];
  readonly needsRestart: boolean;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "Writes what `tune` advises with ALTER SYSTEM, after checks of every value and a journal of what stood there before, reloads,",
    "and says from a new session what took effect. What fails in the middle is taken back; `tune undo` takes all of it back.",
    "",
    "Exit 1 means that all is written and something is overridden: by the server's command line, a role or a database.",
  ].join("\n"),
  flags: tuneFlags,
  examples: [
    { command: "veza-db tune apply", summary: "write what veza-db tune shows, after a question" },
    { command: "veza-db tune apply --only work_mem --yes", summary: "one setting, unasked" },
    {
      command: "veza-db tune apply --only work_mem --set work_mem=16MB",
      summary: "a value of one's own, checked and undoable",
    },
  ],
  exits: [1, 3, 4, 5, 130],
  isDeed: true,
  async run(context) {
    const folder = tuneFolder(context);
    const aimed = (...words: readonly string[]): string => again(context, ...words);
    await using db = await context.connect({ via: "direct" });
    const { facts, plan } = await advise(context, db);
    const server = describeTarget(db.target);
    await requirePermit(
      db,
      facts,
      plan.changes.map(({ name }) => name),
      aimed,
    );
    const unfinished = (): string | undefined =>
      readJournals(folder, clusterOf(db, facts)).find(({ state }) => state === "applying")?.id;
    refuseUnfinished(unfinished(), aimed);
    if (plan.changes.length === 0)
      return { data: { id: null, settings: [], needsRestart: false, server, next: aimed("tune", "check") } };
    refuse(findRefusals(facts, plan), "veza-db tune shows what fits this server.");
    for (const note of plan.notes) context.report.line(note);
    await context.confirm({
      kind: "change",
      action: `Write ${count(plan.changes.length, "setting")}`,
      place: server,
      database: facts.server.database,
      plan: plan.changes.map(describeChange),
    });
    await using _lock = await lockWriting(db);
    // Another run may have ended while the question was open.
    const fresh = await readConfiguration(db);
    refuseUnfinished(unfinished(), aimed);
    requireSame(facts, fresh, plan.changes, aimed("tune", "apply"));
    const { id, outcomes } = await applyChanges(db, fresh, plan.changes, {
      folder,
      reconnect: () => context.connect({ via: "direct" }),
      signal: context.signal,
      tell: (line) => context.report.line(line),
    });
    const overridden = named(outcomes, "overridden");
    if (overridden !== "") context.warn(`Written, and overridden elsewhere: ${overridden}.`);
    const strayed = named(outcomes, "strayed");
    if (strayed !== "") context.warn(`Written, and not in force: ${strayed}.`);
    return {
      data: {
        id,
        settings: outcomes,
        needsRestart: outcomes.some(({ status }) => status === "pending restart"),
        server,
        next: aimed("tune", "undo", id),
      },
      exitCode: outcomes.every(({ status }) => status === "applied" || status === "pending restart") ? 0 : 1,
    };
  },
  view: ({ id, settings, needsRestart, server, next }: ApplyData) =>
    id === null
      ? [text(`Nothing should change on ${server}.`, "good"), hint(next)]
      : [
          text(`Wrote ${count(settings.length, "setting")} on ${server}; the journal is ${id}.`, "good"),
          outcomeTable(settings),
          ...(needsRestart ? [text("Some wait until the server is started again.", "warning")] : []),
          text("What takes it back:"),
          hint(next),
        ],
});

function describeChange({ name, currentText, recommendedText, restart }: Change): string {
  return `${name}: ${currentText} → ${recommendedText}${restart ? " (restart)" : ""}`;
}

/** A run that was killed has left some settings written: first they go back. */
function refuseUnfinished(id: string | undefined, aimed: (...words: readonly string[]) => string): void {
  if (id === undefined) return;
  throw new VezaError({
    code: "tune.unfinished",
    ending: "refused",
    message: `The run ${id} was stopped in the middle, or is still under way.`,
    detail: "Some of its settings may be written.",
    hint: aimed("tune", "undo", id),
    state: "Nothing was changed.",
    facts: { id },
  });
}
