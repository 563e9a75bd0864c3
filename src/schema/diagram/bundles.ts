/** References that share a wire, and the layers that it passes. */
import type { Layers } from "./layers.ts";
import { drawnPair, portOf } from "./measure.ts";
import type { Diagram, DiagramReference, DiagramTable } from "./model.ts";

/** An end of a wire at a table: a layer, and how far below the table's top. */
export interface Port {
  readonly table: string;
  readonly layer: number;
  readonly offset: number;
  readonly kind: "many" | "one" | "target";
}

export interface Bundle {
  readonly index: number;
  readonly to: string;
  readonly references: readonly DiagramReference[];
  /** It leaves from the right side of this one … */
  readonly start: Port;
  /** … and goes to the left side of these; or, where they lie in the layer of the start, to their right side. */
  readonly ends: readonly Port[];
  /** Layers through which it passes between tables. */
  readonly passes: readonly number[];
}

/** Wires that run against the order, or within a layer, are their own; all others to one key of one table are one. */
export function bundleReferences({ tables, references }: Diagram, layers: Layers): Bundle[] {
  const byId = new Map(tables.map((table) => [table.id, table]));
  const groups = new Map<string, { from: Port; to: Port; reference: DiagramReference }[]>();
  for (const reference of references) {
    const [source, target] = [byId.get(reference.from), byId.get(reference.to)];
    if (source === undefined || target === undefined) continue;
    const [column, targetColumn] = drawnPair(reference);
    const from: Port = {
      ...placeOf(source, layers),
      offset: portOf(source, column),
      kind: reference.isUnique ? "one" : "many",
    };
    const to: Port = { ...placeOf(target, layers), offset: portOf(target, targetColumn), kind: "target" };
    const key =
      from.layer > to.layer ? `${reference.to}\0${to.offset}` : `${reference.from}\0${reference.name}\0back`;
    groups.set(key, [...(groups.get(key) ?? []), { from, to, reference }]);
  }
  return [...groups.values()].flatMap((group, index): Bundle[] => {
    const [first] = group;
    if (first === undefined) return [];
    const isForward = first.from.layer > first.to.layer;
    const start = isForward ? first.to : first.from;
    const ends = isForward ? group.map(({ from }) => from) : [first.to];
    const last = Math.max(...ends.map(({ layer }) => layer));
    const passes = Array.from(
      { length: Math.max(0, last - start.layer - 1) },
      (_, at) => start.layer + 1 + at,
    );
    return [
      {
        index,
        to: first.reference.to,
        references: group.map(({ reference }) => reference),
        start,
        ends,
        passes,
      },
    ];
  });
}

function placeOf({ id }: DiagramTable, layers: Layers): { readonly table: string; readonly layer: number } {
  return { table: id, layer: layers.get(id) ?? 0 };
}
