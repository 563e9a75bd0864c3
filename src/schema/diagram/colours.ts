import type { Layout, Wire } from "./layout-model.ts";

/** Told apart by most people who see few colours, dark enough for thin lines on white. */
const palette = [
  "#2563a8",
  "#b4491c",
  "#2b7a4b",
  "#7b4fa3",
  "#8a6d00",
  "#a8326b",
  "#11798a",
  "#5b6472",
] as const;

/** Tracks that are nearer than this to each other should differ. */
const near = 45;

/** Wires to one table have one colour, by the table's id; those that run side by side have different ones where they can. */
export function wireColours({ wires }: Layout): ReadonlyMap<string, string> {
  const tracks = new Map<string, number[]>();
  for (const wire of wires) tracks.set(wire.to, [...(tracks.get(wire.to) ?? []), ...tracksOf(wire)]);
  const colours = new Map<string, string>();
  for (const [index, [table, own]] of [...tracks].entries()) {
    const clashes = new Map<string, number>();
    for (const [other, colour] of colours) {
      const meets = own.filter((x) => tracks.get(other)?.some((there) => Math.abs(there - x) < near)).length;
      clashes.set(colour, (clashes.get(colour) ?? 0) + meets);
    }
    const inTurn = palette.map((_, at) => palette[(index + at) % palette.length] ?? palette[0]);
    const [best = palette[0]] = inTurn.toSorted((a, b) => (clashes.get(a) ?? 0) - (clashes.get(b) ?? 0));
    colours.set(table, best);
  }
  return colours;
}

function tracksOf({ lines }: Wire): number[] {
  return lines.flatMap((line) =>
    line.flatMap(({ x, y }, index) => {
      const next = line[index + 1];
      return next !== undefined && next.x === x && next.y !== y ? [x] : [];
    }),
  );
}
