import { bindParameters } from "../../../query/bind.ts";
import { explainQuery } from "../../../query/explain.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { sql, text } from "../../../ui/view.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { openCall, parameterFlags, queryRunFlags } from "../../queries.ts";

interface ExplainData {
  readonly query: string;
  readonly analyzed: boolean;
  readonly generic: boolean;
  /** PostgreSQL's own document, or its text for people. */
  readonly plan: unknown;
  readonly server: string;
}

export const command = defineCommand({
  description:
    "With --analyze the query runs, in a transaction that is rolled back whatever it writes, and the plan says how long each step " +
    "took and how many pages of 8 kB it touched.",
  args: [{ name: "<query>", summary: "its name, e.g. users.profile" }],
  flags: {
    ...queryRunFlags,
    analyze: flag.switch("--analyze", "run it, and show times, rows and buffers"),
    generic: flag.switch(
      "--generic",
      "the plan for any parameters, on which a prepared statement may settle",
    ),
  },
  dynamicFlags: parameterFlags,
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query explain users.profile --user-id 7", summary: "what the server would do" },
    {
      command: "veza-db query explain chat.messages --room-id 3 --analyze",
      summary: "what it did, and what that took",
    },
  ],
  exits: [3, 5, 130],
  async run(context) {
    const { timeout, analyze, generic, param } = context.flags;
    const { query, given } = openCall(context, param);
    const values = bindParameters(query, given);
    await using db = await context.connect();
    context.report.working(`${query.name} …`);
    const plan = await explainQuery(db, query, values, {
      isAnalyzed: analyze,
      mode: generic ? "generic" : "auto",
      format: context.isHuman ? "text" : "json",
      timeoutMs: timeout,
      signal: context.signal,
    });
    const data: ExplainData = {
      query: query.name,
      analyzed: analyze,
      generic,
      plan,
      server: describeTarget(db.target),
    };
    return { data };
  },
  view: ({ query, analyzed, plan, server }) => [
    sql(typeof plan === "string" ? plan : JSON.stringify(plan, undefined, 2)),
    text(""),
    text(
      analyzed
        ? `${query} ran on ${server} and was rolled back.`
        : `${query} did not run; add --analyze for times and buffers.`,
      "muted",
    ),
  ],
});
