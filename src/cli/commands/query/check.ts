import { checkQueries } from "../../../query/check.ts";
import type { Checked } from "../../../query/check.ts";
import { readEach } from "../../../query/read-folder.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { hint, table, text } from "../../../ui/view.ts";
import type { Block } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { openQueries, readAppliedTexts } from "../../queries.ts";

interface CheckData {
  readonly queries: readonly Checked[];
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description:
    "The server parses every query and describes it; nothing runs. A query that no longer fits the schema is named with the column that " +
    "it misses and, where the history tells, the migration that took it away. Files that are no queries are named beside the others.",
  args: [{ name: "[queries...]", summary: "only these, by name" }],
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query check --embedded", summary: "after veza-db migrate, in CI" },
    { command: "veza-db query check users.profile --json", summary: "one of them, for a program" },
  ],
  exits: [1, 3],
  async run(context) {
    const queries = readEach(openQueries(context.settings), context.args);
    await using db = await context.connect();
    const checked = await checkQueries(db, queries, () => readAppliedTexts(db, context));
    const data: CheckData = {
      queries: checked,
      server: describeTarget(db.target),
      next: nextOf(context, checked),
    };
    return { data, exitCode: checked.every(({ ok }) => ok) ? 0 : 1 };
  },
  view: checkView,
});

/** What can be shown of a query is shown; a file that is none says all there is by itself. */
function nextOf(context: Parameters<typeof again>[0], checked: readonly Checked[]): string {
  const broken = checked.find(({ ok, code }) => !ok && code === undefined) ?? checked.find(({ ok }) => ok);
  return broken === undefined
    ? again(context, "query", "check")
    : again(context, "query", "show", broken.name);
}

function checkView({ queries, server, next }: CheckData): Block[] {
  const broken = queries.filter(({ ok }) => !ok);
  const rows = queries.map(({ name, ok, error }) => [
    name,
    { text: ok ? "ok" : "broken", tone: ok ? "good" : "bad" } as const,
    error ?? null,
  ]);
  if (queries.length === 0) return [text("There are no queries to check.")];
  if (broken.length === 0)
    return [
      text(`All ${count(queries.length, "query", "queries")} fit ${server}.`, "good"),
      table(
        ["query", "state"],
        rows.map(([name = "", state = ""]) => [name, state]),
      ),
    ];
  return [
    table(["query", "state", "error"], rows),
    ...broken.flatMap(({ name, detail }) =>
      detail === undefined ? [] : [text(""), text(`${name}:`), text(detail)],
    ),
    text(""),
    text(
      `${broken.length} of ${count(queries.length, "query", "queries")} ${broken.length === 1 ? "does" : "do"} not fit ${server}.`,
      "bad",
    ),
    hint(next),
  ];
}
