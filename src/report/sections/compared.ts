/** A comparison, section by section. */
import { formatBytes, formatPercent } from "../../ui/units.ts";
import type { ComparedFigure, ComparisonData, QueryFigures } from "../compare/model.ts";
import { formatMs, formatTime, formatValue } from "./format.ts";
import { section } from "./model.ts";
import type { DataCell, Section } from "./model.ts";
import { oneLine, withoutComments } from "./queries.ts";

const pair = ["before", "after"] as const;

export function comparedSections(data: ComparisonData): readonly Section[] {
  return [figuresSection(data), queriesSection(data), tablesSection(data), eventsSection(data)];
}

function figuresSection({ figures }: ComparisonData): Section {
  return section({
    id: "figures",
    title: "Figures",
    lede: "What the server did in each period: the upper bar before, the lower one after. Rates, since the periods may be of different lengths.",
    tables: [
      {
        caption: "Figures of both periods",
        columns: [
          { name: "figure", unit: "text" },
          { name: "before", unit: "text" },
          { name: "after", unit: "text" },
        ],
        rows: figures.map((figure) => ({
          cells: [figure.figure, shown(figure.before, figure), shown(figure.after, figure)],
        })),
      },
    ],
    plots: figures
      .filter(({ before, after }) => (before ?? 0) > 0 || (after ?? 0) > 0)
      .map((figure) => ({
        kind: "bars" as const,
        shape: "pair" as const,
        isBare: true,
        title: figure.figure,
        parts: [...pair],
        full: figure.unit === "part" ? 1 : undefined,
        items: [
          {
            label: figure.figure,
            values: [figure.before ?? 0, figure.after ?? 0],
            note: `${shown(figure.before, figure)} → ${shown(figure.after, figure)}${changeOf(figure)}${figure.isReset ? ", counted anew" : ""}`,
          },
        ],
      })),
  });
}

function shown(value: number | null, { unit }: ComparedFigure): string {
  return unit === "count" && value !== null && !Number.isInteger(value)
    ? value.toFixed(2)
    : formatValue(value, unit);
}

/** ` (×2.3)`, where there is something to divide by. */
function changeOf({ before, after, unit }: ComparedFigure): string {
  if (unit === "part" || before === null || after === null || before <= 0) return "";
  const ratio = after / before;
  return Math.abs(ratio - 1) < 0.05
    ? ""
    : ` (×${ratio < 10 ? ratio.toFixed(ratio < 0.1 ? 2 : 1) : Math.round(ratio)})`;
}

function queriesSection({ queries }: ComparisonData): Section {
  const names = new Map<string, string>();
  for (const { queryid } of queries) if (!names.has(queryid)) names.set(queryid, `Q${names.size + 1}`);
  if (queries.length === 0)
    return section({
      id: "queries",
      title: "Queries",
      lede: "No statement ran in either period, or the snapshots hold none.",
    });
  const cells = (figures: QueryFigures | null): readonly DataCell[] => [
    figures?.share ?? null,
    figures?.callsPerSecond ?? null,
    figures?.isReset === true ? { value: figures.meanMs, tone: "warning" } : (figures?.meanMs ?? null),
  ];
  return section({
    id: "queries",
    title: "Queries",
    lede: "Share of the execution time of each statement, in the earlier and in the later period.",
    plots: [
      {
        kind: "bars",
        shape: "pair",
        title: "Share of execution time",
        parts: [...pair],
        items: queries.slice(0, 12).map((query) => ({
          label: names.get(query.queryid) ?? "",
          values: [query.before?.share ?? 0, query.after?.share ?? 0],
          note: `${formatPercent(query.before?.share ?? 0)} → ${formatPercent(query.after?.share ?? 0)} · ${noteOf(query.before)} → ${noteOf(query.after)}`,
          queryid: query.queryid,
          id: `query-${names.get(query.queryid) ?? ""}`,
          folded: {
            title: oneLine(withoutComments(query.query), 240),
            facts: `queryid ${query.queryid}, ${query.user} in ${query.database}`,
            blocks: [{ name: "Statement", code: query.query }],
          },
        })),
      },
    ],
    tables: [
      {
        caption: "Statements in both periods",
        columns: [
          { name: "query", unit: "text" },
          { name: "share before", unit: "part" },
          { name: "calls before", unit: "rate" },
          { name: "mean before", unit: "ms" },
          { name: "share after", unit: "part" },
          { name: "calls after", unit: "rate" },
          { name: "mean after", unit: "ms" },
          { name: "mean ×", unit: "text" },
          { name: "user", unit: "text" },
          { name: "text", unit: "code" },
        ],
        rows: queries.map((query) => ({
          queryid: query.queryid,
          cells: [
            names.get(query.queryid) ?? "",
            ...cells(query.before),
            ...cells(query.after),
            ratioCell(query.meanRatio),
            query.user,
            oneLine(withoutComments(query.query), 120),
          ],
        })),
      },
    ],
  });
}

function ratioCell(ratio: number | null): DataCell {
  if (ratio === null) return null;
  const value = ratio.toFixed(2);
  return ratio >= 2 ? { value, tone: "bad" } : ratio <= 0.5 ? { value, tone: "good" } : value;
}

function noteOf(figures: QueryFigures | null): string {
  return figures?.meanMs == null ? "did not run" : formatMs(figures.meanMs);
}

function tablesSection({ tables }: ComparisonData): Section {
  const changed = tables.filter(({ bytesBefore, bytesAfter }) => bytesBefore !== bytesAfter);
  return section({
    id: "tables",
    title: "Tables",
    lede:
      changed.length === 0
        ? "No table has another size at the end of the later period."
        : "Sizes at the end of each period, as the catalog remembers them.",
    plots:
      changed.length === 0
        ? []
        : [
            {
              kind: "bars",
              shape: "pair",
              title: "The tables that changed most",
              parts: [...pair],
              items: changed.slice(0, 12).map((table) => ({
                label: `${table.schema}.${table.table}`,
                values: [table.bytesBefore ?? 0, table.bytesAfter ?? 0],
                note: `${formatValue(table.bytesBefore, "bytes")} → ${formatValue(table.bytesAfter, "bytes")}`,
              })),
            },
          ],
    tables: [
      {
        caption: "Tables in both periods",
        columns: [
          { name: "schema", unit: "text" },
          { name: "table", unit: "text" },
          { name: "before", unit: "bytes" },
          { name: "after", unit: "bytes" },
          { name: "grew a day, before", unit: "bytes" },
          { name: "grew a day, after", unit: "bytes" },
        ],
        rows: tables.map((table) => ({
          cells: [
            table.schema,
            table.table,
            table.bytesBefore,
            table.bytesAfter,
            table.growthBefore,
            table.growthAfter,
          ],
        })),
      },
    ],
    notes:
      tables.length === 0
        ? []
        : [
            `The largest of them takes ${formatBytes(Math.max(...tables.map(({ bytesAfter }) => bytesAfter ?? 0)))}.`,
          ],
  });
}

function eventsSection({ periods }: ComparisonData): Section {
  const events = periods.flatMap(({ events: own }, index) =>
    own.map((what) => `${pair[index] ?? ""}: ${what}`),
  );
  return section({
    id: "events",
    title: "Restarts and resets",
    lede:
      events.length === 0
        ? `None was seen from ${formatTime(periods[0].from)} to ${formatTime(periods[1].to)}.`
        : "What was counted before one of these is a lower bound.",
    notes: events,
  });
}
