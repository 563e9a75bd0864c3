/** What a report says of what it has read, the worst first. Pure. */
import type { Status } from "../stats/check/model.ts";
import type { OverviewReport } from "../stats/reports/overview.ts";
import { judgeBackups } from "./judge-backups.ts";
import { judgeChecks } from "./judge-checks.ts";
import { judgeMigrations, judgeOutcomes, judgePartitions } from "./judge-project.ts";
import { judgeIndexes, judgeQueries, judgeRedis } from "./judge-server.ts";
import type { Part, ReportData, Verdict } from "./model.ts";

export type Unjudged = Omit<ReportData, "verdicts" | "status" | "well">;

/** From where on a query has become slower: all of it has to be so. */
export interface Slower {
  /** Its mean by what it was. */
  readonly times: number;
  /** Its part of the time, from 0 to 1. */
  readonly share: number;
  readonly calls: number;
  readonly meanMs: number;
}

/** From where on something is worth a verdict. */
export interface Bounds {
  readonly backupWarnMs: number;
  readonly backupCritMs: number;
  readonly proofWarnMs: number;
  readonly runwayCritMs: number;
  readonly slower: Slower;
  /** Of all indexes that could go. */
  readonly indexWasteBytes: number;
}
export type Again = (...words: readonly string[]) => string;

/** More than these nobody reads; the counts of the sections tell the rest. */
const mostVerdicts = 40;

const severities: readonly Verdict["severity"][] = ["critical", "warning", "unknown"];

export function judgeReport(
  data: Unjudged,
  overview: Part<OverviewReport>,
  bounds: Bounds,
  again: Again,
): Pick<ReportData, "verdicts" | "status" | "well"> {
  const rows = overview.state === "read" ? overview.data.rows : [];
  const verdicts = [
    ...partial(data),
    ...judgeChecks(rows, again),
    ...judgeBackups(data, bounds, again),
    ...judgePartitions(data, bounds, again),
    ...judgeMigrations(data, again),
    ...judgeQueries(data, bounds, again),
    ...judgeIndexes(data, bounds, again),
    ...judgeRedis(data),
    ...judgeOutcomes(data, again),
    ...missing("The checks", overview, null),
    ...missing("Statements", data.queries, "queries"),
    ...missing("Migrations", data.migrations, "migrations"),
    ...missing("Partitions", data.partitions, "partitions"),
    ...missing("Tables", data.tables, "tables"),
    ...missing("Indexes", data.indexes, "indexes"),
  ];
  const sorted = severities.flatMap((severity) => verdicts.filter((one) => one.severity === severity));
  return {
    verdicts: sorted.slice(0, mostVerdicts),
    status: worst(sorted),
    well: rows
      .filter(({ status }) => status === "ok")
      .map(({ check, message }) => `${check.replaceAll("-", " ")}: ${message}`),
  };
}

function worst(sorted: readonly Verdict[]): Status {
  return sorted[0]?.severity ?? "ok";
}

function partial({ isPartial }: Unjudged): readonly Verdict[] {
  if (!isPartial) return [];
  return [
    {
      severity: "critical",
      what: "The server went away while this page was made",
      evidence: "What follows is what had been read by then; the rest says that it is missing.",
      mend: "veza-db doctor",
      section: null,
    },
  ];
}

function missing(what: string, part: Part<unknown>, section: string | null): readonly Verdict[] {
  if (part.state !== "missing" || part.why.startsWith("The server went away")) return [];
  return [
    { severity: "unknown", what: `${what} could not be read`, evidence: part.why, mend: part.mend, section },
  ];
}
