import { formatBytes } from "../ui/units.ts";
import { heading, pairs, table, text } from "../ui/view.ts";
import type { Block } from "../ui/view.ts";
import { count } from "../ui/words.ts";
import type { AdviceData } from "./tune.ts";

/** Advice for people: the machine, what should change, the sum of the memory, what stays and why. */
export function adviceBlocks(data: AdviceData): Block[] {
  const { machine, settings, left, notes, server, version, profile } = data;
  return [
    pairs([
      ["server", `${server}, PostgreSQL ${version}`],
      ["memory", `${formatBytes(machine.ramBytes)} (${machine.ramSource})`],
      ["processors", `${machine.cpus} (${machine.cpusSource})`],
      [
        "disk",
        `${machine.disk} (${machine.diskSource})${machine.walDiskFreeBytes === null ? "" : `, ${formatBytes(machine.walDiskFreeBytes)} free where pg_wal is`}`,
      ],
      ["profile", profile],
    ]),
    ...(settings.length === 0
      ? [text("Nothing should change.", "good")]
      : [
          text(`${count(settings.length, "setting")} should change:`),
          table(
            [
              { name: "setting", rawName: "name" },
              { name: "current" },
              { name: "recommended" },
              { name: "unit", isRawOnly: true },
              { name: "restart" },
              { name: "reason", least: 30 },
              { name: "source", least: 20, isOptional: true },
            ],
            settings.map((change) => [
              change.name,
              { text: change.currentText, raw: change.current },
              { text: change.recommendedText, raw: change.recommended, tone: "good" as const },
              change.unit ?? "",
              {
                text: change.restart ? "restart" : "reload",
                raw: change.restart,
                tone: change.restart ? ("warning" as const) : undefined,
              },
              change.reason,
              change.source,
            ]),
          ),
        ]),
    ...budgetBlocks(data),
    ...(left.length === 0
      ? []
      : [
          heading("Left as it is"),
          pairs(left.map(({ name, currentText, reason }) => [name, `${currentText}: ${reason}`] as const)),
        ]),
    ...notes.map((note) => text(note, "muted")),
  ];
}

function budgetBlocks({ budget, machine }: AdviceData): Block[] {
  const { connections, workMemBytes, hashMemMultiplier } = budget;
  const share = `${((budget.totalBytes / machine.ramBytes) * 100).toFixed(0)} % of the memory`;
  return [
    heading("Memory that the server may come to use"),
    pairs([
      ["shared", formatBytes(budget.sharedBytes)],
      [
        "sessions",
        `${formatBytes(budget.sessionsBytes)} = ${connections} connections × ${formatBytes(workMemBytes)} work_mem × ${hashMemMultiplier} hash_mem_multiplier`,
      ],
      ["maintenance", formatBytes(budget.maintenanceBytes)],
      ["autovacuum", formatBytes(budget.autovacuumBytes)],
      [
        "sum",
        `${formatBytes(budget.totalBytes)}, ${share}; the limit is ${formatBytes(budget.limitBytes)}, 80 %`,
      ],
    ]),
  ];
}
