/** What is to be said of two periods. Pure. */
import { formatPercent } from "../../ui/units.ts";
import type { Verdict } from "../model.ts";
import { formatMs } from "../sections/format.ts";
import { oneLine } from "../sections/queries.ts";
import type { Slower } from "../verdicts.ts";
import type { ComparedFigure, ComparisonData, UnjudgedComparison } from "./model.ts";

/** Below these a change is noise. */
const least = { load: 1.5, newShare: 0.1, hits: 0.02 };

/** The comparison with what is to be said of it: of aliases, where it was redacted. Pure. */
export function judgeComparison(pair: UnjudgedComparison, slower: Slower): ComparisonData {
  const verdicts = judge(pair, slower);
  return { ...pair, status: verdicts[0]?.severity ?? "ok", verdicts };
}

function judge(
  { queries, figures, periods }: UnjudgedComparison,
  { times, share, calls, meanMs }: Slower,
): readonly Verdict[] {
  const events = periods.flatMap((period) => period.events);
  const explain = (queryid: string): string =>
    `veza-db stats explain ${queryid.startsWith("-") ? "-- " : ""}${queryid}`;
  const slower = queries.filter(
    ({ before, after, meanRatio }) =>
      (meanRatio ?? 0) >= times &&
      (after?.share ?? 0) >= share &&
      (after?.meanMs ?? 0) > meanMs &&
      Math.min(before?.calls ?? 0, after?.calls ?? 0) >= calls,
  );
  const fresh = queries.filter(
    ({ before, after }) => before === null && (after?.share ?? 0) >= least.newShare,
  );
  const busy = figures.find(({ figure }) => figure.startsWith("busy"));
  const hits = figures.find(({ figure }) => figure === "blocks found in the buffers");
  return [
    ...slower.slice(0, 5).map(({ queryid, query, before, after, meanRatio }): Verdict => ({
      severity: "warning",
      what: `A query takes ${(meanRatio ?? 0).toFixed(1)} times as long`,
      evidence: `${formatMs(before?.meanMs ?? 0)} before, ${formatMs(after?.meanMs ?? 0)} now, ${formatPercent(after?.share ?? 0)} of the time: ${oneLine(query, 80)}`,
      mend: explain(queryid),
      section: "queries",
    })),
    ...fresh.slice(0, 5).map(({ queryid, query, after }): Verdict => ({
      severity: "warning",
      what: "A query is new",
      evidence: `${formatPercent(after?.share ?? 0)} of the time: ${oneLine(query, 80)}`,
      mend: explain(queryid),
      section: "queries",
    })),
    ...(busy?.before == null ||
    busy.after == null ||
    busy.after < least.load * busy.before ||
    busy.after < 0.05
      ? []
      : [
          {
            severity: "warning" as const,
            what: "The server works more",
            evidence: `${busy.before.toFixed(2)} sessions were busy on average before, ${busy.after.toFixed(2)} now`,
            mend: null,
            section: "figures",
          },
        ]),
    ...(hits?.before == null || hits.after == null || hits.before - hits.after < least.hits
      ? []
      : [
          {
            severity: "warning" as const,
            what: "Fewer blocks come from the buffers",
            evidence: `${formatPercent(hits.before)} before, ${formatPercent(hits.after)} now`,
            mend: "veza-db stats cache",
            section: "figures",
          },
        ]),
    ...judgeRedis(figures),
    ...events.map((event): Verdict => ({
      severity: "unknown",
      what: "The comparison has a break",
      evidence: `${event} What was counted before is a lower bound.`,
      mend: null,
      section: null,
    })),
  ];
}

function judgeRedis(figures: readonly ComparedFigure[]): readonly Verdict[] {
  const find = (name: string): ComparedFigure | undefined =>
    figures.find(({ figure }) => figure === `Redis: ${name}`);
  const [hits, evicted] = [find("keys that were there"), find("keys evicted")];
  const common = { severity: "warning", mend: "veza-db stats redis", section: "figures" } as const;
  return [
    ...(hits?.before == null || hits.after == null || hits.before - hits.after < least.hits
      ? []
      : [
          {
            ...common,
            what: "Redis has fewer of the keys that are asked for",
            evidence: `${formatPercent(hits.before)} before, ${formatPercent(hits.after)} now`,
          },
        ]),
    ...(evicted?.before === 0 && (evicted.after ?? 0) > 0
      ? [
          {
            ...common,
            what: "Redis evicts keys",
            evidence: `none before, ${(evicted.after ?? 0).toPrecision(2)} a second now: its memory has come to its bound`,
          },
        ]
      : []),
  ];
}
