import { arrange } from "./arrange.ts";
import { bundleReferences } from "./bundles.ts";
import { assignLayers, neighbours } from "./layers.ts";
import type { Layers } from "./layers.ts";
import type { Layout } from "./layout-model.ts";
import { sizes, tableHeight, tableWidth } from "./measure.ts";
import type { Diagram } from "./model.ts";
import { assignTracks, crossingsOf, drawWires } from "./route.ts";
import type { Gap } from "./route.ts";

/** As wide to as high as a screen is. */
const aspect = 1.5;
/** From a table to the first track of the gap beside it, where the marks of the ends stand. */
const apart = 24;
const trackWidth = 7;
const mostTries = 60;

/**
 * Lays tables out in layers from left to right, what is referred to left of what refers to it, each schema a band of its
 * own; wires run in the gaps between layers and never under a table. Pure: the same schema, the same picture.
 */
export function layOut(diagram: Diagram): Layout {
  const near = neighbours(diagram);
  const totals = new Map<string, { sum: number; highest: number; count: number }>();
  for (const table of diagram.tables) {
    const { sum, highest, count } = totals.get(table.schema) ?? { sum: 0, highest: 0, count: 0 };
    const height = tableHeight(table);
    totals.set(table.schema, {
      sum: sum + height + sizes.between,
      highest: Math.max(highest, height),
      count: count + 1,
    });
  }
  let best: Layout | undefined;
  const most = Math.min(mostTries, Math.max(1, ...[...totals.values()].map(({ count }) => count)));
  const tried = new Set<string>();
  for (let columns = 1; columns <= most; columns++) {
    const heights = new Map(
      [...totals].map(([schema, { sum, highest }]) => [schema, Math.max(highest, (sum / columns) * 1.08)]),
    );
    const layers = assignLayers(diagram, near, heights);
    const mark = [...layers.values()].join(",");
    if (tried.has(mark)) continue;
    tried.add(mark);
    // The search is by a rough size; only what may win is laid out in full.
    const layout =
      best !== undefined && roughSize(diagram, layers) > sizeOf(best) * 1.05
        ? undefined
        : place(diagram, layers);
    if (layout !== undefined && (best === undefined || sizeOf(layout) < sizeOf(best))) best = layout;
  }
  return best ?? place(diagram, new Map());
}

/** How big it is on a screen: the side that must be shrunk most. */
function sizeOf({ width, height }: Pick<Layout, "width" | "height">): number {
  return Math.max(width / aspect, height);
}

function roughSize({ tables }: Diagram, layers: Layers): number {
  const widths = new Map<number, number>();
  const piles = new Map<string, Map<number, number>>();
  for (const table of tables) {
    const layer = layers.get(table.id) ?? 0;
    widths.set(layer, Math.max(widths.get(layer) ?? 0, tableWidth(table) + 2 * apart));
    const pile = piles.get(table.schema) ?? new Map<number, number>();
    pile.set(layer, (pile.get(layer) ?? 0) + tableHeight(table));
    piles.set(table.schema, pile);
  }
  const width = [...widths.values()].reduce((sum, one) => sum + one, 0);
  const height = [...piles.values()].reduce((sum, pile) => sum + Math.max(...pile.values()), 0);
  return sizeOf({ width, height });
}

function place(diagram: Diagram, layers: Layers): Layout {
  const bundles = bundleReferences(diagram, layers);
  const arrangement = arrange(diagram, layers, bundles, sizes.margin + sizes.title);
  const crossings = crossingsOf(bundles, arrangement);
  const count = Math.max(-1, ...layers.values()) + 1;
  const tracks = assignTracks(crossings, count);
  const widths = Array.from({ length: count }, (_, layer) =>
    Math.max(0, ...diagram.tables.filter(({ id }) => layers.get(id) === layer).map(tableWidth)),
  );
  const lefts: number[] = [];
  const gaps: Gap[] = [];
  let x = sizes.margin + sizes.groupPadding;
  for (const [layer, width] of widths.entries()) {
    lefts.push(x);
    const left = x + width;
    const used = tracks[layer] ?? 0;
    const isLast = layer === count - 1;
    const right = left + (isLast && used === 0 ? 0 : 2 * apart + Math.max(0, used - 1) * trackWidth);
    gaps.push({ left, right, trackOf: (track) => left + apart + track * trackWidth });
    x = right;
  }
  const width = x + sizes.groupPadding + sizes.margin;
  const last = arrangement.bands.at(-1);
  return {
    width: Math.max(width, 420),
    height: (last === undefined ? 120 : last.y + last.height) + sizes.legend + sizes.margin,
    groups: arrangement.bands.map(({ schema, y, height }) => ({
      schema,
      x: sizes.margin,
      y,
      width: width - 2 * sizes.margin,
      height,
    })),
    tables: diagram.tables.map((table) => {
      const layer = layers.get(table.id) ?? 0;
      const at = { x: lefts[layer] ?? 0, y: arrangement.tops.get(table.id) ?? 0 };
      return { table, ...at, width: widths[layer] ?? 0, height: tableHeight(table) };
    }),
    wires: drawWires(bundles, crossings, gaps),
  };
}
