/** The order within each layer, and from it the height at which each table and each passing wire lies. */
import type { Bundle } from "./bundles.ts";
import type { Layers } from "./layers.ts";
import { sizes, tableHeight } from "./measure.ts";
import type { Diagram } from "./model.ts";

/** A table, or a wire that passes between tables. */
interface Node {
  readonly key: string;
  readonly band: number;
  readonly layer: number;
  readonly height: number;
  readonly isWire: boolean;
  /** Heights at which its neighbours are met. */
  readonly ties: Tie[];
  /** Within its band. */
  y: number;
}

interface Tie {
  readonly node: Node;
  readonly offset: number;
  /** The place on the node itself that the tie holds. */
  readonly own: number;
}

export interface Arrangement {
  /** The top of each table, by id, and the height of each passing wire, by `<bundle>\0<layer>`. */
  readonly tops: ReadonlyMap<string, number>;
  /** Top and height of each schema's band, in the order of the schemas. */
  readonly bands: readonly { readonly schema: string; readonly y: number; readonly height: number }[];
}

export function passKey(bundle: Bundle, layer: number): string {
  return `${bundle.index}\0${layer}`;
}

const sweeps = 12;

export function arrange(
  diagram: Diagram,
  layers: Layers,
  bundles: readonly Bundle[],
  top: number,
): Arrangement {
  const schemas = [...new Set(diagram.tables.map(({ schema }) => schema))];
  const nodes = makeNodes(diagram, layers, bundles, schemas);
  const piles = pile(nodes.values());
  for (const list of piles.values()) stack(list);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const inTurn = [...piles.values()].toSorted((a, b) => (a[0]?.layer ?? 0) - (b[0]?.layer ?? 0));
    if (sweep % 2 === 1) inTurn.reverse();
    for (const list of inTurn) {
      const wish = new Map(list.map((node) => [node, wishOf(node)]));
      list.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (a.key < b.key ? -1 : 1));
      stack(list);
    }
  }
  const heights = schemas.map((_, band) =>
    Math.max(0, ...[...piles.values()].filter(([first]) => first?.band === band).map(bottomOf)),
  );
  for (let round = 0; round < 6; round++)
    for (const list of [...piles.values()].toSorted((a, b) => (a[0]?.layer ?? 0) - (b[0]?.layer ?? 0)))
      settle(list, heights[list[0]?.band ?? 0] ?? 0);
  return place(nodes, schemas, heights, top);
}

function makeNodes(
  { tables }: Diagram,
  layers: Layers,
  bundles: readonly Bundle[],
  schemas: readonly string[],
): Map<string, Node> {
  const nodes = new Map<string, Node>();
  for (const table of tables) {
    const band = schemas.indexOf(table.schema);
    const layer = layers.get(table.id) ?? 0;
    nodes.set(table.id, {
      key: table.id,
      band,
      layer,
      height: tableHeight(table),
      isWire: false,
      ties: [],
      y: 0,
    });
  }
  const tie = (a: Node | undefined, own: number, b: Node | undefined, offset: number): void => {
    if (a === undefined || b === undefined || a === b) return;
    a.ties.push({ node: b, offset, own });
    b.ties.push({ node: a, offset: own, own: offset });
  };
  for (const bundle of bundles) {
    let last = nodes.get(bundle.start.table);
    let offset = bundle.start.offset;
    for (const layer of [bundle.start.layer, ...bundle.passes]) {
      if (layer !== bundle.start.layer) {
        const key = passKey(bundle, layer);
        const band = nodes.get(bundle.start.table)?.band ?? 0;
        const node: Node = { key, band, layer, height: 0, isWire: true, ties: [], y: 0 };
        nodes.set(key, node);
        tie(last, offset, node, 0);
        last = node;
        offset = 0;
      }
      for (const end of bundle.ends)
        if (end.layer === layer + 1) tie(last, offset, nodes.get(end.table), end.offset);
    }
  }
  return nodes;
}

/** The nodes of one layer and one band. */
function pile(nodes: Iterable<Node>): Map<string, Node[]> {
  const piles = new Map<string, Node[]>();
  for (const node of nodes) {
    const key = `${node.layer}\0${node.band}`;
    const list = piles.get(key);
    if (list === undefined) piles.set(key, [node]);
    else list.push(node);
  }
  return piles;
}

/** Bands lie below each other, however high they will be. */
const far = 1_000_000;

/** A long wire had rather be straight than near. */
function wishOf({ ties, band, y, height, isWire }: Node): number {
  if (ties.length === 0) return band * far + y + height / 2;
  let sum = 0;
  let weights = 0;
  for (const { node, offset, own } of ties) {
    const weight = isWire && node.isWire ? 8 : isWire || node.isWire ? 2 : 1;
    sum += weight * (node.band * far + node.y + offset - own);
    weights += weight;
  }
  return sum / weights + height / 2;
}

function gapBetween(above: Node | undefined, below: Node): number {
  if (above === undefined) return 0;
  return above.isWire || below.isWire ? sizes.lane : sizes.between;
}

function stack(list: readonly Node[]): void {
  let y = 0;
  let above: Node | undefined;
  for (const node of list) {
    y += gapBetween(above, node);
    node.y = y;
    y += node.height;
    above = node;
  }
}

function bottomOf(list: readonly Node[]): number {
  const last = list.at(-1);
  return last === undefined ? 0 : last.y + last.height;
}

/** Moves nodes, in their order, to where their wires are straightest, within the height that there is. */
function settle(list: readonly Node[], height: number): void {
  const room: number[] = [];
  let below = height;
  for (const [index, node] of [...list.entries()].toReversed()) {
    const next = list[index + 1];
    below -= next === undefined ? 0 : gapBetween(node, next);
    below -= node.height;
    room[index] = below;
  }
  let y = 0;
  let above: Node | undefined;
  for (const [index, node] of list.entries()) {
    y += gapBetween(above, node);
    const wish = node.ties.length === 0 ? y : wishOf(node) - node.height / 2 - node.band * far;
    node.y = Math.round(Math.max(y, Math.min(wish, room[index] ?? 0)));
    y = node.y + node.height;
    above = node;
  }
}

function place(
  nodes: ReadonlyMap<string, Node>,
  schemas: readonly string[],
  heights: readonly number[],
  top: number,
): Arrangement {
  let y = top;
  const bands = schemas.map((schema, band) => {
    const height = (heights[band] ?? 0) + sizes.groupTitle + sizes.groupPadding;
    const placed = { schema, y, height };
    y += height + sizes.groupPadding;
    return placed;
  });
  const tops = new Map(
    [...nodes].map(([key, node]) => [key, (bands[node.band]?.y ?? 0) + sizes.groupTitle + node.y]),
  );
  return { tops, bands };
}
