import { archiveNeeds, findClients } from "../../partition-programs.ts";
import { openPolicies, partitionSettings, stepBlocks, tableArgument, workOf } from "../../partitions.ts";
import { beginLook } from "../../../partition/look.ts";
import type { Archived } from "../../../partition/archive.ts";
import type { Step } from "../../../partition/model.ts";
import { readTables } from "../../../partition/read-tables.ts";
import { planRetention } from "../../../partition/retain-plan.ts";
import { readDetached, retain } from "../../../partition/retain.ts";
import { requireOwner, requireWritableSession } from "../../../partition/work.ts";
import { VezaError } from "../../../kernel/error.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

interface RetainData {
  readonly steps: readonly Step[];
  readonly created: readonly string[];
  readonly detached: readonly string[];
  readonly dropped: readonly string[];
  readonly archived: readonly Archived[];
  readonly purged: readonly { readonly table: string; readonly rows: number }[];
  readonly notes: readonly string[];
  readonly isDryRun: boolean;
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: [
    "What maintain has detached is dumped to a file, read back whole, and dropped when its time of grace is over. Rows of",
    "purge policies that have expired are deleted in small batches. Needs pg_dump and pg_restore, not older than the server.",
  ].join("\n"),
  args: [tableArgument],
  flags: {
    dryRun: flag.switch(
      "-n, --dry-run",
      "show what would be archived, dropped and deleted, and change nothing",
    ),
    confirm: flag.text("--confirm <database>", "go on without asking; must be the database's name"),
  },
  settingFlags: partitionSettings,
  examples: [
    {
      command: "veza-db partition retain --dry-run",
      summary: "see what would go, and which tables are locked",
    },
    { command: "veza-db partition retain --confirm app", summary: "from cron" },
  ],
  exits: [3, 4, 5, 130],
  async run(context) {
    const policies = openPolicies(context);
    await using db = await context.connect({ via: "direct" });
    await using _look = await beginLook(db);
    const { kept, purged, session } = await readTables(db, policies);
    const work = workOf(context, "retain");
    const detached = await readDetached(db, kept, work.ownSchema);
    const plan = planRetention(kept, detached, purged, session.now);
    for (const { schema, name, referencedBy } of plan.refused)
      context.warn(`${schema}.${name} stays: foreign keys point to it (${referencedBy.join(", ")})`);
    const { dryRun } = context.flags;
    const data = (done: Pick<RetainData, "dropped" | "archived" | "purged">): RetainData => ({
      steps: plan.steps.map(({ sql, lock, why }) => ({ sql, lock, why })),
      created: [],
      detached: [],
      ...done,
      notes: plan.notes,
      isDryRun: dryRun,
      database: session.database,
      server: describeTarget(db.target),
      next: again(context, "partition", dryRun ? "retain" : "status"),
    });
    if (dryRun || plan.steps.length === 0) {
      if (!dryRun) refuseReferenced(plan.refused);
      return { data: data({ dropped: [], archived: [], purged: [] }) };
    }
    requireWritableSession(db, session);
    for (const { table } of kept) requireOwner(db, table);
    const clients = archiveNeeds(plan.steps) ? await findClients(db.facts.major) : undefined;
    await context.confirm({
      kind: "destroy",
      action: `Do ${count(plan.steps.length, "step")} that archive, drop or delete`,
      place: describeTarget(db.target),
      database: session.database,
      plan: plan.steps.map(({ why, lock }) => `${why} (${lock})`),
      confirmed: context.flags.confirm,
    });
    const done = await retain(db, plan.steps, clients, work);
    refuseReferenced(plan.refused);
    return { data: data(done) };
  },
  view: ({ steps, dropped, archived, purged, notes, isDryRun, server, next }) => {
    const stays = notes.map((note) => text(note, "muted"));
    if (steps.length === 0)
      return [
        ...stays,
        text(`There is nothing to archive, drop or delete on ${server}.`, "good"),
        hint(next),
      ];
    if (isDryRun)
      return [
        text(`${count(steps.length, "step")} would be done on ${server}; nothing was changed.`),
        ...stepBlocks(steps),
        ...stays,
        hint(next),
      ];
    const rows = purged.reduce((sum, one) => sum + one.rows, 0);
    return [
      ...archived.map(({ partition, rows: held, file }) =>
        text(`${partition}: ${count(held, "row")} in ${file}`),
      ),
      ...stays,
      text(
        `Archived ${archived.length}, dropped ${dropped.length}, deleted ${count(rows, "expired row")} on ${server}.`,
        "good",
      ),
      hint(next),
    ];
  },
});

/** The rest is done by then; what foreign keys point to is told, and is no success. */
function refuseReferenced(refused: ReturnType<typeof planRetention>["refused"]): void {
  const [first] = refused;
  if (first === undefined) return;
  throw new VezaError({
    code: "partition.referenced",
    ending: "refused",
    message: `${refused.map(({ schema, name }) => `${schema}.${name}`).join(", ")} cannot be dropped: foreign keys point there.`,
    detail: refused.flatMap(({ referencedBy }) => referencedBy).join("\n"),
    hint: "Drop those foreign keys, or delete the rows that point there; then: veza-db partition retain",
    state: "Everything else that was due is done.",
    facts: { partitions: refused.map(({ name }) => name) },
  });
}
