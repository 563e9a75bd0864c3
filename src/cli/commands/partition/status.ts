import { openPolicies, tableArgument } from "../../partitions.ts";
import { beginLook } from "../../../partition/look.ts";
import { readTables } from "../../../partition/read-tables.ts";
import { readStatus } from "../../../partition/status.ts";
import type { TableStatus } from "../../../partition/status.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, heading, table, text } from "../../../ui/view.ts";
import type { Block, Cell } from "../../../ui/view.ts";
import { formatBytes } from "../../../ui/units.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";

interface StatusData {
  readonly tables: readonly TableStatus[];
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "Reads the policies and the partitions that there are, known by their bounds and not by their names.",
  args: [tableArgument],
  settingFlags: ["partitionsDir"],
  examples: [
    { command: "veza-db partition status", summary: "every table that has a policy" },
    { command: "veza-db partition status chat_messages --json", summary: "one of them, for a program" },
  ],
  exits: [3],
  async run(context) {
    const policies = openPolicies(context, "range");
    await using db = await context.connect();
    await using _look = await beginLook(db);
    const { kept, session } = await readTables(db, policies);
    const tables: TableStatus[] = [];
    for (const one of kept)
      tables.push(await readStatus(db, one, session, context.settings.values.historySchema));
    const isWell = tables.every(({ problems }) => problems.length === 0);
    return {
      data: {
        tables,
        server: describeTarget(db.target),
        next: again(context, "partition", isWell ? "plan" : "verify"),
      },
    };
  },
  view: ({ tables, next }: StatusData) => [...tables.flatMap(tableBlocks), text(""), hint(next)],
});

/** A bound at midnight UTC is a day to people. */
function boundCell(bound: string): Cell {
  return { text: bound.replace(/T00:00:00(?:\.0+)?Z$/, ""), raw: bound };
}

function tableBlocks(status: TableStatus): Block[] {
  const { partitions, gaps, defaultRows, runwayDays, problems } = status;
  const runway = runwayDays === null ? "for ever" : `for ${count(runwayDays, "more day")}`;
  return [
    heading(`${status.table}  by ${status.column}, every ${status.interval} (${status.timezone})`),
    table(
      [
        { name: "partition", least: 24 },
        "from",
        "to",
        { name: "rows (estimate)", align: "right", rawName: "rowsEstimate" },
        { name: "size", align: "right", rawName: "bytes" },
      ],
      partitions.map(({ name, from, to, rowsEstimate, bytes }) => [
        name,
        boundCell(from ?? "MINVALUE"),
        boundCell(to ?? "MAXVALUE"),
        rowsEstimate,
        { text: formatBytes(bytes), raw: bytes },
      ]),
    ),
    text(
      [
        count(partitions.length, "partition"),
        `new rows find one ${runway}`,
        ...(gaps.length === 0 ? [] : [count(gaps.length, "gap")]),
        ...(defaultRows === null ? [] : [`${count(defaultRows, "row")} in the default partition`]),
      ].join("; "),
    ),
    ...problems.map(({ partition, message }) =>
      text(`${partition === null ? "" : `${partition}: `}${message}`, "warning"),
    ),
  ];
}
