import { formatDuration } from "../kernel/duration.ts";
import { formatTime } from "./sections/format.ts";
import type { Verdict } from "./model.ts";
import type { Again, Bounds, Unjudged } from "./verdicts.ts";

/** What is to be said of the backups: of this database, where it is known. */
export function judgeBackups(
  { backups: part, generatedAt, server }: Unjudged,
  { backupWarnMs, backupCritMs, proofWarnMs }: Bounds,
  again: Again,
): readonly Verdict[] {
  const section = "backups";
  if (part.state === "missing")
    return [
      {
        severity: "unknown",
        what: "Backups could not be read",
        evidence: part.why,
        mend: part.mend,
        section,
      },
    ];
  if (part.state !== "read") return [];
  const backups = part.data.backups.filter(
    ({ database }) => server === null || database === null || database === server.database,
  );
  const now = Date.parse(generatedAt);
  const [newest] = backups;
  const { failure } = part.data;
  const failed: readonly Verdict[] =
    failure === null
      ? []
      : [
          {
            severity: "critical",
            what: "The last backup failed",
            evidence: `${formatTime(failure.at)}: ${failure.message}`,
            mend: again("backup"),
            section,
          },
        ];
  if (newest === undefined)
    return [
      ...failed,
      {
        severity: "warning",
        what: "There is no backup of this database",
        evidence: "The folder of backups holds none of it.",
        mend: again("backup"),
        section,
      },
    ];
  const age = now - Date.parse(newest.createdAt);
  const proven = backups.find(({ verifiedAt }) => verifiedAt !== null);
  const provenAge = proven?.verifiedAt == null ? undefined : now - Date.parse(proven.verifiedAt);
  return [
    ...failed,
    ...(newest.ok
      ? []
      : [
          {
            severity: "critical" as const,
            what: "The newest backup is broken",
            evidence: newest.problem ?? newest.id,
            mend: again("backup"),
            section,
          },
        ]),
    ...(age <= backupWarnMs && age <= backupCritMs
      ? []
      : [
          {
            severity: age > backupCritMs ? ("critical" as const) : ("warning" as const),
            what: "The last backup is old",
            evidence: `It was made ${formatDuration(age)} ago.`,
            mend: again("backup"),
            section,
          },
        ]),
    ...(provenAge !== undefined && provenAge <= proofWarnMs
      ? []
      : [
          {
            severity: "warning" as const,
            what: provenAge === undefined ? "No backup was ever verified" : "The last verified backup is old",
            evidence:
              provenAge === undefined
                ? "A backup is known to be good once it was read back."
                : `It was verified ${formatDuration(provenAge)} ago.`,
            mend: "veza-db backup verify latest",
            section,
          },
        ]),
  ];
}
