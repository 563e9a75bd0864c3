/** Random numbers that are the same in every run, so that a failure can be looked at again. */
export interface Random {
  /** From 0 to most - 1. */
  below(most: number): number;
  pick<T>(items: readonly T[]): T | undefined;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (most) => Math.floor(next() * most),
    pick: (items) => {
      const [item] = items.slice(Math.floor(next() * items.length));
      return item;
    },
  };
}
