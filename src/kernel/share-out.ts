/** Shares things out among so many, the heaviest first, each to whom has least. Pure; shares may be empty. */
export function shareOut<T>(things: readonly T[], among: number, weightOf: (thing: T) => number): T[][] {
  const shares = Array.from({ length: among }, () => ({ weight: 0, things: [] as T[] }));
  for (const thing of things.toSorted((a, b) => weightOf(b) - weightOf(a))) {
    const [lightest] = shares.toSorted((a, b) => a.weight - b.weight);
    if (lightest === undefined) break;
    lightest.things.push(thing);
    lightest.weight += weightOf(thing);
  }
  return shares.map((share) => share.things);
}
