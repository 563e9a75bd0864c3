/** What is to be said of the server: its queries and indexes, and of Redis. Pure. */
import { formatDuration } from "../kernel/duration.ts";
import { formatBytes, formatCount, formatPercent } from "../ui/units.ts";
import { count } from "../ui/words.ts";
import type { ReportQuery, Verdict } from "./model.ts";
import type { Again, Bounds, Unjudged } from "./verdicts.ts";

/** A query that takes a part of the time worth speaking of, and several times as long as it used to. */
export function judgeQueries(
  { queries }: Unjudged,
  { slower: least }: Pick<Bounds, "slower">,
  again: Again,
): readonly Verdict[] {
  if (queries.state !== "read") return [];
  const slower = ({ share, meanMs, meanBeforeMs, calls }: ReportQuery): boolean =>
    (share ?? 0) > least.share &&
    calls >= least.calls &&
    meanBeforeMs !== null &&
    (meanMs ?? 0) > least.times * meanBeforeMs &&
    (meanMs ?? 0) > least.meanMs;
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

export function judgeIndexes(
  { indexes }: Unjudged,
  { indexWasteBytes }: Pick<Bounds, "indexWasteBytes">,
  again: Again,
): readonly Verdict[] {
  if (indexes.state !== "read") return [];
  const waste = indexes.data.rows.filter(({ finding }) =>
    ["unused", "duplicate", "covered"].includes(finding),
  );
  const bytes = waste.reduce((sum, row) => sum + row.bytes, 0);
  const lacking = indexes.data.rows.filter(({ finding }) => finding === "missing-fk");
  return [
    ...(waste.length === 0 || bytes < indexWasteBytes
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

export function judgeRedis({ redis }: Unjudged): readonly Verdict[] {
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
