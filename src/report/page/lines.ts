/** A plot over time: drawn once as SVG, for paper and for readers without scripts; uPlot takes its place on a screen. */
import type { DataTable, Lines } from "../sections/model.ts";
import { formatTime, formatValue } from "../sections/format.ts";
import { queryMark, round } from "./bars.ts";
import { jsonData, markup, nothing } from "./html.ts";
import type { Html } from "./html.ts";
import { renderTable } from "./table.ts";
import { powersOf, ticksOf } from "./ticks.ts";

const [width, height] = [720, 200];
const edge = { left: 62, right: 10, top: 8, bottom: 24 };
const inner = { width: width - edge.left - edge.right, height: height - edge.top - edge.bottom };

export function renderLines(plot: Lines): Html {
  const { title, set, labels, unit, shape, events, least = 0 } = plot;
  if (set.times.length === 0) return nothing;
  const keys = set.series.map(({ queryid, values }, index) => {
    const last = formatValue(values.findLast((value) => value !== null) ?? null, unit);
    return markup`<span${queryMark(queryid)}><i class="k s${index % 6}"></i>${labels[index] ?? ""} <b class="v">${last}</b></span>`;
  });
  const data = {
    unit,
    shape,
    scale: plot.scale ?? "linear",
    least,
    times: set.times.map((time) => Math.round(Date.parse(time) / 1000)),
    values: set.series.map(({ values }) => values),
    labels,
    ids: set.series.map(({ queryid }) => queryid),
    events: events.map(({ at, what }) => ({ at: Math.round(Date.parse(at) / 1000), what })),
  };
  const help = "Arrow keys read values, plus and minus zoom, 0 shows all; the values follow as a table.";
  return markup`<figure class="lines"><figcaption>${title}<span class="at"></span></figcaption><p class="legend">${keys}</p>${staticSvg(plot)}<div class="live" hidden tabindex="0" role="group" aria-label="${`${title}. ${spoken(plot)} ${help}`}"></div><script type="application/json">${jsonData(data)}</script><details class="data"><summary>Values</summary>${renderTable(valuesTable(plot), new Map())}</details></figure>`;
}

/** `all statements from 2.1/s to 40/s, at last 12/s.` */
function spoken({ set, labels, unit }: Lines): string {
  return set.series
    .map(({ values }, index) => {
      const known = values.filter((value) => value !== null);
      const show = (value: number | undefined): string => formatValue(value ?? null, unit);
      return `${labels[index] ?? ""} from ${show(Math.min(...known))} to ${show(Math.max(...known))}, at last ${show(known.at(-1))}.`;
    })
    .join(" ");
}

function valuesTable({ title, set, labels, unit }: Lines): DataTable {
  return {
    caption: title,
    columns: [{ name: "time", unit: "time" }, ...labels.map((name) => ({ name, unit }))],
    rows: set.times
      .map((time, index) => ({ cells: [time, ...set.series.map(({ values }) => values[index] ?? null)] }))
      .toReversed(),
  };
}

interface Scale {
  readonly x: (time: number) => number;
  readonly y: (value: number) => number;
}

function staticSvg(plot: Lines): Html {
  const { set, unit, title, events, shape, least = 0 } = plot;
  const times = set.times.map((time) => Date.parse(time));
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  const tops =
    shape === "bars"
      ? times.map((_, index) => set.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0))
      : set.series.flatMap(({ values }) => values.filter((value) => value !== null));
  const isLog = plot.scale === "log";
  const ticks = isLog
    ? powersOf(tops.filter((value) => value > 0))
    : ticksOf(least, unit === "part" ? 1 : Math.max(least, ...tops), unit);
  const [bottom, top] = [isLog ? (ticks[0] ?? 1) : least, ticks.at(-1) ?? 1];
  const part = (value: number): number =>
    isLog
      ? Math.log10(Math.max(value, bottom) / bottom) / (Math.log10(top / bottom) || 1)
      : (value - bottom) / (top - bottom || 1);
  const scale: Scale = {
    x: (time) => round(edge.left + (last === first ? 0.5 : (time - first) / (last - first)) * inner.width),
    y: (value) => round(edge.top + (1 - part(value)) * inner.height),
  };
  const grid = ticks.map((tick) => {
    const at = scale.y(tick);
    return markup`<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${at}" y2="${at}"/><text x="${edge.left - 6}" y="${at + 4}" text-anchor="end">${formatValue(tick, unit)}</text>`;
  });
  const marks = events.map(({ at }) => {
    const place = scale.x(Date.parse(at));
    return markup`<line class="event" x1="${place}" x2="${place}" y1="${edge.top}" y2="${height - edge.bottom}"/>`;
  });
  const drawn =
    shape === "bars"
      ? stacked(plot, times, scale)
      : set.series.map(({ values }, index) => lineOf(values, times, index, scale));
  const dates = axisTimes(first, last).map(({ at, part, anchor }) => {
    const iso = new Date(at).toISOString();
    return markup`<text data-time="${iso}" x="${round(edge.left + part * inner.width)}" y="${height - 6}" text-anchor="${anchor}">${formatTime(iso)}</text>`;
  });
  return markup`<svg class="static" viewBox="0 0 ${width} ${height}" role="img" aria-label="${`${title}. ${spoken(plot)}`}">${grid}${marks}${drawn}${dates}</svg>`;
}

interface AxisTime {
  readonly at: number;
  /** From 0 on the left to 1 on the right. */
  readonly part: number;
  readonly anchor: "start" | "middle" | "end";
}

/** The ends, and two between them where they are more than a minute apart; the page turns them into the reader's zone. */
function axisTimes(first: number, last: number): readonly AxisTime[] {
  const between = last - first >= 180_000 ? [1 / 3, 2 / 3] : [];
  return [0, ...between, 1].map((part) => ({
    at: first + (last - first) * part,
    part,
    anchor: part === 0 ? "start" : part === 1 ? "end" : "middle",
  }));
}

/** A path that is broken where a value is not known; a value that stands alone is a dot. */
function lineOf(
  values: readonly (number | null)[],
  times: readonly number[],
  index: number,
  { x, y }: Scale,
): Html {
  let path = "";
  const dots: Html[] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    const isFirst = (values[at - 1] ?? null) === null;
    const [px, py] = [x(times[at] ?? 0), y(value)];
    path += `${isFirst ? "M" : "L"}${px} ${py}`;
    if (isFirst && (values[at + 1] ?? null) === null)
      dots.push(markup`<circle class="d${index % 6}" cx="${px}" cy="${py}" r="2.5"/>`);
  });
  return markup`<path class="l${index % 6}" d="${path}"/>${dots}`;
}

function stacked({ set }: Lines, times: readonly number[], { x, y }: Scale): Html[] {
  const wide = Math.max(1, Math.min(18, (inner.width / times.length) * 0.7));
  return times.flatMap((time, at) => {
    let sum = 0;
    return set.series.map(({ values }, index) => {
      const value = values[at] ?? 0;
      const [low, high] = [y(sum), y(sum + value)];
      sum += value;
      return value === 0
        ? nothing
        : markup`<rect class="s${index % 6}" x="${round(x(time) - wide / 2)}" y="${high}" width="${round(wide)}" height="${round(Math.max(0, low - high))}"/>`;
    });
  });
}
