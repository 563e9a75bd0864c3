import { usageError } from "../kernel/error.ts";
import { suggest } from "../kernel/suggest.ts";
import type { Policy, Step } from "../partition/model.ts";
import { readPolicyFolder } from "../partition/read-policies.ts";
import { parseTableName } from "../partition/table-name.ts";
import type { TableName } from "../partition/table-name.ts";
import type { Work } from "../partition/work.ts";
import type { SettingName } from "../settings/table.ts";
import { printable } from "../ui/printable.ts";
import { heading, sql, text } from "../ui/view.ts";
import type { Block } from "../ui/view.ts";
import { again } from "./again.ts";
import type { Argument, Context } from "./command.ts";

/** The settings that commands which change partitions take as flags. */
export const partitionSettings = [
  "partitionsDir",
  "partitionLockTimeout",
  "partitionLockWait",
] as const satisfies readonly SettingName[];

export const tableArgument: Argument = { name: "[table]", summary: "only this table of the policies" };

/** The policies of the project, or the one of the table that is named. */
export function openPolicies(
  { settings, args }: Pick<Context, "settings" | "args">,
  kind?: Policy["kind"],
): readonly Policy[] {
  const { policies, shownDir } = readPolicyFolder(settings.values.partitionsDir, settings.projectDir);
  const [wanted] = args;
  const fitting = policies.filter((policy) => kind === undefined || policy.kind === kind);
  const chosen =
    wanted === undefined
      ? fitting
      : fitting.filter(({ shownTable, name }) => shownTable === wanted || name === wanted);
  if (chosen.length > 0) return chosen;
  if (wanted !== undefined) {
    const names = fitting.map(({ shownTable }) => shownTable);
    const near = suggest(wanted, names, 1)[0];
    throw usageError(
      "partition.unknown-table",
      `No policy in ${shownDir} is for the table ${JSON.stringify(wanted)}.`,
      near === undefined
        ? `There are policies for ${names.join(", ") || "no table"}.`
        : `Did you mean ${near}?`,
    );
  }
  throw usageError(
    "partition.no-policies",
    `There are no ${kind === "range" ? "policies of partitioned tables" : "policies"} in ${shownDir}.`,
    `Write one, e.g. ${shownDir}/events.json: {"table": "events", "column": "created_at", "interval": "month"}`,
  );
}

/** The table that is the command's argument; `example` is a call with one. */
export function tableNamed({ args: [given = ""] }: Pick<Context, "args">, example: string): TableName {
  const found = parseTableName(given);
  if (found !== undefined) return found;
  throw usageError("cli.bad-value", `${JSON.stringify(given)} is no name of a table.`, `e.g. ${example}`);
}

/** How a command works on the database: its settings, and what it tells meanwhile. */
export function workOf(context: Context, ...call: readonly string[]): Work {
  const { values } = context.settings;
  return {
    lockTimeoutMs: values.partitionLockTimeout,
    waitMs: values.partitionLockWait,
    signal: context.signal,
    note: (content) => context.report.line(printable(content)),
    ownSchema: values.historySchema,
    again: again(context, "partition", ...call),
  };
}

/** Steps for people: why, which lock, and the SQL. */
export function stepBlocks(steps: readonly Step[]): Block[] {
  return steps.flatMap((step, index) => [
    heading(`${index + 1}. ${step.why}`),
    text(`lock: ${step.lock}`, "muted"),
    sql(step.sql),
  ]);
}

/** Steps as SQL that psql could run. */
export function stepSql(steps: readonly Step[]): string {
  return steps.map(({ sql: body, lock, why }) => `-- ${why}\n-- lock: ${lock}\n${body}\n`).join("\n");
}
