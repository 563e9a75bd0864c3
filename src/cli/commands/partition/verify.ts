import { openPolicies, tableArgument } from "../../partitions.ts";
import { beginLook } from "../../../partition/look.ts";
import { readTables } from "../../../partition/read-tables.ts";
import { readStatus } from "../../../partition/status.ts";
import type { Problem } from "../../../partition/problems.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, table, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";

interface VerifyData {
  readonly ok: boolean;
  readonly problems: readonly (Problem & { readonly table: string })[];
  readonly tables: number;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Gaps, bounds off the grid, rows in the default partition, days of runway, pending detaches, stale statistics, and partitions\nwithout the indexes, privileges or row security of their table.",
  args: [tableArgument],
  settingFlags: ["partitionsDir"],
  examples: [
    { command: "veza-db partition verify", summary: "exit 1 when anything is not as it should be" },
    { command: "veza-db partition verify -o csv", summary: "each problem with what mends it" },
  ],
  exits: [1, 3],
  async run(context) {
    const policies = openPolicies(context, "range");
    await using db = await context.connect();
    await using _look = await beginLook(db);
    const { kept, session } = await readTables(db, policies);
    const problems: VerifyData["problems"][number][] = [];
    for (const one of kept) {
      const status = await readStatus(db, one, session, context.settings.values.historySchema);
      problems.push(...status.problems.map((problem) => ({ table: status.table, ...problem })));
    }
    return {
      data: {
        ok: problems.length === 0,
        problems,
        tables: kept.length,
        server: describeTarget(db.target),
        next: again(context, "partition", problems.length === 0 ? "status" : "plan"),
      },
      exitCode: problems.length === 0 ? 0 : 1,
    };
  },
  view: ({ problems, tables, server, next }: VerifyData) =>
    problems.length === 0
      ? [text(`${count(tables, "table")} on ${server} as the policies say.`, "good"), hint(next)]
      : [
          table(
            [
              "table",
              "kind",
              "partition",
              "problem",
              { name: "mended by", rawName: "fix", isOptional: true },
            ],
            problems.map(({ table: name, kind, partition, message, fix }) => [
              name,
              kind,
              partition,
              message,
              fix,
            ]),
          ),
          text(count(problems.length, "problem"), "bad"),
          hint(next),
        ],
});
