import { formatDuration } from "../../../kernel/duration.ts";
import { bindParameters } from "../../../query/bind.ts";
import { isNumeric } from "../../../query/json-value.ts";
import { Rows } from "../../../query/rows.ts";
import { runQuery } from "../../../query/run.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { renderCsv } from "../../../ui/csv.ts";
import { pairs, table, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { openCall, parameterFlags, queryRunFlags } from "../../queries.ts";

interface RunData {
  readonly query: string;
  readonly rows: Rows;
  readonly durationMs: number;
}

/** A row of more columns than this is read downwards. */
const wide = 8;

export const command = defineCommand({
  description:
    "Each parameter of the query is a flag: user_id is --user-id; veza-db query run <query> --help lists them. The query runs in a " +
    "read-only transaction that is rolled back, with the time zone UTC. In JSON, int8 and numeric are numbers where a double holds them " +
    "exactly, else strings.",
  args: [{ name: "<query>", summary: "its name, e.g. users.profile" }],
  flags: {
    ...queryRunFlags,
    write: flag.switch("--write", "let the query write, and commit"),
  },
  dynamicFlags: parameterFlags,
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query run users.profile --user-id 7", summary: "one account" },
    { command: "veza-db query run users.search --needle mar --limit 5 -o csv", summary: "for a spreadsheet" },
    {
      command: "veza-db query run analytics.usage --since 2024-05-01 --timeout 5s --json",
      summary: "for a program",
    },
  ],
  exits: [3, 4, 5, 130],
  forms: { csv: ({ rows }: RunData) => renderCsv([rowTable(rows)]) },
  async run(context) {
    const { timeout, write, param } = context.flags;
    const { query, given } = openCall(context, param);
    const values = bindParameters(query, given);
    await using db = await context.connect();
    if (write) {
      await context.confirm({
        kind: "change",
        action: `Run ${query.name} and commit what it writes`,
        place: describeTarget(db.target),
        database: db.target.database,
        plan: [query.statement.sql],
        runsUnattended: true,
      });
    }
    context.report.working(`${query.name} …`);
    const ran = await runQuery(db, query, values, {
      access: write ? "write" : "read",
      timeoutMs: timeout,
      signal: context.signal,
    });
    const data: RunData = {
      query: query.name,
      rows: new Rows(ran),
      durationMs: Math.round(ran.durationMs * 1000) / 1000,
    };
    return { data };
  },
  view: ({ rows, durationMs }) => {
    const summary = text(`${count(rows.length, "row")} in ${formatDuration(durationMs)}.`, "muted");
    if (rows.columns.length === 0 || rows.length === 0) return [summary];
    const isOneWideRow = rows.length === 1 && rows.columns.length > wide;
    return [isOneWideRow ? rowPairs(rows) : rowTable(rows), text(""), summary];
  },
});

function rowTable(rows: Rows): Block {
  const columns = rows.columns.map(
    ({ name, typeOid }) => ({ name, align: isNumeric(typeOid) ? "right" : "left" }) as const,
  );
  return table(columns, rows.plain());
}

function rowPairs(rows: Rows): Block {
  const [row = []] = rows.plain();
  return pairs(rows.columns.map(({ name }, at) => [name, row[at] ?? ""]));
}
