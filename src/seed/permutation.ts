import { mix } from "./random.ts";
import type { Key } from "./random.ts";

/**
 * A shuffle of 0 … size − 1 that is computed, not kept: each step (add a key, multiply by an odd number, fold the upper
 * half onto the lower one) can be undone on numbers of `bits` bits; what falls outside of the size is sent
 * through again until it falls inside, which is undone in the same way.
 */
export interface Permutation {
  readonly size: number;
  readonly at: (index: number) => number;
  /** Which index gives this value. */
  readonly indexOf: (value: number) => number;
}

export function permutation(size: number, key: Key): Permutation {
  const { low, high } = key;
  return {
    size,
    at: (index) => permute(index, size, low, high),
    indexOf: (value) => unpermute(value, size, low, high),
  };
}

/** The shuffle with the key (low, high), for callers that have a new key each time. */
export function permute(index: number, size: number, low: number, high: number): number {
  if (size < 2) return 0;
  const bits = bitsOf(size);
  const mask = maskOf(bits);
  const fold = (bits + 1) >> 1;
  const [first, second] = [mix(low), mix(high)];
  let value = index;
  do {
    value = (value + first) & mask;
    value ^= value >>> fold;
    value = Math.imul(value, factor) & mask;
    value ^= value >>> fold;
    value = (value + second) & mask;
    value = Math.imul(value, factor) & mask;
    value ^= value >>> fold;
  } while (value >>> 0 >= size);
  return value;
}

function unpermute(value: number, size: number, low: number, high: number): number {
  if (size < 2) return 0;
  const bits = bitsOf(size);
  const mask = maskOf(bits);
  const fold = (bits + 1) >> 1;
  const [first, second] = [mix(low), mix(high)];
  let index = value;
  do {
    index ^= index >>> fold;
    index = Math.imul(index, inverse) & mask;
    index = (index - second) & mask;
    index ^= index >>> fold;
    index = Math.imul(index, inverse) & mask;
    index ^= index >>> fold;
    index = (index - first) & mask;
  } while (index >>> 0 >= size);
  return index;
}

/** Sizes stay below 2^30, so that no number becomes negative. */
function bitsOf(size: number): number {
  return 32 - Math.clz32(size - 1);
}

function maskOf(bits: number): number {
  return (1 << bits) - 1;
}

const factor = 0x2545f491;
const inverse = inverseOf(factor);

/** The number that undoes a multiplication modulo 2^32, by Newton's iteration: each round doubles the bits that are right. */
function inverseOf(odd: number): number {
  let found = odd;
  for (let round = 0; round < 5; round++) found = Math.imul(found, 2 - Math.imul(odd, found));
  return found;
}
