import type { ReportData, SeriesSet } from "../model.ts";
import type { Lines, Unit } from "./model.ts";

/** A plot over time, with what happened meanwhile; nothing where there is nothing to plot. */
export function linesOf(
  { history: { events } }: ReportData,
  title: string,
  unit: Unit,
  set: SeriesSet,
  more: Partial<Lines> = {},
): readonly Lines[] {
  // Bars of nothing but zeros say what the sentence above them says.
  const isEmpty =
    more.shape === "bars" && set.series.every(({ values }) => values.every((value) => (value ?? 0) === 0));
  if (set.times.length === 0 || isEmpty) return [];
  return [
    {
      kind: "lines",
      title,
      unit,
      set,
      labels: set.series.map(({ name }) => name),
      shape: "line",
      events,
      ...more,
    },
  ];
}
