import { permutation } from "./permutation.ts";
import { keyWithin } from "./random.ts";
import type { Key } from "./random.ts";

/** Which row of a table stands at which place of popularity; place 0 is the most popular one. */
export interface Popularity {
  readonly size: number;
  readonly rowAt: (rank: number) => number;
  readonly rankOf: (row: number) => number;
}

/**
 * A fifth of the rows, the oldest, holds the best places among itself; beyond that, age says nothing. So the most popular
 * ones exist when the history of what refers to them begins, and are still spread over it as in life.
 */
export function popularity(size: number, key: Key): Popularity {
  const head = Math.ceil(size / 5);
  const first = permutation(head, keyWithin(key, "first"));
  const rest = permutation(size - head, keyWithin(key, "rest"));
  return {
    size,
    rowAt: (rank) => (rank < head ? first.at(rank) : head + rest.at(rank - head)),
    rankOf: (row) => (row < head ? first.indexOf(row) : head + rest.indexOf(row - head)),
  };
}
