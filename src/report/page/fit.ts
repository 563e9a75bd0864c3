/** A page below 1 MB, whatever the database holds: what is cut is said. Pure. */
import type { History, Part, ReportData, SeriesSet } from "../model.ts";
import type { Assets } from "./assets.ts";
import { renderPage } from "./page.ts";

/** Mail systems and chats take it. */
export const mostBytes = 1_000_000;

interface Limits {
  readonly rows: number;
  readonly characters: number;
  readonly points: number;
}

const steps: readonly Limits[] = [
  { rows: 25, characters: 1000, points: 60 },
  { rows: 15, characters: 400, points: 40 },
  { rows: 8, characters: 160, points: 20 },
];

/** The whole page; where that is too large, with fewer rows, shorter texts and fewer points, until it fits. */
export function fitPage(data: ReportData, assets: Assets): string {
  let page = renderPage(data, assets);
  for (const limits of steps) {
    if (Buffer.byteLength(page) < mostBytes) return page;
    page = renderPage(tighter(data, limits), assets);
  }
  return page;
}

function tighter(data: ReportData, { rows, characters, points }: Limits): ReportData {
  const short = (text: string): string => (text.length > characters ? `${text.slice(0, characters)}…` : text);
  const fewer = <T extends { readonly rows: readonly unknown[] }>(part: Part<T>): Part<T> =>
    part.state === "read" ? { ...part, data: { ...part.data, rows: part.data.rows.slice(0, rows) } } : part;
  const { queries, partitions, verdicts } = data;
  return {
    ...data,
    verdicts: verdicts.slice(0, rows).map((verdict) => ({
      ...verdict,
      evidence: short(verdict.evidence),
      mend: verdict.mend === null ? null : short(verdict.mend),
    })),
    queries:
      queries.state === "read"
        ? {
            ...queries,
            data: {
              ...queries.data,
              rows: queries.data.rows.slice(0, rows).map((row) => ({
                ...row,
                query: short(row.query),
                plan:
                  row.plan === null ? null : { ...row.plan, lines: row.plan.lines.slice(0, rows).map(short) },
              })),
            },
          }
        : queries,
    connections: fewer(data.connections),
    cache: fewer(data.cache),
    tables: fewer(data.tables),
    indexes: fewer(data.indexes),
    partitions:
      partitions.state === "read"
        ? {
            ...partitions,
            data: {
              tables: partitions.data.tables.slice(0, rows),
              misfits: partitions.data.misfits.slice(0, rows),
            },
          }
        : partitions,
    history: thinned(data.history, points),
    cut: [
      ...data.cut,
      `To stay below 1 MB this page shows ${rows} rows of each table, ${characters} characters of each text and ${points} points of each plot.`,
    ],
  };
}

function thinned(history: History, most: number): History {
  const thin = ({ times, series }: SeriesSet): SeriesSet => {
    if (times.length <= most) return { times, series };
    const kept = Array.from({ length: most }, (_, index) =>
      Math.round((index * (times.length - 1)) / (most - 1)),
    );
    return {
      times: kept.map((at) => times[at] ?? ""),
      series: series.map((line) => ({ ...line, values: kept.map((at) => line.values[at] ?? null) })),
    };
  };
  return {
    calls: thin(history.calls),
    means: thin(history.means),
    sessions: thin(history.sessions),
    waits: thin(history.waits),
    wal: thin(history.wal),
    checkpoints: thin(history.checkpoints),
    hits: thin(history.hits),
    tables: thin(history.tables),
    sizes: thin(history.sizes),
    runways: thin(history.runways),
    backupAges: thin(history.backupAges),
    redisMemory: thin(history.redisMemory),
    redisHits: thin(history.redisHits),
    events: history.events.slice(-most),
  };
}
