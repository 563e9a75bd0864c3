/** Wires between layers: level, then along a track of their own in the gap, then level again. */
import { passKey } from "./arrange.ts";
import type { Arrangement } from "./arrange.ts";
import type { Bundle, Port } from "./bundles.ts";
import type { Point, Wire, WireEnd } from "./layout-model.ts";

/** What a wire does in one gap: where it comes from, and what it goes to. */
export interface Crossing {
  readonly bundle: Bundle;
  readonly gap: number;
  readonly from: number;
  /** On the right side of the gap. */
  readonly to: readonly number[];
  /** On its left side: ends in the layer that it starts from. */
  readonly back: readonly number[];
  readonly low: number;
  readonly high: number;
  track: number;
}

export function crossingsOf(bundles: readonly Bundle[], { tops }: Arrangement): Crossing[] {
  const at = ({ table, offset }: Port): number => (tops.get(table) ?? 0) + offset;
  return bundles.flatMap((bundle) =>
    [bundle.start.layer, ...bundle.passes].map((gap): Crossing => {
      const from = gap === bundle.start.layer ? at(bundle.start) : (tops.get(passKey(bundle, gap)) ?? 0);
      const to = bundle.ends.filter(({ layer }) => layer === gap + 1).map(at);
      if (bundle.passes.includes(gap + 1)) to.push(tops.get(passKey(bundle, gap + 1)) ?? 0);
      const back = bundle.ends.filter(({ layer }) => layer === bundle.start.layer).map(at);
      const all = [from, ...to, ...back];
      return { bundle, gap, from, to, back, low: Math.min(...all), high: Math.max(...all), track: 0 };
    }),
  );
}

/** Gives each crossing a track of its gap; those that do not meet share one. Says how many tracks each gap has. */
export function assignTracks(crossings: readonly Crossing[], gaps: number): number[] {
  return Array.from({ length: gaps }, (_, gap) => {
    const here = crossings.filter((crossing) => crossing.gap === gap && crossing.high > crossing.low);
    // Those that stay in the layer hug it; of the others, the shorter lie nearer to where they come from.
    const inOrder = here.toSorted(
      (a, b) =>
        b.back.length - a.back.length ||
        a.high - a.low - (b.high - b.low) ||
        a.low - b.low ||
        a.bundle.index - b.bundle.index,
    );
    const taken: { low: number; high: number }[][] = [];
    for (const crossing of inOrder) {
      let track = taken.findIndex((list) =>
        list.every(({ low, high }) => crossing.high + 8 < low || crossing.low - 8 > high),
      );
      if (track < 0) track = taken.push([]) - 1;
      taken[track]?.push(crossing);
      crossing.track = track;
    }
    return taken.length;
  });
}

export interface Gap {
  readonly left: number;
  readonly right: number;
  readonly trackOf: (track: number) => number;
}

/** The lines of each wire. */
export function drawWires(
  bundles: readonly Bundle[],
  crossings: readonly Crossing[],
  gaps: readonly Gap[],
): Wire[] {
  const byBundle = new Map<number, Crossing[]>();
  for (const crossing of crossings)
    byBundle.set(crossing.bundle.index, [...(byBundle.get(crossing.bundle.index) ?? []), crossing]);
  return bundles.map((bundle) => {
    const lines: Point[][] = [];
    const ends: WireEnd[] = [];
    for (const crossing of byBundle.get(bundle.index) ?? []) {
      const gap = gaps[crossing.gap];
      if (gap === undefined) continue;
      lines.push(...linesOf(crossing, gap));
      if (crossing.gap === bundle.start.layer)
        ends.push({ x: gap.left, y: crossing.from, toward: "right", kind: bundle.start.kind });
      for (const y of crossing.back)
        ends.push({ x: gap.left, y, toward: "right", kind: bundle.ends[0]?.kind ?? "many" });
      const arriving = bundle.ends.filter(({ layer }) => layer === crossing.gap + 1);
      for (const [index, { kind }] of arriving.entries())
        ends.push({ x: gap.right, y: crossing.to[index] ?? 0, toward: "left", kind });
      // Through the layer, to the next gap.
      const next = gaps[crossing.gap + 1];
      const through = crossing.to[arriving.length];
      if (next !== undefined && through !== undefined)
        lines.push([
          { x: gap.right, y: through },
          { x: next.left, y: through },
        ]);
    }
    return { to: bundle.to, references: bundle.references, lines, ends };
  });
}

function linesOf({ from, to, back, track }: Crossing, { left, right, trackOf }: Gap): Point[][] {
  const x = trackOf(track);
  const line = (y: number, end: number): Point[] =>
    y === from
      ? [
          { x: left, y: from },
          { x: end, y },
        ]
      : [
          { x: left, y: from },
          { x, y: from },
          { x, y },
          { x: end, y },
        ];
  return [...to.map((y) => line(y, right)), ...back.map((y) => line(y, left))];
}
