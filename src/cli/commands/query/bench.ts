import { benchQuery } from "../../../query/bench.ts";
import type { Measured } from "../../../query/bench.ts";
import { bindParameters } from "../../../query/bind.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { table, text } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { openCall, parameterFlags, queryRunFlags } from "../../queries.ts";

interface BenchData extends Measured {
  readonly query: string;
  readonly generic: boolean;
  readonly server: string;
}

export const command = defineCommand({
  description:
    "Runs the query again and again as a prepared statement, in one read-only transaction that is rolled back, after some runs " +
    "that are not counted. Times are those of this machine: they hold the way to the server and back.",
  args: [{ name: "<query>", summary: "its name, e.g. users.profile" }],
  flags: {
    ...queryRunFlags,
    runs: flag.integer("--runs <n>", "how often (50 unless told otherwise)", 1),
    generic: flag.switch(
      "--generic",
      "with the plan for any parameters (plan_cache_mode = force_generic_plan)",
    ),
  },
  dynamicFlags: parameterFlags,
  settingFlags: ["queriesDir"],
  examples: [
    { command: "veza-db query bench users.profile --user-id 7", summary: "how long a profile takes" },
    {
      command: "veza-db query bench users.search --needle mar --runs 500 --json",
      summary: "more runs, for a program",
    },
  ],
  exits: [3, 4, 5, 130],
  async run(context) {
    const { timeout, runs = 50, generic, param } = context.flags;
    const { query, given } = openCall(context, param);
    const values = bindParameters(query, given);
    await using db = await context.connect();
    const measured = await benchQuery(db, query, values, {
      runs,
      mode: generic ? "generic" : "auto",
      timeoutMs: timeout,
      signal: context.signal,
      onRun: (done) => context.report.working(`${query.name}: ${done} of ${runs} …`),
    });
    const data: BenchData = { query: query.name, ...measured, generic, server: describeTarget(db.target) };
    return { data };
  },
  view: ({
    query,
    runs,
    rows,
    minMs,
    medianMs,
    p95Ms,
    maxMs,
    planningMs,
    buffersHit,
    buffersRead,
    server,
  }) => [
    table(
      [
        "query",
        ...[
          "rows",
          "min ms",
          "median ms",
          "p95 ms",
          "max ms",
          "planning ms",
          "buffers hit",
          "buffers read",
        ].map((name) => ({ name, align: "right" }) as const),
      ],
      [[query, rows, minMs, medianMs, p95Ms, maxMs, planningMs, buffersHit, buffersRead]],
    ),
    text(""),
    text(`${count(runs, "run")} on ${server}; planning is what it takes where nothing is prepared.`, "muted"),
  ],
});
