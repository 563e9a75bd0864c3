import { readHistory, readHistoryRows } from "../../../migrate/history.ts";
import type { HistoryRow, Problem } from "../../../migrate/model.ts";
import { planMigrations } from "../../../migrate/plan.ts";
import { wayOut } from "../../../migrate/way-out.ts";
import { describeTarget } from "../../../postgres/target.ts";
import { formatDuration } from "../../../kernel/duration.ts";
import { hint, table, text, timeCell } from "../../../ui/view.ts";
import type { Block, Cell } from "../../../ui/view.ts";
import { count } from "../../../ui/words.ts";
import { again } from "../../again.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";
import { historyNames, openFolder } from "../../migrations.ts";

/** `2024-01-01-0001`: what a command line takes is not cut. */
const longestId = 16;

interface AppliedRow {
  readonly id: string;
  readonly name: string;
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly checksum: string;
  readonly durationMs: number;
  readonly status: HistoryRow["status"];
}

interface StatusData {
  readonly applied: readonly AppliedRow[];
  readonly pending: readonly { readonly id: string; readonly name: string; readonly file: string }[];
  readonly problems: readonly Problem[];
  readonly database: string;
  readonly server: string;
  readonly next: string;
}

export const command = defineCommand({
  description: "Compares the files with the history table. Writes nothing.",
  flags: { check: flag.switch("--check", "exit 1 when something is pending or does not match") },
  settingFlags: ["migrationsDir", "pgVersion"],
  examples: [
    { command: "veza-db migrate status", summary: "what is applied and what is pending" },
    { command: "veza-db migrate status --check -q", summary: "in CI: exit 1 when the database is behind" },
  ],
  exits: [1, 3],
  async run(context) {
    const folder = openFolder(context);
    const names = historyNames(context);
    await using db = await context.connect({ via: "direct" });
    const history = await readHistory(db, names);
    const plan = planMigrations(folder.files, folder.clashes, history.rows);
    const rows = history.exists ? await readHistoryRows(db, names) : [];
    const data: StatusData = {
      applied: rows.map(({ id, name, appliedAt, appliedBy, checksum, durationMs, status }) => ({
        id,
        name,
        appliedAt: appliedAt.toISOString(),
        appliedBy,
        checksum,
        durationMs,
        status,
      })),
      pending: plan.pending.map(({ file: { id, name, file } }) => ({ id, name, file })),
      problems: plan.problems,
      database: history.session.database,
      server: describeTarget(db.target),
      next: again(context, "migrate"),
    };
    const isBehind = data.pending.length > 0 || data.problems.length > 0;
    return { data, exitCode: context.flags.check && isBehind ? 1 : 0 };
  },
  view: statusView,
});

function statusView({ applied, pending, problems, server, next }: StatusData): Block[] {
  const states = new Map(problems.map(({ id, kind }) => [id, kind]));
  const rows: Cell[][] = [
    ...applied.map(({ id, name, appliedAt, appliedBy, durationMs, status }) => [
      id,
      name,
      { text: states.get(id) ?? status, tone: states.has(id) ? "bad" : "good" } as const,
      timeCell(appliedAt),
      appliedBy,
      formatDuration(durationMs),
    ]),
    ...pending
      .filter(({ id }) => !applied.some((row) => row.id === id))
      .map(({ id, name }) => [
        id,
        name,
        { text: states.get(id) ?? "pending", tone: "warning" } as const,
        null,
        null,
        null,
      ]),
  ];
  const whole = applied.filter(({ status }) => status === "applied");
  const summary = `${count(whole.length, "migration")} applied, ${pending.length} pending on ${server}.`;
  return [
    ...(rows.length === 0
      ? []
      : [
          table(
            [
              { name: "id", least: longestId },
              "name",
              "state",
              { name: "applied at", least: 17 },
              "by",
              { name: "took", align: "right" },
            ],
            rows,
          ),
        ]),
    text(""),
    text(summary, pending.length + problems.length === 0 ? "good" : "warning"),
    ...problems.flatMap((problem) => [
      text(`${problem.kind}: ${problem.message}`, "bad"),
      text(`  ${wayOut(problem)}`),
    ]),
    ...(pending.length > 0 ? [hint(next)] : []),
  ];
}
