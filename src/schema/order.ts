/** Puts steps in an order in which each finds what it needs, the same every time. */
import { compareText } from "../kernel/compare.ts";

/** What an order needs to know of a step. */
export interface Ordered {
  readonly id: string;
  /** Where it stands among those that may stand anywhere. */
  readonly rank: number;
  readonly requires: ReadonlySet<string>;
}

/** The steps in order, and those that go round in circles. */
export interface Order<S> {
  readonly sorted: readonly S[];
  readonly circular: readonly S[];
  /** Those that wait for them. */
  readonly stuck: readonly S[];
}

/** Always the first by kind and name among those that have all they need. */
export function orderSteps<S extends Ordered>(steps: ReadonlyMap<string, S>): Order<S> {
  const waiting = new Map<string, number>();
  const dependants = new Map<string, S[]>();
  const ready = new Heap<S>();
  for (const step of steps.values()) {
    const needed = [...step.requires].filter((id) => steps.has(id) && id !== step.id);
    waiting.set(step.id, needed.length);
    for (const id of needed) dependants.set(id, [...(dependants.get(id) ?? []), step]);
    if (needed.length === 0) ready.push(step);
  }
  const sorted: S[] = [];
  for (let step = ready.pop(); step !== undefined; step = ready.pop()) {
    sorted.push(step);
    waiting.delete(step.id);
    for (const next of dependants.get(step.id) ?? []) {
      const left = (waiting.get(next.id) ?? 0) - 1;
      waiting.set(next.id, left);
      if (left === 0) ready.push(next);
    }
  }
  const stuck = [...waiting.keys()].flatMap((id) => steps.get(id) ?? []);
  return { sorted, circular: onCircles(stuck), stuck };
}

/** Without those that only wait for a circle: nobody in a circle needs them. */
function onCircles<S extends Ordered>(stuck: readonly S[]): S[] {
  let left = [...stuck];
  for (;;) {
    const needed = new Set(left.flatMap(({ requires }) => [...requires]));
    const kept = left.filter(({ id }) => needed.has(id));
    if (kept.length === left.length) return kept;
    left = kept;
  }
}

function compareSteps(a: Ordered, b: Ordered): number {
  return a.rank - b.rank || compareText(a.id, b.id);
}

/** A binary heap: ten thousand tables make a hundred thousand steps. */
class Heap<S extends Ordered> {
  readonly #steps: S[] = [];

  push(step: S): void {
    const steps = this.#steps;
    let at = steps.push(step) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (compareSteps(steps[above] ?? step, step) <= 0) break;
      steps[at] = steps[above] ?? step;
      at = above;
    }
    steps[at] = step;
  }

  pop(): S | undefined {
    const steps = this.#steps;
    const first = steps[0];
    const last = steps.pop();
    if (first === undefined || last === undefined || steps.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const [left, right] = [steps[below], steps[below + 1]];
      if (left === undefined) break;
      if (right !== undefined && compareSteps(right, left) < 0) below++;
      const least = steps[below] ?? left;
      if (compareSteps(last, least) <= 0) break;
      steps[at] = least;
      at = below;
    }
    steps[at] = last;
    return first;
  }
}
