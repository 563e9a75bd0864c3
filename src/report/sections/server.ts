/** What the server itself does: sessions, WAL, buffers. */
import { formatPercent } from "../../ui/units.ts";
import { count } from "../../ui/words.ts";
import type { ReportData, SeriesSet } from "../model.ts";
import { formatValue } from "./format.ts";
import { linesOf } from "./lines.ts";
import { section } from "./model.ts";
import type { Section } from "./model.ts";

export function sessionsSection(data: ReportData): Section {
  const base = { id: "sessions", title: "Sessions" };
  const { connections } = data;
  if (connections.state !== "read") return section({ ...base, absent: connections });
  const { used, maxConnections, reserved, saturation, byState, waits, rows, notes } = connections.data;
  const usable = maxConnections - reserved;
  const active = waits.reduce((sum, { sessions }) => sum + sessions, 0);
  return section({
    ...base,
    lede: `${used} of ${usable} connections are in use (${formatPercent(saturation)}); ${active === 0 ? "nobody runs anything at this moment" : `${count(active, "session")} ${active === 1 ? "runs" : "run"} something`}.`,
    plots: [
      {
        kind: "bars",
        title: "Connections against the limit",
        parts: Object.keys(byState),
        full: usable,
        items: [
          {
            label: "connections",
            values: Object.values(byState),
            note: `${used} of ${usable}${reserved > 0 ? `, ${reserved} more are reserved` : ""}`,
            tone: saturation > 0.9 ? "bad" : saturation > 0.8 ? "warning" : undefined,
          },
        ],
      },
      ...(waits.length === 0
        ? []
        : [
            {
              kind: "bars" as const,
              title: "Active sessions by what they wait for",
              parts: ["sessions"],
              items: waits.map(({ type, event, sessions, longestMs }) => ({
                label: type === "CPU" ? "CPU" : `${type}: ${event}`,
                values: [sessions],
                note: `${sessions}${longestMs === null ? "" : `, longest ${formatValue(longestMs, "ms")}`}`,
              })),
            },
          ]),
      ...linesOf(data, "Sessions over time", "count", data.history.sessions),
      ...linesOf(data, "Active sessions by wait, over time", "count", data.history.waits, { shape: "bars" }),
    ],
    tables: [
      {
        caption: "Sessions that are alike",
        columns: [
          { name: "database", unit: "text" },
          { name: "user", unit: "text" },
          { name: "application", unit: "text" },
          { name: "state", unit: "text" },
          { name: "connections", unit: "count" },
          { name: "wait for a lock", unit: "count" },
          { name: "longest in state", unit: "ms" },
        ],
        rows: rows.map((row) => ({
          cells: [
            row.database,
            row.user,
            row.application,
            row.state,
            row.connections,
            row.waitingForLock,
            row.longestInStateMs,
          ],
        })),
      },
      ...(waits.length === 0
        ? []
        : [
            {
              caption: "What active sessions wait for",
              columns: [
                { name: "kind", unit: "text" as const },
                { name: "event", unit: "text" as const },
                { name: "sessions", unit: "count" as const },
                { name: "longest", unit: "ms" as const },
              ],
              rows: waits.map(({ type, event, sessions, longestMs }) => ({
                cells: [type, event, sessions, longestMs],
              })),
            },
          ]),
    ],
    notes,
  });
}

export function walSection(data: ReportData): Section {
  const base = { id: "wal", title: "WAL and checkpoints" };
  const { wal, history } = data;
  if (wal.state !== "read") return section({ ...base, absent: wal });
  const { rows, notes } = wal.data;
  const value = (area: string, figure: string): number | null => {
    const found = rows.find((row) => row.area === area && row.figure === figure)?.value;
    return typeof found === "number" ? found : null;
  };
  const [timed, requested] = [value("checkpoints", "timed") ?? 0, value("checkpoints", "requested") ?? 0];
  return section({
    ...base,
    lede: `${formatValue(value("wal", "written"), "bytes")} of WAL were written since the counters were reset; ${timed + requested === 0 ? "no checkpoint was counted yet" : `of ${count(timed + requested, "checkpoint")} ${requested === 0 ? "none was" : requested === 1 ? "one was" : `${requested} were`} requested, by WAL volume or by hand`}.`,
    plots: [
      ...linesOf(data, "WAL written", "bytesRate", history.wal),
      ...linesOf(data, "Checkpoints between snapshots", "count", history.checkpoints, { shape: "bars" }),
      ...(history.checkpoints.times.length > 0 || timed + requested === 0
        ? []
        : [
            {
              kind: "bars" as const,
              title: "Checkpoints by cause",
              parts: ["timed", "requested"],
              items: [
                {
                  label: "checkpoints",
                  values: [timed, requested],
                  note: `${timed} timed, ${requested} requested`,
                },
              ],
            },
          ]),
    ],
    tables: [
      {
        caption: "WAL, checkpoints, background writer, archiver",
        columns: [
          { name: "area", unit: "text" },
          { name: "figure", unit: "text" },
          { name: "value", unit: "text" },
        ],
        rows: rows.map(({ area, figure, value: shown, unit, isBad }) => ({
          cells: [
            area,
            figure,
            isBad
              ? { value: formatValue(shown, unit === "text" ? "text" : unit), tone: "bad" as const }
              : formatValue(shown, unit === "text" ? "text" : unit),
          ],
        })),
      },
    ],
    notes,
  });
}

export function cacheSection(data: ReportData): Section {
  const base = { id: "cache", title: "Cache" };
  const { cache, history, server } = data;
  if (cache.state !== "read") return section({ ...base, absent: cache });
  const { databases, rows, notes } = cache.data;
  const own = databases.find(({ database }) => database === server?.database);
  const read = rows.filter(({ hits, reads }) => hits + reads > 0);
  return section({
    ...base,
    lede:
      own?.hitRatio == null
        ? "Nothing was read yet."
        : `${formatPercent(own.hitRatio)} of the blocks that this database asked for were in PostgreSQL's buffers.`,
    plots: [
      ...linesOf(data, "Blocks found in the buffers", "part", history.hits, { least: leastOf(history.hits) }),
      ...(read.length === 0
        ? []
        : [
            {
              kind: "bars" as const,
              title: "Tables that were read most past the buffers",
              parts: ["read past the buffers"],
              items: read
                .toSorted((a, b) => b.reads - a.reads)
                .slice(0, 8)
                .map(({ schema, table, hitRatio, reads }) => ({
                  label: `${schema}.${table}`,
                  values: [reads],
                  note: `${formatValue(reads, "count")} blocks, ${formatValue(hitRatio, "part")} hits`,
                })),
            },
          ]),
    ],
    tables: [
      {
        caption: "Blocks by table",
        columns: [
          { name: "schema", unit: "text" },
          { name: "table", unit: "text" },
          { name: "hits", unit: "count" },
          { name: "reads", unit: "count" },
          { name: "hit ratio", unit: "part" },
          { name: "heap", unit: "part" },
          { name: "indexes", unit: "part" },
        ],
        rows: read.map((row) => ({
          cells: [
            row.schema,
            row.table,
            row.hits,
            row.reads,
            row.hitRatio,
            row.heapHitRatio,
            row.indexHitRatio,
          ],
        })),
      },
    ],
    notes,
  });
}

/** Ratios near 1 are told apart only where the axis starts below them, not at 0. */
function leastOf({ series }: SeriesSet): number {
  const values = series.flatMap((line) => line.values.filter((value) => value !== null));
  const least = Math.min(1, ...values);
  return least > 0.9 ? 0.9 : least > 0.5 ? 0.5 : 0;
}
