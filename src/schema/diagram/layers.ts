/** Which layer each table lies in: what is referred to left of what refers to it, no layer higher than it may be. */
import type { Diagram, DiagramTable } from "./model.ts";
import { sizes, tableHeight } from "./measure.ts";

/** The layer of each table, by id, counted from the left. */
export type Layers = ReadonlyMap<string, number>;

interface Neighbours {
  /** Tables that must lie further left. */
  readonly parents: ReadonlyMap<string, ReadonlySet<string>>;
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `heights`: how high the tables of one schema may be piled in one layer. */
export function assignLayers(
  { tables }: Diagram,
  near: Neighbours,
  heights: ReadonlyMap<string, number>,
): Layers {
  const layers = new Map<string, number>();
  const piles = new Map<string, number>();
  const key = (table: DiagramTable, layer: number): string => `${layer}\0${table.schema}`;
  const room = (table: DiagramTable, layer: number): boolean => {
    const pile = piles.get(key(table, layer)) ?? 0;
    return pile === 0 || pile + tableHeight(table) <= (heights.get(table.schema) ?? 0);
  };
  const put = (table: DiagramTable, layer: number): void => {
    layers.set(table.id, layer);
    piles.set(key(table, layer), (piles.get(key(table, layer)) ?? 0) + tableHeight(table) + sizes.between);
  };
  const take = (table: DiagramTable, layer: number): void => {
    piles.set(key(table, layer), (piles.get(key(table, layer)) ?? 0) - tableHeight(table) - sizes.between);
  };
  const firstWithRoom = (table: DiagramTable, from: number): number => {
    let layer = from;
    while (!room(table, layer)) layer++;
    return layer;
  };
  const isAlone = ({ id }: DiagramTable): boolean =>
    (near.parents.get(id)?.size ?? 0) + (near.children.get(id)?.size ?? 0) === 0;
  for (const table of inOrder(
    tables.filter((one) => !isAlone(one)),
    near,
  )) {
    const parents = [...(near.parents.get(table.id) ?? [])].map((id) => layers.get(id) ?? 0);
    put(table, firstWithRoom(table, Math.max(-1, ...parents) + 1));
  }
  // What nothing stands left of goes as near to what refers to it as there is room.
  for (const table of tables) {
    const now = layers.get(table.id);
    const children = [...(near.children.get(table.id) ?? [])].map((id) => layers.get(id) ?? 0);
    if (now === undefined || children.length === 0 || (near.parents.get(table.id)?.size ?? 0) > 0) continue;
    take(table, now);
    let layer = Math.min(...children) - 1;
    while (layer > now && !room(table, layer)) layer--;
    put(table, Math.max(layer, now));
  }
  for (const table of tables) if (isAlone(table)) put(table, firstWithRoom(table, 0));
  return layers;
}

/** Parents first, then those that most refer to, so that hubs stand where their wires are short. */
function inOrder(tables: readonly DiagramTable[], { parents, children }: Neighbours): DiagramTable[] {
  const waiting = new Map(tables.map((table) => [table.id, parents.get(table.id)?.size ?? 0]));
  const byId = new Map(tables.map((table) => [table.id, table]));
  const sorted: DiagramTable[] = [];
  let ready = tables.filter(({ id }) => waiting.get(id) === 0);
  while (ready.length > 0) {
    const weight = ({ id }: DiagramTable): number => children.get(id)?.size ?? 0;
    const next: DiagramTable[] = [];
    for (const table of ready.toSorted((a, b) => weight(b) - weight(a))) {
      sorted.push(table);
      for (const child of children.get(table.id) ?? []) {
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        const found = byId.get(child);
        if (left === 0 && found !== undefined) next.push(found);
      }
    }
    ready = next;
  }
  return sorted;
}

/** Who must stand left of whom: references that would close a circle are left out. */
export function neighbours({ tables, references }: Diagram): Neighbours {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of references)
    if (from !== to) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const parents = new Map<string, Set<string>>();
  const children = new Map<string, Set<string>>();
  const state = new Map<string, "open" | "done">();
  for (const { id: root } of tables) {
    if (state.has(root)) continue;
    // No recursion: a chain may be as long as there are tables.
    const path = [{ id: root, rest: [...(targets.get(root) ?? [])] }];
    state.set(root, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const to = top.rest.shift();
      if (to === undefined) {
        state.set(top.id, "done");
        path.pop();
        continue;
      }
      if (state.get(to) === "open") continue;
      parents.set(top.id, (parents.get(top.id) ?? new Set()).add(to));
      children.set(to, (children.get(to) ?? new Set()).add(top.id));
      if (state.has(to)) continue;
      state.set(to, "open");
      path.push({ id: to, rest: [...(targets.get(to) ?? [])] });
    }
  }
  return { parents, children };
}
