/** What a report says of what it has read, the worst first. Pure. */
import { formatDuration } from "../kernel/duration.ts";
import type { Status } from "../stats/check/model.ts";
import type { OverviewReport } from "../stats/reports/overview.ts";
import { formatBytes, formatCount, formatPercent } from "../ui/units.ts";
import { count } from "../ui/words.ts";
import { formatTime } from "./sections/format.ts";
import { judgeBackups } from "./judge-backups.ts";
import type { Part, ReportData, ReportQuery, Verdict } from "./model.ts";

export type Unjudged = Omit<ReportData, "verdicts" | "status" | "well">;
/** From where on backups are late and partitions short; in milliseconds. */
export interface Bounds {
  readonly backupWarnMs: number;
  readonly backupCritMs: number;
  readonly proofWarnMs: number;
  readonly runwayCritMs: number;
}
export type Again = (...words: readonly string[]) => string;

/** Where a check of `stats check` is shown, and what people call it. */
const checks: Readonly<Record<string, readonly [title: string, section: string | null]>> = {
  connections: ["Connections in use", "sessions"],
  "idle-in-transaction": ["A session is idle in transaction", "sessions"],
  "transaction-age": ["A transaction has been open for long", "sessions"],
  blocked: ["Sessions wait for a lock", "sessions"],
  prepared: ["A prepared transaction was left behind", "sessions"],
  wraparound: ["Transaction or multixact ids near wraparound", null],
  sequences: ["A sequence is running out", null],
  "cache-miss": ["Reads miss the buffers", "cache"],
  "replication-lag": ["A standby is behind", null],
  slots: ["A replication slot is lost", "wal"],
  "dead-rows": ["Dead rows pile up", "tables"],
  "invalid-indexes": ["An index is invalid", "indexes"],
  "requested-checkpoints": ["Checkpoints are forced by WAL volume", "wal"],
  archiver: ["WAL archiving fails", "wal"],
};

const dayMs = 86_400_000;

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
    ...rows.flatMap(({ check, status, message, next }): Verdict[] => {
      const [what, section] = checks[check] ?? [check, null];
      return status === "ok"
        ? []
        : [
            {
              severity: status,
              what: status === "unknown" ? `Not known: ${check.replaceAll("-", " ")}` : what,
              evidence: message,
              mend: next === null ? null : again(...next.split(" ")),
              section,
            },
          ];
    }),
    ...judgeBackups(data, bounds, again),
    ...judgePartitions(data, bounds),
    ...judgeMigrations(data, again),
    ...judgeQueries(data, again),
    ...judgeIndexes(data, again),
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

function judgePartitions({ partitions }: Unjudged, { runwayCritMs }: Bounds): readonly Verdict[] {
  if (partitions.state !== "read") return [];
  return partitions.data.tables.flatMap(({ table, problems, runwayDays }) => {
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
}

function judgeMigrations({ migrations }: Unjudged, again: Again): readonly Verdict[] {
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

/** A query that takes a part of the time worth speaking of, and twice as long as it used to. */
function judgeQueries({ queries }: Unjudged, again: Again): readonly Verdict[] {
  if (queries.state !== "read") return [];
  const slower = ({ share, meanMs, meanBeforeMs, calls }: ReportQuery): boolean =>
    (share ?? 0) > 0.05 &&
    calls >= 20 &&
    meanBeforeMs !== null &&
    (meanMs ?? 0) > 2 * meanBeforeMs &&
    (meanMs ?? 0) > 1;
  return queries.data.rows
    .filter(slower)
    .slice(0, 3)
    .map((query) => ({
      severity: "warning" as const,
      what: "A query has become slower",
      evidence: `${formatDuration(query.meanMs ?? 0)} a call, ${formatDuration(query.meanBeforeMs ?? 0)} before; ${formatPercent(query.share ?? 0)} of the time: ${oneLine(query.query, 80)}`,
      mend: again("stats", "explain", ...(query.queryid.startsWith("-") ? ["--"] : []), query.queryid),
      section: "queries",
    }));
}

function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** Less than this is not worth a verdict. */
const leastWaste = 10 * 2 ** 20;

function judgeIndexes({ indexes }: Unjudged, again: Again): readonly Verdict[] {
  if (indexes.state !== "read") return [];
  const waste = indexes.data.rows.filter(({ finding }) =>
    ["unused", "duplicate", "covered"].includes(finding),
  );
  const bytes = waste.reduce((sum, row) => sum + row.bytes, 0);
  const lacking = indexes.data.rows.filter(({ finding }) => finding === "missing-fk");
  return [
    ...(bytes < leastWaste
      ? []
      : [
          {
            severity: "warning" as const,
            what: "Indexes that cost and do not help",
            evidence: `${count(waste.length, "index", "indexes")}, ${formatBytes(bytes)}: never read, or doubles of others`,
            mend: again("stats", "indexes", "--full"),
            section: "indexes",
          },
        ]),
    ...(lacking.length === 0
      ? []
      : [
          {
            severity: "warning" as const,
            what: `${count(lacking.length, "foreign key")} without an index`,
            evidence: lacking
              .slice(0, 3)
              .map(({ schema, table }) => `${schema}.${table}`)
              .join(", "),
            mend: again("stats", "indexes", "--missing-fk", "--full"),
            section: "indexes",
          },
        ]),
  ];
}

function judgeRedis({ redis }: Unjudged): readonly Verdict[] {
  if (redis.state === "missing")
    return [
      {
        severity: "critical",
        what: "Redis does not answer",
        evidence: redis.why,
        mend: redis.mend,
        section: "redis",
      },
    ];
  if (redis.state !== "read") return [];
  return redis.data.rows
    .filter(({ isBad }) => isBad)
    .map(({ area, figure, value, unit }) => ({
      severity: "warning" as const,
      what: `Redis: ${area}, ${figure}`,
      evidence:
        typeof value !== "number"
          ? String(value)
          : unit === "part"
            ? formatPercent(value)
            : unit === "bytes"
              ? formatBytes(value)
              : formatCount(value),
      mend: redis.data.next[0] ?? null,
      section: "redis",
    }));
}

/** Backups have verdicts of their own. */
function judgeOutcomes({ outcomes }: Unjudged, again: Again): readonly Verdict[] {
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

function missing(what: string, part: Part<unknown>, section: string | null): readonly Verdict[] {
  if (part.state !== "missing" || part.why.startsWith("The server went away")) return [];
  return [
    { severity: "unknown", what: `${what} could not be read`, evidence: part.why, mend: part.mend, section },
  ];
}
