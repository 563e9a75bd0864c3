import { databaseFolder } from "../../../backup/layout.ts";
import type { Decision } from "../../../backup/prune/plan.ts";
import { applyPrune, readPrunePlan } from "../../../backup/prune/prune.ts";
import { readBackups } from "../../../backup/read-backups.ts";
import { VezaError } from "../../../kernel/error.ts";
import { hint, table, text } from "../../../ui/view.ts";
import { formatBytes } from "../../../ui/units.ts";
import { count } from "../../../ui/words.ts";
import { policyOf } from "../../backup-watch.ts";
import { defineCommand } from "../../command.ts";
import { flag } from "../../flags.ts";

const flags = {
  dryRun: flag.switch("-n, --dry-run", "show what would go and why, and delete nothing"),
  force: flag.switch("--force", "though the clock went back, or more than half would go"),
  database: flag.text("--database <name>", "only backups of this database"),
};

export const command = defineCommand({
  description: [
    "Keeps what any rule keeps; good backups alone count. The newest verified one and pinned ones stay, and after a failed run",
    "everything does. Age is the manifest's. Files that are not veza-db's own are never touched.",
  ].join("\n"),
  flags,
  settingFlags: [
    "backupDir",
    "backupKeepDays",
    "backupKeepLast",
    "backupKeepDaily",
    "backupKeepWeekly",
    "backupKeepMonthly",
  ],
  examples: [
    {
      command: "veza-db backup prune --dry-run",
      summary: "each backup with the reason why it stays or goes",
    },
    {
      command: "veza-db backup prune --keep-days 7 --keep-weekly 4 --keep-monthly 12",
      summary: "grandfather, father, son",
    },
  ],
  exits: [3, 4, 5, 130],
  isDeed: true,
  async run(context) {
    const { flags: given, settings, warn } = context;
    const { backupDir } = settings.values;
    const { backups, broken } = await readBackups(backupDir);
    const names = [...new Set(backups.map(({ manifest }) => manifest.database))].filter(
      (name) => given.database === undefined || name === given.database,
    );
    const now = new Date();
    const plans = await Promise.all(
      names.map(async (name) => {
        const folder = databaseFolder(backupDir, name);
        return { name, folder, plan: await readPrunePlan(folder, policyOf(context), now) };
      }),
    );
    for (const { path, problem } of broken) warn(`${path} is not touched: ${problem}.`);
    const isGoing = ({ action }: Decision): boolean => action === "delete";
    for (const { name, plan } of plans.filter((one) => one.plan.decisions.some(isGoing))) {
      const { refusal } = plan;
      if (refusal === undefined || (given.force && refusal.reason !== "failed-run")) continue;
      if (given.dryRun) {
        warn(
          `${name}: ${refusal.message}${refusal.reason === "failed-run" ? "" : " It would need --force."}`,
        );
        continue;
      }
      throw new VezaError({
        code: "backup.prune-refused",
        ending: "refused",
        message: `Backups of ${name} are not pruned: ${refusal.message}`,
        hint:
          refusal.reason === "failed-run"
            ? "veza-db backup"
            : "veza-db backup prune --dry-run; then, if that is meant, veza-db backup prune --force",
        state: "Nothing was deleted.",
        facts: { reason: refusal.reason, database: name },
      });
    }
    const decisions = plans.flatMap(({ plan }) => plan.decisions);
    const going = decisions.filter(isGoing);
    const data = (pruned: readonly string[]) => ({
      pruned,
      decisions,
      freedBytes: going.reduce((sum, { bytes }) => sum + bytes, 0),
      dryRun: given.dryRun,
    });
    if (given.dryRun || going.length === 0) return { data: data([]) };
    await context.confirm({
      kind: "change",
      action: `Delete ${count(going.length, "backup")}`,
      place: backupDir,
      database: names.join(", "),
      plan: going.map(({ id, reasons }) => `${id}: ${reasons.join("; ")}`),
      runsUnattended: true,
    });
    const pruned: string[] = [];
    for (const { folder, plan } of plans) pruned.push(...(await applyPrune(folder, plan)));
    return { data: data(pruned) };
  },
  view: ({ pruned, decisions, freedBytes, dryRun }) => {
    if (decisions.length === 0) return [text("There are no backups to prune.")];
    const rows = decisions.map(({ id, database, action, reasons }) => [
      id,
      database,
      { text: action, tone: action === "keep" ? ("good" as const) : ("warning" as const) },
      reasons.join("; "),
    ]);
    const going = decisions.filter(({ action }) => action === "delete").length;
    return [
      table(["id", "database", "decision", "because"], rows),
      text(""),
      dryRun
        ? text(`${count(going, "backup")} would go (${formatBytes(freedBytes)}); nothing was deleted.`)
        : text(
            `${count(pruned.length, "backup")} deleted${pruned.length === 0 ? "" : ` (${formatBytes(freedBytes)})`}.`,
            "good",
          ),
      ...(dryRun && going > 0 ? [hint("veza-db backup prune")] : []),
    ];
  },
});
