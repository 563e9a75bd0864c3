/** Who waits for whom, put in order: each tree from its root, whom nobody keeps waiting. */

/** One session that waits, and those that it waits for. */
export interface Wait {
  readonly pid: number;
  readonly blockedBy: readonly number[];
  readonly waitMs: number | null;
}

export interface TreePlace {
  readonly pid: number;
  /** 0 for a root. */
  readonly depth: number;
  /** Sessions that wait for this one, directly or behind others. */
  readonly waiting: number;
  /** True in a circle of sessions that wait for each other. */
  readonly isCircular: boolean;
}

/**
 * The sessions in the order of their trees, those first that keep most others waiting. One that waits for several stands
 * below the first of them. A circle has no root: it begins with the one that has waited longest.
 */
export function arrangeTree(waits: readonly Wait[]): readonly TreePlace[] {
  const byPid = new Map(waits.map((wait) => [wait.pid, wait]));
  const below = new Map<number, number[]>();
  for (const { pid, blockedBy } of waits) {
    for (const blocker of new Set(blockedBy)) below.set(blocker, [...(below.get(blocker) ?? []), pid]);
  }
  const behind = (pid: number, seen = new Set<number>()): Set<number> => {
    for (const waiter of below.get(pid) ?? []) {
      if (seen.has(waiter)) continue;
      seen.add(waiter);
      behind(waiter, seen);
    }
    return seen;
  };
  const waitOf = (pid: number): number => byPid.get(pid)?.waitMs ?? 0;
  const places: TreePlace[] = [];
  const placed = new Set<number>();
  const place = (pid: number, depth: number): void => {
    if (placed.has(pid)) return;
    placed.add(pid);
    const waiting = behind(pid);
    places.push({
      pid,
      depth,
      waiting: waiting.size - (waiting.has(pid) ? 1 : 0),
      isCircular: waiting.has(pid),
    });
    for (const waiter of (below.get(pid) ?? []).toSorted((a, b) => waitOf(b) - waitOf(a)))
      place(waiter, depth + 1);
  };
  const roots = [...below.keys()].filter((pid) => !byPid.has(pid));
  for (const root of roots.toSorted((a, b) => behind(b).size - behind(a).size || a - b)) place(root, 0);
  // What is left waits for itself around some corners. Those in the circle come before those that hang on it.
  const left = waits.map(({ pid }) => pid).filter((pid) => !placed.has(pid));
  const isInCircle = (pid: number): number => (behind(pid).has(pid) ? 0 : 1);
  for (const pid of left.toSorted((a, b) => isInCircle(a) - isInCircle(b) || waitOf(b) - waitOf(a)))
    place(pid, 0);
  return places;
}
