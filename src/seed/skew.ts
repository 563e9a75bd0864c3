/**
 * How unevenly something is shared out. With a skew of k the chooser's number u (even, from 0 to 1) becomes u^k: the first
 * of n has a share of n^(−1/k), and the r-th falls off as r^(1/k − 1), Zipf's law with the exponent 1 − 1/k. A skew of 1
 * is even; with 2 the first of 10,000 has one in a hundred; with 3 one in twenty.
 *
 * In steps of a half, since a power by a whole number and a square root are the same on every machine; Math.pow is not.
 */
export const skews = [1, 1.5, 2, 2.5, 3, 3.5, 4] as const;
export type Skew = (typeof skews)[number];

export function raise(unit: number, skew: Skew): number {
  switch (skew) {
    case 1:
      return unit;
    case 1.5:
      return unit * Math.sqrt(unit);
    case 2:
      return unit * unit;
    case 2.5:
      return unit * unit * Math.sqrt(unit);
    case 3:
      return unit * unit * unit;
    case 3.5:
      return unit * unit * unit * Math.sqrt(unit);
    case 4:
      return unit * unit * (unit * unit);
  }
}
