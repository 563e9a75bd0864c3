import { VezaError } from "../../../kernel/error.ts";
import { readHistory } from "../../../migrate/history.ts";
import type { Problem } from "../../../migrate/model.ts";
import { planMigrations } from "../../../migrate/plan.ts";
import { readStep, surveyStep } from "../../../migrate/prepare.ts";
import { wayOut } from "../../../migrate/way-out.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, text } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { historyNames, openFolder } from "../../migrations.ts";

interface VerifyData {
  readonly ok: boolean;
  readonly checked: number;
  readonly pending: readonly { readonly id: string; readonly name: string; readonly file: string }[];
  readonly problems: readonly (
    | Problem
    | { readonly kind: "refused"; readonly id: string; readonly message: string }
  )[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Reads every file whole, compares each with what was applied, and says whether all of it is in place.",
  settingFlags: ["migrationsDir", "pgVersion"],
  examples: [
    { command: "veza-db migrate verify", summary: "exit 0: every file is applied and unchanged" },
    { command: "veza-db migrate verify --json", summary: "the same for a program" },
  ],
  exits: [1, 3],
  async run(context) {
    const folder = openFolder(context);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, historyNames(context));
    const plan = planMigrations(folder.files, folder.clashes, history.rows);
    const refused = plan.pending.flatMap((pending) => {
      try {
        for (const warning of surveyStep(readStep(pending)).warnings) context.warn(warning);
        return [];
      } catch (error) {
        if (!(error instanceof VezaError) || error.ending !== "refused") throw error;
        return [{ kind: "refused", id: pending.file.id, message: error.message } as const];
      }
    });
    const problems = [...plan.problems, ...refused];
    const data: VerifyData = {
      ok: problems.length === 0 && plan.pending.length === 0,
      checked: folder.files.length,
      pending: plan.pending.map(({ file: { id, name, file } }) => ({ id, name, file })),
      problems,
      database: history.session.database,
      server: describeTarget(db.target),
      next: again(context, "migrate"),
    };
    return { data, exitCode: data.ok ? 0 : 1 };
  },
  view: ({ ok, checked, pending, problems, server, next }) =>
    ok
      ? [
          text(
            checked === 1
              ? `The one migration file is applied to ${server} and unchanged.`
              : `All ${checked} migration files are applied to ${server} and unchanged.`,
            "good",
          ),
        ]
      : [
          ...problems.flatMap((problem) => [
            text(`${problem.kind}: ${problem.message}`, "bad"),
            ...(problem.kind === "refused" ? [] : [text(`  ${wayOut(problem)}`)]),
          ]),
          ...pending.map(({ file }) => text(`pending: ${file}`, "warning")),
          ...(problems.length === 0 ? [hint(next)] : []),
        ],
});
