/** What is to be said of the project beside the server. Pure. */
import { dayMs } from "../kernel/duration.ts";
import { count } from "../ui/words.ts";
import { formatTime } from "./sections/format.ts";
import type { Again, Bounds, Unjudged } from "./verdicts.ts";
import type { Verdict } from "./model.ts";

export function judgePartitions(
  { partitions }: Unjudged,
  { runwayCritMs }: Pick<Bounds, "runwayCritMs">,
  again: Again,
): readonly Verdict[] {
  if (partitions.state !== "read") return [];
  const misfits = partitions.data.misfits.map(({ policy, why }) => ({
    severity: "warning" as const,
    what: `The policy ${policy} does not fit its table`,
    evidence: why,
    mend: again("partition", "status"),
    section: "partitions",
  }));
  const judged = partitions.data.tables.flatMap(({ table, problems, runwayDays }) => {
    const [first] = problems;
    const isUrgent = runwayDays !== null && runwayDays * dayMs <= runwayCritMs;
    if (first === undefined && !isUrgent) return [];
    const where = first?.partition == null ? "" : `${first.partition}: `;
    const more = problems.length > 1 ? `, and ${count(problems.length - 1, "more problem")}` : "";
    return [
      {
        severity: isUrgent ? ("critical" as const) : ("warning" as const),
        what: isUrgent
          ? `${table} runs out of partitions`
          : `Partitions of ${table} are not as they should be`,
        evidence:
          first === undefined
            ? `New rows find a partition for ${count(runwayDays ?? 0, "more day")}`
            : `${where}${first.message}${more}`,
        mend: first?.fix ?? "veza-db partition maintain",
        section: "partitions",
      },
    ];
  });
  return [...misfits, ...judged];
}

export function judgeMigrations({ migrations }: Unjudged, again: Again): readonly Verdict[] {
  if (migrations.state !== "read") return [];
  const { pending, problems } = migrations.data;
  const [problem] = problems;
  return [
    ...(problem === undefined
      ? []
      : [
          {
            severity: "warning" as const,
            what: "Migration files do not match the history",
            evidence: `${problem.message}${problems.length > 1 ? ` And ${problems.length - 1} more.` : ""}`,
            mend: again("migrate", "status"),
            section: "migrations",
          },
        ]),
    ...(pending.length === 0
      ? []
      : [
          {
            severity: "warning" as const,
            what: `${count(pending.length, "migration")} ${pending.length === 1 ? "is" : "are"} not applied`,
            evidence: pending
              .slice(0, 3)
              .map(({ id, name }) => `${id} ${name}`.trim())
              .join(", "),
            mend: again("migrate"),
            section: "migrations",
          },
        ]),
  ];
}

/** Backups have verdicts of their own. */
export function judgeOutcomes({ outcomes }: Unjudged, again: Again): readonly Verdict[] {
  return outcomes
    .filter(({ exitCode }) => exitCode !== 0)
    .map(({ command, exitCode, error, finishedAt }) => ({
      severity: "warning" as const,
      what:
        command === "drift" && exitCode === 1
          ? "The schema has drifted from its migrations"
          : `The last ${command.replaceAll(".", " ")} did not go well`,
      evidence: `${formatTime(finishedAt)}: ${error ?? `it ended with ${exitCode}`}`,
      mend: again(...command.split(/[. ]/)),
      section: null,
    }));
}
