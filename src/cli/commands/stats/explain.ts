import { explainQuery } from "../../../stats/explain.ts";
import { groupDigits } from "../../../kernel/digits.ts";
import { usageError } from "../../../kernel/error.ts";
import { cancellable } from "../../../postgres/cancel.ts";
import { heading, sql } from "../../../ui/view.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { shownCharacters } from "../../../stats/reports/slow-queries.ts";
import { closing } from "./shared/blocks.ts";

export const command = defineCommand({
  description:
    "Shows the plan of a statement that pg_stat_statements has counted, the generic one where parameters are not known.\nNothing is executed.",
  args: [{ name: "<queryid>", summary: "as slow-queries shows it; a negative one after --" }],
  examples: [
    { command: "veza-db stats explain 5375727214459740292", summary: "the plan of one statement" },
    { command: "veza-db stats explain --json -- -6825369255205239218", summary: "of one with a negative id" },
  ],
  exits: [3, 5, 130],
  async run(context) {
    const [queryid = ""] = context.args;
    await using db = await context.connect();
    if (!/^-?\d{1,19}$/.test(queryid) || BigInt.asIntN(64, BigInt(queryid)) !== BigInt(queryid)) {
      throw usageError(
        "stats.bad-queryid",
        `${JSON.stringify(queryid)} is no queryid: a whole number of 64 bits.`,
        "veza-db stats slow-queries",
      );
    }
    const report = await cancellable(db, context.signal, async () => explainQuery(db, queryid));
    return { data: { ...report, next: report.next.map((step) => again(context, step)) } };
  },
  view: (report) => [
    heading(`${report.queryid} (${report.user}@${report.database}), ${report.plan} plan`),
    sql(shownQuery(report.query)),
    heading("Plan"),
    sql(report.rows.map(({ line }) => line).join("\n")),
    ...closing(report),
  ],
});

/** A text of a million characters would leave nothing else to be seen. */
function shownQuery(query: string): string {
  if (query.length <= shownCharacters) return query;
  return `${query.slice(0, shownCharacters)} …\n-- ${groupDigits(query.length)} characters in all; --json has them`;
}
